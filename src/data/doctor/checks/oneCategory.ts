import type { Check, CheckInput, Remedy } from "../check";
import { chooseDiverse } from "../keep/choose";
import { finish } from "@/data/inPieces";
import type { Sample } from "../sample";

const MOST_SHARE = 0.8;

export const ONE_CATEGORY: Check = {
  id: "one-category",
  title: "One category is nearly all",
  why: "What the other categories teach is drowned, as each step sees few of them.",
  severity: "look",
  advice: "If the set is meant to teach this one thing, leave it as it is.",
  *find({ samples }) {
    yield 0;
    const largest = findLargest({ samples });
    const all = countTaken(samples);
    if (!largest || largest.taken <= MOST_SHARE * all) return [];
    const what = `“${largest.name}” is ${Math.round((100 * largest.taken) / all)} % of the records.`;
    return [{ id: null, line: 0, what }];
  },
  remedy(_found, input): Remedy | null {
    const largest = findLargest(input);
    if (!largest) return null;
    const { members, taken } = largest;
    const others = countTaken(input.samples) - taken;
    if (others === 0) return null;
    // As many as make the others a fifth.
    const most = (MOST_SHARE / (1 - MOST_SHARE)) * others * (members.length / taken);
    const keep = Math.max(1, Math.floor(most));
    const kept = new Set(finish(chooseDiverse(members, keep)));
    const ids = members.flatMap(({ id }, i) => (kept.has(i) ? [] : [id]));
    const label = `Keep the ${keep.toLocaleString("en-US")} most different of it`;
    return { of: "edit", label, edit: { kind: "exclude", ids } };
  },
};

function findLargest({ samples }: Pick<CheckInput, "samples">) {
  const groups = new Map<string, Sample[]>();
  for (const sample of samples) {
    const { category } = sample.conversation;
    if (category === undefined) continue;
    const group = groups.get(category);
    if (group) group.push(sample);
    else groups.set(category, [sample]);
  }
  const [first] = [...groups]
    .map(([name, members]) => ({ name, members, taken: countTaken(members) }))
    .sort((a, b) => b.taken - a.taken);
  return first ?? null;
}

/** What a mix takes several times counts as often. */
const countTaken = (samples: readonly Sample[]): number =>
  samples.reduce((sum, { conversation: { times = 1 } }) => sum + times, 0);
