/**
 * MinHash: a short signature of a set of shingles, such that the share of equal places of two
 * signatures estimates |A ∩ B| / |A ∪ B|. Broder 1997, "On the resemblance and containment of documents".
 */
import { Random } from "@/core/random";

/** Characters in a shingle. Characters, as many languages have no spaces between words. */
const SHINGLE = 5;

/** Bands × rows = places of a signature. A pair of similarity s shares one with 1 − (1 − s⁶)¹⁶: 0.85 → 99.9 %. */
export const BANDS = 16;
const ROWS = 6;
export const PLACES = BANDS * ROWS;

/** The same hash functions always, so that the same data gives the same findings. */
const HASH_SEED = 1997;
const { multipliers, offsets } = createHashes();

function createHashes(): { multipliers: Int32Array; offsets: Int32Array } {
  const random = new Random(HASH_SEED);
  const draw = (): number => Math.floor(random.next() * 2 ** 32) | 0;
  return {
    // Odd, so that multiplying is one to one.
    multipliers: Int32Array.from({ length: PLACES }, () => draw() | 1),
    offsets: Int32Array.from({ length: PLACES }, draw),
  };
}

/**
 * Hashes of all runs of five characters; a shorter text is one shingle. In `room` where that is large
 * enough: a new array for each of many records would be more garbage than data.
 */
export function toShingles(text: string, room = new Int32Array(0)): Int32Array {
  const total = Math.max(1, text.length - SHINGLE + 1);
  const out = total <= room.length ? room.subarray(0, total) : new Int32Array(total);
  for (let start = 0; start < total; start++) {
    const end = Math.min(start + SHINGLE, text.length);
    let hash = 0x811c9dc5;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    // Mixes the upper bits into the lower ones (murmur3's last step).
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    out[start] = hash ^ (hash >>> 13);
  }
  return out;
}

/** Writes the signature of the shingles at `place` of the table: the least of each hash function. */
export function writeSignature(shingles: Int32Array, table: Int32Array, place: number): void {
  for (let k = 0; k < PLACES; k++) {
    const multiplier = multipliers[k]!;
    const offset = offsets[k]!;
    let least = 0x7fffffff;
    for (let i = 0; i < shingles.length; i++) {
      const value = (Math.imul(shingles[i]!, multiplier) + offset) | 0;
      if (value < least) least = value;
    }
    table[place * PLACES + k] = least;
  }
}

/** Estimated similarity of two signatures in the table, from 0 to 1. */
export function estimateSimilarity(table: Int32Array, a: number, b: number): number {
  const first = a * PLACES;
  const second = b * PLACES;
  let same = 0;
  for (let k = 0; k < PLACES; k++) if (table[first + k] === table[second + k]) same++;
  return same / PLACES;
}

/** One number for the rows of a band: texts with the same number may be alike. */
export function bandKey(table: Int32Array, place: number, band: number): number {
  let hash = band;
  const first = place * PLACES + band * ROWS;
  for (let k = first; k < first + ROWS; k++) {
    hash = Math.imul(hash ^ table[k]!, 0x01000193);
    hash ^= hash >>> 15;
  }
  return hash;
}

/** |A ∩ B| / |A ∪ B| of the shingles of two texts. */
export function measureSimilarity(a: string, b: string): number {
  const first = new Set(toShingles(a));
  const second = new Set(toShingles(b));
  let both = 0;
  for (const shingle of first) if (second.has(shingle)) both++;
  return both / (first.size + second.size - both);
}
