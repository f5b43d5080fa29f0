/** Tasks about numbers. */
import { between, pickSome } from "../draw";
import type { TaskKind } from "../kind";

const SMALL = (
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen " +
  "sixteen seventeen eighteen nineteen"
).split(" ");
const TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");

/** A number from 0 to 999 in English words. */
function inWords(number: number): string {
  if (number < 20) return SMALL[number] ?? "";
  if (number < 100) {
    const tens = TENS[Math.floor(number / 10) - 2] ?? "";
    return number % 10 === 0 ? tens : `${tens}-${inWords(number % 10)}`;
  }
  const hundreds = `${inWords(Math.floor(number / 100))} hundred`;
  return number % 100 === 0 ? hundreds : `${hundreds} ${inWords(number % 100)}`;
}

const NUMBERS = Array.from({ length: 999 }, (_, i) => i + 1);
const HIGHEST = { 1: 20, 2: 100, 3: 1000 };

export const NUMBER_KINDS: readonly TaskKind[] = [
  {
    id: "add",
    title: "Add",
    group: "Numbers",
    wordings: ["What is {}?", "Work out {}.", "How much is {}?", "Work out the sum."],
    generate: (random, level) => {
      const [a, b] = [random.integer(HIGHEST[level]), random.integer(HIGHEST[level])];
      return { text: `${a} + ${b}`, answer: String(a + b) };
    },
  },
  {
    id: "subtract",
    title: "Subtract",
    group: "Numbers",
    wordings: ["What is {}?", "Take away: {}", "How much is {}?", "Work out the difference."],
    generate: (random, level) => {
      const a = between(random, 1, HIGHEST[level]);
      const b = random.integer(a + 1);
      return { text: `${a} - ${b}`, answer: String(a - b) };
    },
  },
  {
    id: "multiply",
    title: "Multiply",
    group: "Numbers",
    wordings: ["What is {}?", "Multiply: {}", "How much is {}?", "Work out the product."],
    generate: (random, level) => {
      const most = { 1: 5, 2: 12, 3: 40 }[level];
      const [a, b] = [between(random, 1, most), between(random, 1, most)];
      return { text: `${a} × ${b}`, answer: String(a * b) };
    },
  },
  {
    id: "compare",
    title: "Which is greater: yes or no",
    group: "Numbers",
    wordings: ["Is {}?", "Is it true that {}?", "Is this true? Answer yes or no."],
    generate: (random, level) => {
      const [a = 0, b = 0] = pickSome(random, NUMBERS.slice(0, HIGHEST[level] - 1), 2);
      const isGreater = random.integer(2) === 0;
      const text = `${a} ${isGreater ? "greater" : "less"} than ${b}`;
      return { text, answer: a > b === isGreater ? "Yes." : "No." };
    },
  },
  {
    id: "largest",
    title: "The largest number",
    group: "Numbers",
    wordings: [
      "Which of these numbers is the largest? {}",
      "Find the largest number: {}",
      "Write the largest of the numbers.",
      "Which number is the largest one?",
    ],
    generate: (random, level) => {
      const numbers = pickSome(random, NUMBERS.slice(0, HIGHEST[level] - 1), 2 + level);
      return { text: numbers.join(", "), answer: String(Math.max(...numbers)) };
    },
  },
  {
    id: "sequence",
    title: "Go on counting",
    group: "Numbers",
    wordings: [
      "Which number comes next? {}",
      "Go on: {}",
      "Write the next number of the row.",
      "Which number follows?",
    ],
    generate: (random, level) => {
      const step = between(random, 1, { 1: 2, 2: 10, 3: 25 }[level]);
      const first = random.integer(HIGHEST[level]);
      const row = Array.from({ length: 4 }, (_, i) => first + i * step);
      return { text: row.join(", "), answer: String(first + 4 * step) };
    },
  },
  {
    id: "number-in-words",
    title: "A number in words",
    group: "Numbers",
    wordings: [
      "Write {} in words.",
      "How do you write {} with letters?",
      "Write the number in words.",
      "Spell out this number.",
    ],
    generate: (random, level) => {
      const number = random.integer(HIGHEST[level]);
      const answer = inWords(number);
      return {
        text: String(number),
        answer,
        also: [answer.replaceAll("-", " "), answer.replace("hundred ", "hundred and ")],
      };
    },
  },
];
