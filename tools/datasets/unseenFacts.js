// The third of the facts that no data set asks about, in the ways of asking that training uses.
import { ask, GROUP_NAMES, ofGroup, QUESTIONS, toCase, UNSEEN } from "./ask.js";
import { createRandom } from "./random.js";

export const entry = {
  name: "unseen-facts",
  title: "Unseen facts",
  file: "unseen-facts.jsonl",
  card: "unseen-facts.md",
  use: "evaluation",
  columns: ["instruction", "input", "output", "accepted", "kind", "form"],
  license: "CC0-1.0",
  description:
    "Questions about facts that the model has read as plain statements and is never asked in training.",
  prompts: [],
  fields: [],
};

export function make() {
  const random = createRandom(20250902);
  const cases = GROUP_NAMES.flatMap((group) => {
    const { asked } = QUESTIONS[group];
    return random
      .shuffled(ofGroup(UNSEEN, group))
      .map((fact, i) => toCase(fact, ask(asked[i % asked.length], fact)));
  });
  return random.shuffled(cases);
}
