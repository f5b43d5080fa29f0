import type { Check, CheckInput, Remedy } from "../check";
import { chooseDiverse } from "../keep/choose";
import { finish } from "@/data/inPieces";

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
    if (!largest || largest.members.length <= MOST_SHARE * samples.length) return [];
    const share = Math.round((100 * largest.members.length) / samples.length);
    const what = `“${largest.name}” is ${share} % of the records.`;
    return [{ id: null, line: 0, what }];
  },
  remedy(_found, input): Remedy | null {
    const largest = findLargest(input);
    if (!largest) return null;
    const others = input.samples.length - largest.members.length;
    if (others === 0) return null;
    // As many as make the others a fifth.
    const keep = Math.floor((MOST_SHARE / (1 - MOST_SHARE)) * others);
    const kept = new Set(finish(chooseDiverse(largest.members, keep)));
    const ids = largest.members.flatMap(({ id }, i) => (kept.has(i) ? [] : [id]));
    const label = `Keep the ${keep.toLocaleString("en-US")} most different of it`;
    return { of: "edit", label, edit: { kind: "exclude", ids } };
  },
};

function findLargest({ samples }: Pick<CheckInput, "samples">) {
  const groups = new Map<string, (typeof samples)[number][]>();
  for (const sample of samples) {
    const { category } = sample.conversation;
    if (category === undefined) continue;
    const group = groups.get(category);
    if (group) group.push(sample);
    else groups.set(category, [sample]);
  }
  const [first] = [...groups].sort((a, b) => b[1].length - a[1].length);
  return first ? { name: first[0], members: first[1] } : null;
}
