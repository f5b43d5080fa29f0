// Facts that training asks about, asked in ways that training never uses.
import { ask, ASKED, GROUP_NAMES, ofGroup, QUESTIONS, toCase } from "./ask.js";
import { createRandom } from "./random.js";

const RECORDS = 300;

export const entry = {
  name: "unseen-phrasings",
  title: "Unseen phrasings",
  file: "unseen-phrasings.jsonl",
  card: "unseen-phrasings.md",
  use: "evaluation",
  columns: ["instruction", "input", "output", "accepted", "kind", "form"],
  license: "CC0-1.0",
  description: "Facts that training asks about, asked in other words than training uses.",
  prompts: [],
  fields: [],
};

export function make() {
  const random = createRandom(20250903);
  const byGroup = GROUP_NAMES.map((group) => {
    const { heldOut } = QUESTIONS[group];
    return random
      .shuffled(ofGroup(ASKED, group))
      .map((fact, i) => toCase(fact, ask(heldOut[i % heldOut.length], fact)));
  });
  // One of every group in turn, until there are enough: groups differ in size, kinds count alike.
  const rounds = Array.from({ length: RECORDS }, (_, i) =>
    byGroup.flatMap((cases) => cases[i] ?? []),
  );
  return random.shuffled(rounds.flat().slice(0, RECORDS));
}
