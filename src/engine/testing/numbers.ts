import { Random } from "@/core/random";

/** `count` seeded numbers in (−scale, scale). */
export function randomNumbers(count: number, seed: number, scale = 1): Float32Array {
  const random = new Random(seed, 99);
  return Float32Array.from({ length: count }, () => (2 * random.next() - 1) * scale);
}

/** `count` seeded whole numbers in [0, limit). */
export function randomIntegers(count: number, seed: number, limit: number): Int32Array {
  const random = new Random(seed, 98);
  return Int32Array.from({ length: count }, () => random.integer(limit));
}
