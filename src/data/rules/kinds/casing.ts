/** Tasks about capital and small letters. */
import { capitalize, pickWords } from "../draw";
import type { TaskKind } from "../kind";

export const CASING_KINDS: readonly TaskKind[] = [
  {
    id: "capitals",
    title: "Capital letters",
    group: "Capital letters",
    isCased: true,
    wordings: [
      'Write "{}" in capital letters.',
      'Turn "{}" into capital letters.',
      "Write this in capital letters.",
      "Make every letter a capital one.",
    ],
    generate: (random, level) => {
      const text = pickWords(random, level).join(" ");
      return { text, answer: text.toUpperCase() };
    },
  },
  {
    id: "small-letters",
    title: "Small letters",
    group: "Capital letters",
    isCased: true,
    wordings: [
      'Write "{}" in small letters.',
      'Turn "{}" into small letters.',
      "Write this in small letters.",
      "Make every letter a small one.",
    ],
    generate: (random, level) => {
      const answer = pickWords(random, level).join(" ");
      return { text: answer.toUpperCase(), answer };
    },
  },
  {
    id: "title-case",
    title: "As in a title",
    group: "Capital letters",
    isCased: true,
    wordings: [
      'Begin every word of "{}" with a capital letter.',
      'Write "{}" as a title: each word begins with a capital.',
      "Begin every word with a capital letter.",
    ],
    generate: (random, level) => {
      const words = pickWords(random, 1 + level);
      return { text: words.join(" "), answer: words.map(capitalize).join(" ") };
    },
  },
  {
    id: "camel-case",
    title: "One word with humps",
    group: "Capital letters",
    isCased: true,
    wordings: [
      'Write "{}" in camel case, like thisWord.',
      'Turn "{}" into one word in camel case.',
      "Write this in camel case, like myLittleName.",
    ],
    generate: (random, level) => {
      const [first = "", ...rest] = pickWords(random, 1 + level);
      return {
        text: [first, ...rest].join(" "),
        answer: first + rest.map(capitalize).join(""),
      };
    },
  },
];
