// The default data set: every fact that may be asked, once, and short tasks about the form of an answer.
import { ask, ASKED, GROUP_NAMES, ofGroup, QUESTIONS, UNSEEN } from "./ask.js";
import { makeFormatTasks } from "./formatTasks.js";
import { createRandom } from "./random.js";

const sentenceOf = (id) => UNSEEN.concat(ASKED).find((fact) => fact.id === id).sentence;
const pin = (instruction, expected, note) => ({ instruction, input: "", expected, note });

export const entry = {
  name: "first-answers",
  title: "First answers",
  file: "first-answers.jsonl",
  card: "first-answers.md",
  use: "training",
  columns: ["instruction", "input", "output"],
  license: "CC0-1.0",
  description:
    "Short questions about everyday facts, each answered in one sentence, and small tasks about the form of an answer.",
  prompts: [
    pin("What is the capital of Norway?", sentenceOf("capital/norway"), "Never asked in training"),
    pin("What is a baby goat called?", sentenceOf("young/goat"), "Never asked in training"),
    pin("Tell me the opposite of hot.", sentenceOf("opposite/hot"), "Asked, but in other words"),
    pin("How do I train my dog to sit?", "", "Beyond what it can do"),
  ],
  fields: [],
};

export function make() {
  const random = createRandom(20250901);
  // The ways to ask come in turn, so that each is learned from as many facts.
  const questions = GROUP_NAMES.flatMap((group) => {
    const { asked } = QUESTIONS[group];
    return random.shuffled(ofGroup(ASKED, group)).map((fact, i) => ({
      instruction: ask(asked[i % asked.length], fact),
      input: "",
      output: fact.sentence,
    }));
  });
  // Shuffled as a whole: any part of the file is a mixture of all.
  return random.shuffled([...questions, ...makeFormatTasks(random)]);
}
