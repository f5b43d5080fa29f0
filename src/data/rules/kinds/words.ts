/** Tasks about the letters of words. */
import type { TaskKind } from "../kind";
import { between, pickWords } from "../draw";
import { WORDS } from "../words";

/** A word of 3 to 4 letters, 5 to 6, or more. */
const OF_LEVEL = {
  1: WORDS.filter(({ length }) => length <= 4),
  2: WORDS.filter(({ length }) => length === 5 || length === 6),
  3: WORDS.filter(({ length }) => length >= 6),
};
const PLACES_IN_WORD = ["first", "second", "third", "fourth"];

/** Words whose plural is no plain ending. */
const IRREGULAR = new Set(
  "fish glass grass mouse sheep rice rain snow water milk honey bread butter wood knife leaf wolf ice silver sugar salt sand soap corn cotton paint paper soup winter".split(
    " ",
  ),
);
const COUNTABLE = WORDS.filter((word) => !IRREGULAR.has(word));

function toPlural(word: string): string {
  if (/(s|x|ch|sh)$/.test(word) || word === "potato") return `${word}es`;
  return /[^aeiou]y$/.test(word) ? `${word.slice(0, -1)}ies` : `${word}s`;
}

export const WORD_KINDS: readonly TaskKind[] = [
  {
    id: "spell-backwards",
    title: "A word backwards",
    group: "Words",
    wordings: [
      'Spell the word "{}" backwards.',
      'What is "{}" written backwards?',
      "Spell the word backwards.",
      "Reverse the letters of this word.",
    ],
    generate: (random, level) => {
      const text = random.pick(OF_LEVEL[level]);
      return { text, answer: [...text].reverse().join("") };
    },
  },
  {
    id: "count-letters",
    title: "Count letters",
    group: "Words",
    wordings: [
      'How many letters are in the word "{}"?',
      'Count the letters of "{}".',
      "How many letters does this have?",
      "Count the letters.",
    ],
    generate: (random, level) => {
      const words = pickWords(random, level);
      return { text: words.join(" "), answer: String(words.join("").length) };
    },
  },
  {
    id: "letter-at",
    title: "The letter at a place",
    group: "Words",
    wordings: [
      'What is the {place} letter of "{}"?',
      'Which letter comes {place} in "{}"?',
      "Write the {place} letter of this word.",
      "Which letter is the {place} one of the word?",
    ],
    generate: (random, level) => {
      const text = random.pick(OF_LEVEL[level]);
      const at = random.integer(level === 1 ? 1 : Math.min(text.length, level + 1));
      return { text, answer: text.charAt(at), gaps: { place: PLACES_IN_WORD[at] ?? "" } };
    },
  },
  {
    id: "count-one-letter",
    title: "Count one letter",
    group: "Words",
    wordings: [
      'How often does the letter "{letter}" stand in "{}"?',
      'Count the letter "{letter}" in "{}".',
      'How many times is the letter "{letter}" in this?',
      'Count every "{letter}" in it.',
    ],
    generate: (random, level) => {
      const text = pickWords(random, level).join(" ");
      const letter = text.replaceAll(" ", "").charAt(random.integer(3));
      return { text, answer: String(text.split(letter).length - 1), gaps: { letter } };
    },
  },
  {
    id: "without-vowels",
    title: "Leave the vowels out",
    group: "Words",
    wordings: [
      'Write "{}" without its vowels.',
      'Leave out a, e, i, o and u: "{}"',
      "Write this without the vowels.",
      "Take away every vowel.",
    ],
    generate: (random, level) => {
      const text = pickWords(random, level).join(" ");
      return { text, answer: text.replace(/[aeiou]/g, "") };
    },
  },
  {
    id: "spell-out",
    title: "Spell with hyphens",
    group: "Words",
    wordings: [
      'Spell "{}" with a hyphen between the letters.',
      'Put a hyphen between all letters of "{}".',
      "Spell this word with hyphens between its letters.",
      "Write the letters one by one, with hyphens between them.",
    ],
    generate: (random, level) => {
      const text = random.pick(OF_LEVEL[level]);
      return { text, answer: [...text].join("-") };
    },
  },
  {
    id: "plural",
    title: "The plural",
    group: "Words",
    wordings: [
      "What is the plural? {}",
      "Write the plural of each: {}",
      "Write the plural of this.",
      "Make it more than one.",
    ],
    generate: (random, level) => {
      const words = Array.from({ length: level }, () => random.pick(COUNTABLE));
      return { text: words.join(", "), answer: words.map(toPlural).join(", ") };
    },
  },
  {
    id: "repeat",
    title: "Say it several times",
    group: "Words",
    wordings: [
      'Write "{}" {times} times.',
      'Say "{}" {times} times, with spaces between.',
      "Write this {times} times.",
    ],
    generate: (random, level) => {
      const times = between(random, 2, 1 + level);
      const text = random.pick(WORDS);
      const gaps = { times: ["two", "three", "four"][times - 2] ?? "" };
      return { text, answer: Array<string>(times).fill(text).join(" "), gaps };
    },
  },
];
