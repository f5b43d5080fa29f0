/** Which words a document is about: they come again and again, but not everywhere. */
import type { Section } from "../document";

export type Terms = {
  /** Numbers, names, and words that the document is about, as they stand in the sentence. */
  keysOf(sentence: string): string[];
};

const WORD = /\p{L}[\p{L}\p{N}’'-]*\p{L}/gu;
/** A number with its decimals, not a part of a date or a version. */
const NUMBER = /(?<![\p{L}\p{N}.,:/-])\d+(?:[.,]\d+)*(?![\p{L}\p{N}/-]|[.,:]\d)/gu;
/** Capital letters inside a sentence: a name. */
const NAME = /(?<=[\p{Ll}\p{N},;] )\p{Lu}\p{Ll}{2,}(?: \p{Lu}\p{Ll}{2,})*/gu;

const LEAST_LETTERS = 5;
const LEAST_COUNT = 2;
/** A word in more of the paragraphs than this holds the language together, not the matter. */
const MOST_SHARE = 0.25;
/** A short text has too few paragraphs for a share. */
const MOST_IN_SHORT = 3;
const COMMON = new Set(
  (
    "about above after again against almost along already also although always among another because become " +
    "been before being below between both cannot could does doing down during each either enough every " +
    "first from further have having here however into itself later least less like made make many might more most much " +
    "must never often only other others over rather same second several shall should since some still such " +
    "than that their them then there these they thing things this those through today together under until usually very " +
    "were what when where which while whole whose will with within without would your yours"
  ).split(" "),
);

export function findTerms(sections: readonly Section[]): Terms {
  const paragraphs = sections.flatMap(({ body }) => body.map(({ text }) => text));
  const counts = new Map<string, { count: number; paragraphs: number }>();
  for (const paragraph of paragraphs) {
    const words = (paragraph.match(WORD) ?? []).map((word) => word.toLowerCase());
    for (const word of new Set(words)) {
      const entry = counts.get(word) ?? { count: 0, paragraphs: 0 };
      entry.count += words.filter((one) => one === word).length;
      entry.paragraphs++;
      counts.set(word, entry);
    }
  }
  const most = Math.max(MOST_IN_SHORT, MOST_SHARE * paragraphs.length);
  const isTerm = (word: string): boolean => {
    const entry = counts.get(word.toLowerCase());
    return (
      word.length >= LEAST_LETTERS &&
      !COMMON.has(word.toLowerCase()) &&
      entry !== undefined &&
      entry.count >= LEAST_COUNT &&
      entry.paragraphs <= most
    );
  };
  return {
    keysOf(sentence) {
      const words = (sentence.match(WORD) ?? []).filter(isTerm);
      return [
        ...new Set([...(sentence.match(NUMBER) ?? []), ...(sentence.match(NAME) ?? []), ...words]),
      ];
    },
  };
}
