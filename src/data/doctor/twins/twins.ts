/** Records that stand in the data twice: letter by letter, or nearly so. */
import type { Sample } from "../sample";
import { contradicts } from "./contradicts";
import {
  BANDS,
  bandKey,
  estimateSimilarity,
  measureSimilarity,
  PLACES,
  toShingles,
  writeSignature,
} from "./minHash";

/** `copy` repeats `of`, which stands before it. */
export type Twin = { copy: Sample; of: Sample; similarity: number };

export type Twins = {
  exact: Twin[];
  near: Twin[];
  /** MinHash signatures, `PLACES` numbers by sample. */
  signatures: Int32Array;
};

/** From here on two records count as nearly the same; one plot retold with other animals stays below. */
const ALIKE = 0.85;
/** One answer to prompts in other words is taught on purpose. */
const ALIKE_QUESTIONS = 0.7;
/** Signatures estimate; pairs from here on are measured. The standard error at 0.85 is 0.04. */
const WORTH_MEASURING = 0.73;
/** Records compared in one band's bucket: a set made from one pattern would else compare all with all. */
const MOST_COMPARED = 8;
/** Records whose similarity is measured, those with the highest estimates: a copy is among the first. */
const MOST_MEASURED = 4;

const SIGN_EVERY = 4;
/** Longer records are rare. */
const SHINGLES_AT_ONCE = 2 ** 16;

/** Passes over the samples that `findTwins` reports: signing and looking. */
export const TWIN_PASSES = 2;

/**
 * Near-linear: banded locality-sensitive hashing names the candidates. Of a group of alike records
 * the first stays, the others are its copies. Yields how many records are done, over both passes.
 */
export function* findTwins(samples: readonly Sample[]): Generator<number, Twins, undefined> {
  const signatures = new Int32Array(samples.length * PLACES);
  const digits = new Int32Array(samples.length);
  const room = new Int32Array(SHINGLES_AT_ONCE);
  for (const [i, sample] of samples.entries()) {
    writeSignature(toShingles(wholeOf(sample), room), signatures, i);
    digits[i] = hashDigits(sample);
    if (i % SIGN_EVERY === 0) yield i;
  }
  const exact: Twin[] = [];
  const near: Twin[] = [];
  const firstByText = new Map<string, Sample>();
  const buckets = new Buckets(samples.length);
  for (const [i, copy] of samples.entries()) {
    if (i % SIGN_EVERY === 0) yield samples.length + i;
    const key = exactKey(copy);
    const same = firstByText.get(key);
    if (same) {
      exact.push({ copy, of: same, similarity: 1 });
      continue;
    }
    firstByText.set(key, copy);
    const twin = findNear(i, { samples, signatures, digits, buckets });
    if (twin) near.push(twin);
    else buckets.add(i, signatures);
  }
  return { exact, near, signatures };
}

const exactKey = ({ conversation }: Sample): string =>
  JSON.stringify(conversation.messages.map(({ role, content, input }) => [role, content, input]));

const wholeOf = ({ question, answer }: Sample): string => `${question} ${answer}`;

type Known = {
  samples: readonly Sample[];
  signatures: Int32Array;
  digits: Int32Array;
  buckets: Buckets;
};

function findNear(i: number, { samples, signatures, digits, buckets }: Known): Twin | null {
  const copy = samples[i] as Sample;
  const candidates = [...buckets.candidates(i, signatures)]
    .filter((j) => digits[j] === digits[i])
    .map((j) => ({ of: samples[j] as Sample, estimate: estimateSimilarity(signatures, i, j) }))
    .filter(({ of, estimate }) => estimate >= WORTH_MEASURING && !contradicts(copy, of))
    .sort((a, b) => b.estimate - a.estimate);
  for (const { of } of candidates.slice(0, MOST_MEASURED)) {
    const similarity = measureSimilarity(wholeOf(copy), wholeOf(of));
    if (similarity < ALIKE) continue;
    if (measureSimilarity(copy.question, of.question) >= ALIKE_QUESTIONS)
      return { copy, of, similarity };
  }
  return null;
}

/** Two sums with other numbers are two exercises, however alike they look. Of the digits, in groups. */
function hashDigits(sample: Sample): number {
  let hash = 0x811c9dc5;
  for (const [digits] of wholeOf(sample).matchAll(/\d+/g)) {
    for (let i = 0; i < digits.length; i++) {
      hash = Math.imul(hash ^ digits.charCodeAt(i), 0x01000193);
    }
    hash = Math.imul(hash ^ SPACE, 0x01000193);
  }
  return hash;
}

const SPACE = 0x20;

/** For each band the records by their key, as chains: newest first. */
class Buckets {
  readonly #heads = Array.from({ length: BANDS }, () => new Map<number, number>());
  readonly #next: Int32Array;

  constructor(count: number) {
    this.#next = new Int32Array(count * BANDS);
  }

  candidates(i: number, signatures: Int32Array): Set<number> {
    const found = new Set<number>();
    for (const [band, heads] of this.#heads.entries()) {
      let at = heads.get(bandKey(signatures, i, band)) ?? -1;
      for (let n = 0; at >= 0 && n < MOST_COMPARED; n++) {
        found.add(at);
        at = this.#next[at * BANDS + band] ?? -1;
      }
    }
    return found;
  }

  add(i: number, signatures: Int32Array): void {
    for (const [band, heads] of this.#heads.entries()) {
      const key = bandKey(signatures, i, band);
      this.#next[i * BANDS + band] = heads.get(key) ?? -1;
      heads.set(key, i);
    }
  }
}
