/** Questions about a passage: what it says of something, and which word is missing. */
import { toSentences, withPage, type Section } from "../document";
import { fill, type Way } from "./way";

const ABOUT = [
  "What does the text say about “{}”?",
  "Write the sentence of the text that is about “{}”.",
  "Find what the text says of “{}”.",
];
const MISSING = [
  "Which word or number is missing where the line is?",
  "Fill in the blank.",
  "What belongs in the gap?",
];
export const GAP = "_____";

const PASSAGE = { least: 120, most: 1200 };
const SENTENCE = { least: 40, most: 240 };
/** It would not be clear whom or what it is about when it stands alone. */
const POINTS_BACK =
  /^(?:this|that|these|those|its?|he|she|his|her|they|their|there|such|also|but|and|so|then)\b/i;

const fits = (text: string, { least, most }: { least: number; most: number }): boolean =>
  text.length >= least && text.length <= most;

const paragraphsOf = (sections: readonly Section[]) =>
  sections.flatMap(({ body }) => body).filter(({ kind }) => kind === "paragraph");

const countOf = (text: string, part: string): number => text.split(part).length - 1;

export const ABOUT_TEXT: Way = {
  id: "about",
  title: "About a passage",
  help: "“What does the text say about X?” with the passage in the prompt.",
  *find(sections, random, terms) {
    for (const block of paragraphsOf(sections)) {
      const { text } = block;
      const sentences = toSentences(text);
      if (sentences.length < 2 || !fits(text, PASSAGE)) continue;
      // Named once only: else more than one sentence would be right.
      const choices = sentences
        .filter((sentence) => !POINTS_BACK.test(sentence) && !sentence.endsWith("?"))
        .flatMap((sentence) =>
          terms
            .keysOf(sentence)
            .filter(
              (key) => /\p{L}/u.test(key) && countOf(text.toLowerCase(), key.toLowerCase()) === 1,
            )
            .map((key) => ({ sentence, key })),
        );
      if (choices.length === 0) continue;
      const { sentence, key } = random.pick(choices);
      const instruction = fill(random.pick(ABOUT), key);
      yield { instruction, input: text, output: sentence, passage: text, ...withPage(block) };
    }
  },
};

export const CLOZE: Way = {
  id: "cloze",
  title: "Fill in the blank",
  help: "A sentence with one name, number or term left out.",
  *find(sections, random, terms) {
    for (const block of paragraphsOf(sections)) {
      const choices = toSentences(block.text)
        .filter((sentence) => fits(sentence, SENTENCE) && !sentence.includes(GAP))
        .filter((sentence) => !POINTS_BACK.test(sentence))
        .flatMap((sentence) =>
          terms
            .keysOf(sentence)
            .filter((key) => countOf(sentence.toLowerCase(), key.toLowerCase()) === 1)
            .map((key) => ({ sentence, key })),
        );
      if (choices.length === 0) continue;
      const { sentence, key } = random.pick(choices);
      const input = sentence.replace(key, () => GAP);
      const instruction = random.pick(MISSING);
      yield { instruction, input, output: key, passage: block.text, ...withPage(block) };
    }
  },
};
