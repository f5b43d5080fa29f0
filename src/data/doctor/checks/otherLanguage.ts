/**
 * Answers in another language than the rest. The script tells most languages apart; six that share
 * Latin letters are told apart by their most frequent small words.
 */
import { leaveOut, type Check, type CheckInput, type Found } from "../check";
import type { Sample } from "../sample";
import { normalize, quote, toWords } from "../text";

const SCRIPTS: Record<string, RegExp> = {
  Latin: /\p{Script=Latin}/gu,
  Cyrillic: /\p{Script=Cyrillic}/gu,
  Greek: /\p{Script=Greek}/gu,
  Arabic: /\p{Script=Arabic}/gu,
  Hebrew: /\p{Script=Hebrew}/gu,
  Devanagari: /\p{Script=Devanagari}/gu,
  Thai: /\p{Script=Thai}/gu,
  Korean: /\p{Script=Hangul}/gu,
  "Chinese or Japanese": /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu,
};
const SMALL_WORDS: Record<string, Set<string>> = Object.fromEntries(
  Object.entries({
    English: "the and of to is that it for with was you are this not have from they his her what",
    German:
      "der die das und ist nicht ein eine ich mit auf für den dem sie wir auch sich werden von",
    French: "le les des et est une dans que pour qui pas vous nous avec sur sont être ce cette du",
    Spanish: "el los las y es una que para con por del se su como más pero está son muy lo",
    Italian: "il gli che di è una per con non sono della nel come più anche questo alla ma dei si",
    Portuguese: "os as um uma não que para com por do da em são mais como mas foi ele ela você",
  }).map(([language, words]) => [language, new Set(words.split(" "))]),
);
const ASKS_FOR_LANGUAGE =
  /\b(?:translat\w*|languages?|english|german|french|spanish|italian|portuguese|russian|greek|arabic|hebrew|hindi|thai|korean|chinese|japanese|ukrainian|turkish|dutch|latin|übersetz\w*|traduc\w*|traduis\w*)\b/i;

/** Letters or small words below which a text does not tell its language. */
const FEWEST_LETTERS = 20;
const FEWEST_SMALL_WORDS = 3;
/** From this share of the records on, a language is the set's own. */
const HOUSE_LANGUAGE = 0.9;
const READ = 1000;

export const OTHER_LANGUAGE: Check = {
  id: "other-language",
  title: "Answers in another language",
  why: "A small model that learns a few answers in another language mixes the two up.",
  severity: "look",
  advice: "",
  *find({ samples }: CheckInput) {
    const languages: (string | null)[] = [];
    for (const [i, sample] of samples.entries()) {
      languages.push(findLanguage(sample.turns.at(-1)?.answer ?? ""));
      if (i % 32 === 0) yield i;
    }
    const own = findOwn(languages);
    if (own === null) return [];
    return samples.flatMap((sample, i): Found[] => {
      const language = languages[i] ?? null;
      if (language === null || language === own || isAskedFor(sample)) return [];
      const answer = sample.turns.at(-1)?.answer ?? "";
      const what = `${language}, where the others are ${own}: ${quote(answer)}.`;
      return [{ id: sample.id, line: sample.line, what }];
    });
  },
  remedy: leaveOut,
};

const isAskedFor = ({ conversation }: Sample): boolean =>
  conversation.messages.some(
    ({ role, content }) => role !== "assistant" && ASKS_FOR_LANGUAGE.test(content),
  );

/** The language that nearly all records with one are in; null in a set of several. */
function findOwn(languages: readonly (string | null)[]): string | null {
  const countOf = new Map<string, number>();
  let known = 0;
  for (const language of languages) {
    if (language === null) continue;
    known++;
    countOf.set(language, (countOf.get(language) ?? 0) + 1);
  }
  const [first] = [...countOf].sort((a, b) => b[1] - a[1]);
  return first && first[1] >= HOUSE_LANGUAGE * known ? first[0] : null;
}

/** The language of a text, or its script where only that can be told; null where it is too short. */
export function findLanguage(text: string): string | null {
  const read = text.slice(0, READ);
  let letters = 0;
  let script = "";
  let most = 0;
  for (const [name, pattern] of Object.entries(SCRIPTS)) {
    const count = read.match(pattern)?.length ?? 0;
    letters += count;
    if (count > most) [script, most] = [name, count];
  }
  if (letters < FEWEST_LETTERS || most < 0.6 * letters) return null;
  return script === "Latin" ? findLatinLanguage(read) : script;
}

function findLatinLanguage(text: string): string | null {
  const words = toWords(normalize(text));
  const counts = Object.entries(SMALL_WORDS)
    .map(([language, small]) => ({
      language,
      count: words.filter((word) => small.has(word)).length,
    }))
    .sort((a, b) => b.count - a.count);
  const [first, second] = counts;
  if (!first || first.count < FEWEST_SMALL_WORDS) return null;
  return first.count >= 2 * (second?.count ?? 0) ? first.language : null;
}
