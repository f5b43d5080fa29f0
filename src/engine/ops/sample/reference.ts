/** How the next token is chosen from logits, in double precision on the CPU: the oracle, and the way of the WASM backend. */
import type { SamplingConfig } from "@/core/generation";

/**
 * Chooses the next token from logits [V]: repetition penalty (https://arxiv.org/abs/1909.05858), temperature, top-k,
 * top-p (https://arxiv.org/abs/1904.09751), in Hugging Face's order and with its sets: top-k keeps all that are as
 * likely as the k-th, top-p as few as it can, of equals the lower ids. Of what is kept it is the first, by id, with
 * which the sum of the weights exceeds `draw`, of [0, 1), times their whole sum. Greedy takes the first of the
 * likeliest. `logits` may be changed.
 */
export function sampleToken(
  logits: Float32Array,
  seen: Iterable<number>,
  sampling: SamplingConfig,
  draw: number,
): number {
  penalizeRepetition(logits, seen, sampling.repetitionPenalty);
  const likeliest = argMax(logits);
  if (sampling.temperature <= 0) return likeliest;
  const weigh = (logit: number) =>
    Math.exp((logit - logits[likeliest]!) / Math.fround(sampling.temperature));
  const { least, ties } = findKept(logits, sampling, weigh);
  const kept: number[] = [];
  let total = 0;
  let tiesLeft = ties;
  logits.forEach((logit, id) => {
    if (logit > least || (logit === least && tiesLeft-- > 0)) {
      kept.push(id);
      total += weigh(logit);
    }
  });
  let left = draw * total;
  for (const id of kept) {
    left -= weigh(logits[id]!);
    if (left < 0) return id;
  }
  return kept.at(-1)!;
}

/** The least logit that is kept, and how many of its equals. */
function findKept(
  logits: Float32Array,
  { topK, topP }: SamplingConfig,
  weigh: (logit: number) => number,
): { least: number; ties: number } {
  const isLimited = topK > 0 && topK < logits.length;
  const lowest = isLimited ? largestAt(logits, topK) : -Infinity;
  if (topP >= 1) return { least: lowest, ties: Infinity };
  const likely = isLimited ? logits.filter((logit) => logit >= lowest) : logits;
  const total = likely.reduce((sum, logit) => sum + weigh(logit), 0);
  // All below it together weigh less than what is left out; half of it, so that no rounding counts.
  const negligible = ((1 - topP) * total) / likely.length / 2;
  const falling = likely
    .filter((logit) => weigh(logit) >= negligible)
    .sort()
    .reverse();
  const wanted = Math.fround(topP) * total;
  let [sum, least, ties] = [0, Infinity, 0];
  for (const logit of falling) {
    // One at least.
    if (sum >= wanted && ties > 0) break;
    sum += weigh(logit);
    ties = logit === least ? ties + 1 : 1;
    least = logit;
  }
  return { least, ties };
}

/** The `count`-th largest value, of more than so many. Sorting 50,304 took 4 ms longer. */
function largestAt(values: Float32Array, count: number): number {
  // Whenever it is full its upper half is kept.
  const largest = new Float32Array(2 * count);
  let held = 0;
  let least = -Infinity;
  for (const value of values) {
    if (value <= least) continue;
    largest[held++] = value;
    if (held < 2 * count) continue;
    largest.sort().copyWithin(0, count);
    held = count;
    least = largest[0]!;
  }
  return largest.subarray(0, held).sort()[held - count]!;
}

function penalizeRepetition(logits: Float32Array, seen: Iterable<number>, penalty: number): void {
  if (penalty === 1) return;
  for (const id of new Set(seen)) {
    const logit = logits[id]!;
    logits[id] = logit > 0 ? logit / penalty : logit * penalty;
  }
}

function argMax(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}
