// Word problems answered with the steps, the answer last. step-by-step-plain has the same without them.
import { makeProblems } from "./problems.js";

/** The same prompts for both sets, so that their answers can be compared. */
const TO_PIN = [
  {
    instruction: "Yara has five pears and gets two more. How many pears does Yara have?",
    steps: "Five plus two is seven.",
    answer: "seven",
    note: "Like the records, with a name that is in none of them.",
  },
  {
    instruction: "Kofi has two kites. Tara has four kites. How many kites do they have together?",
    steps: "Two plus four is six.",
    answer: "six",
    note: "No record uses two plus four: the model read it as a statement and was never asked.",
  },
  {
    instruction: "Yara has nine kites and gives three of them to Kofi. How many kites are left?",
    steps: "Six plus three is nine. So nine minus three is six.",
    answer: "six",
    note: "A difference: here the steps should help most.",
  },
  {
    instruction: "How many letters are in the word garden?",
    steps: "One is g, two is a, three is r, four is d, five is e, six is n.",
    answer: "six",
    note: "A word of no record. Hard: the model reads pieces of words, not letters.",
  },
];

/** The index entry of either set; `write` makes the answer from the steps, as one text, and the answer. */
export const toEntry = (name, title, description, write) => ({
  name,
  title,
  file: `${name}.jsonl`,
  card: `${name}.md`,
  use: "training",
  columns: ["instruction", "input", "output"],
  license: "CC0-1.0",
  description,
  prompts: TO_PIN.map(({ instruction, steps, answer, note }) => {
    return { instruction, input: "", expected: write(steps, answer), note };
  }),
  fields: [],
});

/** The records of either set, in the same order. */
export const toRecords = (write) =>
  makeProblems().map(({ question, input, steps, answer }) => {
    return { instruction: question, input, output: write(steps.join(" "), answer) };
  });

const write = (steps, answer) => `${steps} So the answer is ${answer}.`;

export const entry = toEntry(
  "step-by-step",
  "Step by step",
  "Small word problems, answered in short steps that end in the answer.",
  write,
);

export const make = () => toRecords(write);
