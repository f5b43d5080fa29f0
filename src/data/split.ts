import { Random } from "@/core/random";
import type { EncodedExample } from "./encode";

export type Split = { train: number[]; heldOut: number[] };

/** From this many examples on at least one is held out, so that there is a held-out loss to show. */
const MIN_EXAMPLES_TO_HOLD_OUT = 10;

/** Keeps the split's random numbers apart from those of the order of examples. */
const SPLIT_STREAM = 1;

/** The same for two examples exactly when their tokens are the same. */
export function exampleKey({ tokenIds }: EncodedExample): string {
  return tokenIds.join(" ");
}

/**
 * Chooses which examples are held out, by seed. `keys` is a text by example; examples with the same
 * key stay together, so that no held-out one is also trained on. Both lists keep the file's order.
 */
export function splitExamples(
  keys: readonly string[],
  heldOutPercent: number,
  seed: number,
): Split {
  const groups = new Map<string, number[]>();
  for (const [i, key] of keys.entries()) {
    const group = groups.get(key);
    if (group) group.push(i);
    else groups.set(key, [i]);
  }
  const wanted = countHeldOut(keys.length, heldOutPercent);
  const heldOut: number[] = [];
  for (const group of new Random(seed, SPLIT_STREAM).shuffled([...groups.values()])) {
    if (heldOut.length + group.length <= wanted) heldOut.push(...group);
    if (heldOut.length >= wanted) break;
  }
  const isHeldOut = new Set(heldOut);
  return {
    train: [...keys.keys()].filter((i) => !isHeldOut.has(i)),
    heldOut: heldOut.sort((a, b) => a - b),
  };
}

function countHeldOut(count: number, percent: number): number {
  if (percent <= 0) return 0;
  const share = Math.floor((count * percent) / 100);
  return count >= MIN_EXAMPLES_TO_HOLD_OUT ? Math.max(1, share) : share;
}
