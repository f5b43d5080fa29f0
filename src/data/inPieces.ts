/** Long work as a generator: it yields often, and its caller decides what happens in between. */
import { nextTask } from "@/core/nextTask";

/** Longest stretch of work before others get their turn. */
const SLICE_MS = 30;

/** Runs a generator to its end at once. */
export function finish<T>(generator: Generator<unknown, T, undefined>): T {
  for (;;) {
    const step = generator.next();
    if (step.done) return step.value;
  }
}

/** Runs a generator to its end, letting messages and timers in every 30 ms. */
export async function finishInPieces<T>(generator: Generator<unknown, T, undefined>): Promise<T> {
  let start = performance.now();
  for (;;) {
    const step = generator.next();
    if (step.done) return step.value;
    if (performance.now() - start < SLICE_MS) continue;
    await nextTask();
    start = performance.now();
  }
}
