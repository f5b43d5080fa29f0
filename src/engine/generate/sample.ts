import type { SamplingConfig } from "@/core/generation";
import type { Random } from "@/core/random";

/**
 * Chooses the next token from logits [V]: repetition penalty (https://arxiv.org/abs/1909.05858),
 * temperature, top-k, top-p (https://arxiv.org/abs/1904.09751), in Hugging Face's order.
 * `logits` may be changed. Ties go to the lower id.
 */
export function sampleToken(
  logits: Float32Array,
  seen: Iterable<number>,
  sampling: SamplingConfig,
  random: Random,
): number {
  penalizeRepetition(logits, seen, sampling.repetitionPenalty);
  if (sampling.temperature <= 0) return argMax(logits);
  const candidates = Array.from(logits, (logit, id) => ({ id, logit }));
  candidates.sort((a, b) => b.logit - a.logit || a.id - b.id);
  if (sampling.topK > 0) candidates.length = Math.min(candidates.length, sampling.topK);
  const peak = candidates[0]!.logit;
  const weights = candidates.map(({ logit }) => Math.exp((logit - peak) / sampling.temperature));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let kept = weights.length;
  if (sampling.topP < 1) {
    let cumulative = 0;
    kept = weights.findIndex((weight) => (cumulative += weight / total) >= sampling.topP) + 1;
    if (kept === 0) kept = weights.length;
  }
  const keptTotal = weights.slice(0, kept).reduce((sum, weight) => sum + weight, 0);
  let draw = random.next() * keptTotal;
  for (let i = 0; i < kept; i++) {
    draw -= weights[i]!;
    if (draw < 0) return candidates[i]!.id;
  }
  return candidates[kept - 1]!.id;
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
