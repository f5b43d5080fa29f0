/** What generators draw: several words at once, numbers between bounds. */
import type { Random } from "@/core/random";
import { WORDS } from "./words";

/** So many different items, in random order. */
export function pickSome<T>(random: Random, items: readonly T[], count: number): T[] {
  const picked = new Set<T>();
  while (picked.size < count) picked.add(random.pick(items));
  return [...picked];
}

export const pickWords = (random: Random, count: number): string[] =>
  pickSome(random, WORDS, count);

/** A whole number from `low` to `high`, both included. */
export const between = (random: Random, low: number, high: number): number =>
  low + random.integer(high - low + 1);

/** The items in another order than the right one: said again as they stand, they must be wrong. */
export function disorder(random: Random, right: readonly string[]): string[] {
  const shuffled = random.shuffled(right);
  const isRight = shuffled.every((item, i) => item === right[i]);
  return isRight ? shuffled.reverse() : shuffled;
}

/** "a, b and c". */
export const joinWithAnd = (items: readonly string[]): string =>
  `${items.slice(0, -1).join(", ")} and ${items.at(-1) ?? ""}`;

export const capitalize = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
