/** Long work as a generator: it yields often, and its caller decides what happens in between. */
import { nextTask } from "@/core/nextTask";

/** Longest stretch of work before others get their turn. */
export const SLICE_MS = 30;

/** Work in pieces. A number that it yields is the share done so far, from 0 to 1. */
export type InPieces<T> = Generator<number | void, T, undefined>;

/** Who waits for long work can be told how far it is, and can end it. */
export type Waiting = {
  onShare?: (share: number) => void;
  signal?: AbortSignal;
};

/** The waiting for one part of longer work: `from` and `to` are shares of the whole. */
export function waitForPart(waiting: Waiting, from: number, to: number): Waiting {
  const { onShare } = waiting;
  if (!onShare) return waiting;
  return {
    ...waiting,
    onShare: (share) => onShare(from + share * (to - from)),
  };
}

/** Runs a generator to its end at once. */
export function finish<T>(generator: Generator<unknown, T, undefined>): T {
  for (;;) {
    const step = generator.next();
    if (step.done) return step.value;
  }
}

/** Runs a generator to its end, letting messages and timers in every 30 ms; throws when it is aborted. */
export async function finishInPieces<T>(
  generator: InPieces<T>,
  { onShare, signal }: Waiting = {},
): Promise<T> {
  let start = performance.now();
  let share = 0;
  for (;;) {
    const step = generator.next();
    if (step.done) return step.value;
    share = step.value ?? share;
    if (performance.now() - start < SLICE_MS) continue;
    onShare?.(share);
    await nextTask();
    signal?.throwIfAborted();
    start = performance.now();
  }
}
