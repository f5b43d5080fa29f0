/** Makes instruction records by rules, with answers that can be checked. No model, no network. */
import { AppError } from "@/core/errors";
import { Random } from "@/core/random";
import { TASKS, type Task } from "./tasks";

export type SynthesizeOptions = { kinds: string[]; count: number; seed: number };

/** The kinds of tasks, as a page lists them. */
export const TASK_KINDS: readonly { id: string; title: string; example: string }[] = TASKS.map(
  ({ id, title, example }) => ({ id, title, example }),
);

/** Draws without a new record after which a kind counts as used up. */
const MAX_MISSES = 200;

/**
 * Records in Alpaca columns, in turn of each kind and then shuffled; same options, same records. No
 * question comes twice, so there may be fewer than `count` where the kinds are used up.
 */
export function synthesize({ kinds, count, seed }: SynthesizeOptions): Record<string, unknown>[] {
  let open = TASKS.filter(({ id }) => kinds.includes(id));
  if (open.length === 0) {
    throw new AppError("data/nothing-usable", "No kind of task is chosen.");
  }
  const random = new Random(seed);
  const seen = new Set<string>();
  const records: Record<string, unknown>[] = [];
  while (open.length > 0 && records.length < count) {
    const usedUp = new Set<Task>();
    for (const task of open.slice(0, count - records.length)) {
      const record = drawNew(task, random, seen);
      if (record) records.push(record);
      else usedUp.add(task);
    }
    open = open.filter((task) => !usedUp.has(task));
  }
  return random.shuffled(records);
}

type AlpacaRecord = { instruction: string; input: string; output: string };

function drawNew(task: Task, random: Random, seen: Set<string>): AlpacaRecord | null {
  for (let i = 0; i < MAX_MISSES; i++) {
    const record = draw(task, random);
    const key = `${record.instruction}\n${record.input}`;
    if (seen.has(key)) continue;
    seen.add(key);
    return record;
  }
  return null;
}

function draw(task: Task, random: Random): AlpacaRecord {
  const { text, answer } = task.make(random);
  const phrasings = [
    ...task.inline.map((instruction) => ({ instruction, isInline: true })),
    ...task.withInput.map((instruction) => ({ instruction, isInline: false })),
  ];
  const { instruction, isInline } = random.pick(phrasings);
  // A function, because "$" in a replacement text has a meaning of its own.
  return isInline
    ? { instruction: instruction.replace("{}", () => text), input: "", output: answer }
    : { instruction, input: text, output: answer };
}
