import { Random } from "@/core/random";
import type { EncodedExample } from "./encode";

export type Split = { train: number[]; heldOut: number[] };

/** From this many examples on at least one is held out, so that there is a held-out loss to show. */
const MIN_EXAMPLES_TO_HOLD_OUT = 10;

/** Keeps the split's random numbers apart from those of the order of examples. */
const SPLIT_STREAM = 1;

/**
 * The same for two examples with the same tokens, and for others only by a chance of one in 2^53: a
 * number, as texts of all tokens would take more memory than the tokens.
 */
export function exampleKey({ tokenIds }: EncodedExample): number {
  let low = 0x811c9dc5;
  let high = tokenIds.length;
  for (const id of tokenIds) {
    low = Math.imul(low ^ id, 0x01000193);
    high = Math.imul(high ^ id ^ (high >>> 15), 0x85ebca6b);
  }
  return (high & 0x1fffff) * 2 ** 32 + (low >>> 0);
}

/**
 * Chooses which examples are held out, by seed. `keys` has one by example; examples with the same
 * key stay together, so that no held-out one is also trained on. Both lists keep the file's order.
 */
export function splitExamples(
  keys: readonly (string | number)[],
  heldOutPercent: number,
  seed: number,
): Split {
  const groups = new Map<string | number, number[]>();
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
