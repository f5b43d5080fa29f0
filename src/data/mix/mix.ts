/** Several data sets as one: of each a share, chosen by seed. */
import { Random } from "@/core/random";
import type { Dataset } from "../dataset";

/** How much of a data set goes into a mix. */
export type MixShare = {
  /** How often each record is taken: 0.5 is a random half, 2 is all of them twice. */
  weight: number;
  /** Most records taken, whatever the weight; null for no limit. */
  cap: number | null;
  /** Put on all of its records; "" keeps their own. */
  category: string;
};

export type MixPart = MixShare & {
  /** Stays the same while other parts come and go. */
  id: number;
  dataset: Dataset;
};

export type Mix = { seed: number; parts: MixPart[] };

/** A mix, and for each part how often each of its conversations is taken; 0 is not at all. */
export type PickedMix = Mix & { picked: number[][] };

/** Keeps the draws of a mix apart from those of other users of the seed. */
const MIX_STREAM = 7000;

/** Weights that make sense; far beyond them a mix no longer fits into memory. */
export const WEIGHT_LIMITS = { min: 0.01, max: 100 };

/** The share with which a data set comes in: all of it, named as a category where it has none. */
export function firstShare({ name, conversations }: Dataset): MixShare {
  const hasOwn = conversations.some(({ category = "" }) => category !== "");
  return { weight: 1, cap: null, category: hasOwn ? "" : name };
}

/**
 * One data set out of all parts, one behind the other, each in its own order. Lines are counted on through
 * all parts, so that a line is one record; a note says where each part begins.
 */
export function mixDatasets({ seed, parts }: Mix): Dataset & { mix: PickedMix } {
  const [first] = parts;
  if (!first) throw new Error("mixDatasets: there is no part");
  const picked = parts.map(({ id, dataset, ...share }) => {
    return pickShare(dataset.conversations.length, share, new Random(seed, MIX_STREAM + id));
  });
  const mixed: Dataset = {
    name: parts.map(({ dataset }) => dataset.name).join(" + "),
    use: parts.some(({ dataset }) => dataset.use === "evaluation") ? "evaluation" : "training",
    records: [],
    conversations: [],
    parseProblems: [],
    problems: [],
    notes: [],
    parseNotes: [],
    columns: first.dataset.columns,
    mapping: first.dataset.mapping,
    options: [],
    questionSets: parts.flatMap(({ dataset }) => dataset.questionSets),
  };
  let offset = 0;
  for (const [i, part] of parts.entries()) {
    append(mixed, part, picked[i] ?? [], offset);
    offset += countLines(part.dataset);
  }
  return { ...mixed, mix: { seed, parts, picked } };
}

function append(mixed: Dataset, part: MixPart, picked: readonly number[], offset: number): void {
  const { dataset, category } = part;
  const moved = <T extends { line: number }>(item: T): T => ({ ...item, line: item.line + offset });
  // Pushed one by one: arguments of a call are limited in number.
  for (const record of dataset.records) mixed.records.push(moved(record));
  for (const [i, conversation] of dataset.conversations.entries()) {
    const times = picked[i] ?? 0;
    if (times === 0) continue;
    const marks = { ...(category !== "" && { category }), ...(times > 1 && { times }) };
    mixed.conversations.push({ ...moved(conversation), ...marks });
  }
  for (const problem of dataset.problems) {
    mixed.problems.push({ ...moved(problem), reason: `${dataset.name}: ${problem.reason}` });
  }
  for (const note of dataset.notes) {
    mixed.notes.push({ ...moved(note), text: `${dataset.name}: ${note.text}` });
  }
  if (offset === 0) return;
  const text = `${dataset.name}: its lines are counted from here on.`;
  mixed.notes.push({ text, count: 1, line: offset + 1 });
}

/** Lines are those of a file; what was made by hand has line 0. */
function countLines({ records, problems, conversations }: Dataset): number {
  let last = 0;
  for (const list of [records, problems, conversations]) {
    for (const { line } of list) last = Math.max(last, line);
  }
  return last;
}

/** How often a share takes each of `count` records. */
export function pickShare(
  count: number,
  { weight, cap }: Pick<MixShare, "weight" | "cap">,
  random: Random,
): number[] {
  if (!(weight >= WEIGHT_LIMITS.min && weight <= WEIGHT_LIMITS.max)) {
    throw new Error(`pickShare: the weight ${weight} is out of range`);
  }
  const wanted = Math.min(Math.round(weight * count), cap ?? Infinity);
  if (count === 0) return [];
  const times = new Array<number>(count).fill(Math.floor(wanted / count));
  for (const i of random.shuffled([...times.keys()]).slice(0, wanted % count)) times[i]!++;
  return times;
}
