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
  if (topK <= 0 && topP >= 1) return { least: -Infinity, ties: Infinity };
  const rising = Float32Array.from(logits).sort();
  const last = rising.length - 1;
  const lowest = topK > 0 ? rising[Math.max(0, last + 1 - topK)]! : rising[0]!;
  if (topP >= 1) return { least: lowest, ties: Infinity };
  let total = 0;
  for (let i = last; i >= 0 && rising[i]! >= lowest; i--) total += weigh(rising[i]!);
  const wanted = Math.fround(topP) * total;
  let [sum, least, ties] = [0, Infinity, 0];
  // One at least.
  for (let i = last; i >= 0 && rising[i]! >= lowest && (sum < wanted || ties === 0); i--) {
    sum += weigh(rising[i]!);
    ties = rising[i] === least ? ties + 1 : 1;
    least = rising[i]!;
  }
  return { least, ties };
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
