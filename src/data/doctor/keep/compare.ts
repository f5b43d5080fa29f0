/** The best N beside N at random, with figures that show what was gained. */
import { Random } from "@/core/random";
import { openingOf } from "@/data/profile/opening";
import type { LiveRecord } from "../check";
import { toSample, type Sample } from "../sample";
import { chooseDiverse } from "./choose";
import { distance, toFeatures } from "./features";

export type Variety = {
  /** Different first verbs or question words of the prompts. */
  openings: number;
  /** Different words in the prompts. */
  words: number;
  /** Mean distance to the most similar other prompt, from 0 (the same) to 1 (no word shared). */
  nearest: number;
};

export type KeepComparison = {
  count: number;
  /** Ids of the records that the choice leaves out. */
  leftOut: number[];
  best: Variety;
  random: Variety;
};

/** Records whose nearest neighbor is looked for: the mean of 200 is exact to a few percent. */
const MEASURED = 200;

/** Yields how many records are done; the total is not known before. */
export function* compareKeeping(
  records: readonly LiveRecord[],
  count: number,
  seed: number,
): Generator<number, KeepComparison, undefined> {
  const samples: Sample[] = [];
  for (const record of records) {
    samples.push(toSample(record));
    if (samples.length % 16 === 0) yield samples.length;
  }
  const best = yield* chooseDiverse(samples, count);
  const kept = new Set(best);
  const random = new Random(seed).shuffled([...samples.keys()]).slice(0, count);
  return {
    count: best.length,
    leftOut: samples.flatMap(({ id }, i) => (kept.has(i) ? [] : [id])),
    best: yield* measureVariety(
      best.map((i) => samples[i] as Sample),
      seed,
    ),
    random: yield* measureVariety(
      random.map((i) => samples[i] as Sample),
      seed,
    ),
  };
}

function* measureVariety(
  samples: readonly Sample[],
  seed: number,
): Generator<number, Variety, undefined> {
  const openings = new Set<string>();
  const words = new Set<string>();
  const features: Int32Array[] = [];
  for (const sample of samples) {
    openings.add(openingOf(sample.conversation).verb);
    for (const word of sample.question.split(" ")) words.add(word);
    features.push(toFeatures(sample));
    if (features.length % 64 === 0) yield features.length;
  }
  const measured = new Random(seed).shuffled([...features.keys()]).slice(0, MEASURED);
  let sum = 0;
  for (const i of measured) {
    const own = features[i] as Int32Array;
    let nearest = 1;
    for (const [j, other] of features.entries()) {
      if (j !== i) nearest = Math.min(nearest, distance(own, other));
    }
    sum += nearest;
    yield i;
  }
  openings.delete("");
  words.delete("");
  return {
    openings: openings.size,
    words: words.size,
    nearest: sum / Math.max(1, measured.length),
  };
}
