/** The table of tasks that can be made. A new kind is a new row. */
import type { Random } from "@/core/random";
import { NAMES, PLACES, VERBS, WORDS } from "./words";

export type Task = {
  id: string;
  title: string;
  example: string;
  /** Ways to ask with the text where {} stands. */
  inline: readonly string[];
  /** Ways to ask with the text as `input`. */
  withInput: readonly string[];
  make: (random: Random) => { text: string; answer: string };
};

/** So many different words, in random order. */
function pickWords(random: Random, count: number): string[] {
  const picked = new Set<string>();
  while (picked.size < count) picked.add(random.pick(WORDS));
  return [...picked];
}

function joinWithAnd(words: readonly string[]): string {
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1) ?? ""}`;
}

export const TASKS: readonly Task[] = [
  {
    id: "uppercase",
    title: "Capital letters",
    example: "Write “red apple” in capital letters. → RED APPLE",
    inline: ['Write "{}" in capital letters.', 'Turn "{}" into capital letters.'],
    withInput: ["Write this in capital letters.", "Make every letter a capital one."],
    make: (random) => {
      const text = pickWords(random, 1 + random.integer(3)).join(" ");
      return { text, answer: text.toUpperCase() };
    },
  },
  {
    id: "reverse-words",
    title: "Words in reverse order",
    example: "Put the words in reverse order: one two three → three two one",
    inline: ["Put these words in reverse order: {}", "Read these words from last to first: {}"],
    withInput: ["Put the words in reverse order.", "Write the words from last to first."],
    make: (random) => {
      const words = pickWords(random, 2 + random.integer(3));
      return { text: words.join(" "), answer: [...words].reverse().join(" ") };
    },
  },
  {
    id: "reverse-letters",
    title: "A word backwards",
    example: "Spell the word “moon” backwards. → noom",
    inline: ['Spell the word "{}" backwards.', 'What is "{}" written backwards?'],
    withInput: ["Spell the word backwards.", "Reverse the letters of this word."],
    make: (random) => {
      const text = random.pick(WORDS);
      return { text, answer: [...text].reverse().join("") };
    },
  },
  {
    id: "count-letters",
    title: "Count letters",
    example: "How many letters are in the word “garden”? → 6",
    inline: ['How many letters are in the word "{}"?', 'Count the letters of "{}".'],
    withInput: ["How many letters does this word have?", "Count the letters of the word."],
    make: (random) => {
      const text = random.pick(WORDS);
      return { text, answer: String(text.length) };
    },
  },
  {
    id: "sort-words",
    title: "Sort words",
    example: "Sort these words from A to Z: pear, apple, fig → apple, fig, pear",
    inline: ["Sort these words from A to Z: {}", "Put these words in alphabetical order: {}"],
    withInput: ["Sort the words from A to Z.", "Put the words in alphabetical order."],
    make: (random) => {
      const words = pickWords(random, 3 + random.integer(2));
      return { text: words.join(", "), answer: [...words].sort().join(", ") };
    },
  },
  {
    id: "first-letter",
    title: "First letter",
    example: "What is the first letter of “window”? → w",
    inline: ['What is the first letter of "{}"?', 'Which letter does "{}" start with?'],
    withInput: ["Write the first letter of this word.", "Which letter comes first in the word?"],
    make: (random) => {
      const text = random.pick(WORDS);
      return { text, answer: text.charAt(0) };
    },
  },
  {
    id: "addition",
    title: "Addition",
    example: "What is 12 + 30? → 42",
    inline: ["What is {}?", "Work out {}.", "How much is {}?"],
    withInput: ["Add the two numbers.", "Work out the sum."],
    make: (random) => {
      const [a, b] = [random.integer(100), random.integer(100)];
      return { text: `${a} + ${b}`, answer: String(a + b) };
    },
  },
  {
    id: "comparison",
    title: "Yes or no: which is greater",
    example: "Is 12 greater than 30? → No.",
    inline: ["Is {}?", "Is it true that {}?"],
    withInput: ["Is this true? Answer yes or no.", "Answer with yes or no: is it so?"],
    make: (random) => {
      const a = random.integer(100);
      const other = random.integer(99);
      // Never equal, so that "greater" and "less" are plain opposites.
      const b = other >= a ? other + 1 : other;
      const isGreater = random.integer(2) === 0;
      const text = `${a} ${isGreater ? "greater" : "less"} than ${b}`;
      return { text, answer: a > b === isGreater ? "Yes." : "No." };
    },
  },
  {
    id: "list",
    title: "Make a list",
    example: "Make a list of these: milk, bread and salt → - milk …",
    inline: ["Make a list of these: {}", "Write these as a list, one on each line: {}"],
    withInput: ["Make a list with one word on each line.", "Turn this into a list."],
    make: (random) => {
      const words = pickWords(random, 2 + random.integer(3));
      return { text: joinWithAnd(words), answer: words.map((word) => `- ${word}`).join("\n") };
    },
  },
  {
    id: "extract-number",
    title: "Find the number",
    example: "Which number is in this sentence? Ana needs 14 minutes to draw the boat. → 14",
    inline: ["Which number is in this sentence? {}", "Find the number in this sentence: {}"],
    withInput: ["Write only the number of this sentence.", "Which number is in the sentence?"],
    make: (random) => {
      const number = 2 + random.integer(98);
      const thing = random.pick(WORDS);
      const text = `${random.pick(NAMES)} needs ${number} minutes to draw the ${thing}.`;
      return { text, answer: String(number) };
    },
  },
  {
    id: "last-word",
    title: "Last word",
    example: "What is the last word of this sentence? Ben saw the boat in the harbor. → harbor",
    inline: ["What is the last word of this sentence? {}", "Give the last word of: {}"],
    withInput: ["Write the last word of the sentence.", "Which word comes last?"],
    make: (random) => {
      const place = random.pick(PLACES);
      const thing = random.pick(WORDS);
      const text = `${random.pick(NAMES)} ${random.pick(VERBS)} the ${thing} in the ${place}.`;
      return { text, answer: place };
    },
  },
  {
    id: "who",
    title: "Who did it",
    example: "Who is the sentence about? Ben saw the boat in the harbor. → Ben",
    inline: ["Who is this sentence about? {}", "Which name is in this sentence? {}"],
    withInput: ["Who is the sentence about?", "Write only the name of the person."],
    make: (random) => {
      const name = random.pick(NAMES);
      const thing = random.pick(WORDS);
      const text = `${name} ${random.pick(VERBS)} the ${thing} in the ${random.pick(PLACES)}.`;
      return { text, answer: name };
    },
  },
];
