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
  const ids = idsByLogit(logits);
  const candidates = sampling.topK > 0 ? ids.subarray(0, sampling.topK) : ids;
  const peak = logits[candidates[0]!]!;
  const weights = Float64Array.from(candidates, (id) =>
    Math.exp((logits[id]! - peak) / sampling.temperature),
  );
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
    if (draw < 0) return candidates[i]!;
  }
  return candidates[kept - 1]!;
}

/** A token's id takes less than this many bits, and with the 32 of a logit less than the 53 of a double. */
const ID_RANGE = 2 ** 20;

/**
 * Ids by falling logit, ties by rising id. Numbers sort ten times faster than objects do: each is a logit's bits, turned
 * so that they rise as it falls, and its id.
 */
function idsByLogit(logits: Float32Array): Uint32Array {
  // −0 becomes 0, which it equals.
  const bits = new Int32Array(Float32Array.from(logits, (logit) => logit + 0).buffer);
  const keys = new Float64Array(logits.length);
  for (let id = 0; id < keys.length; id++) {
    const own = bits[id]!;
    const rising = own < 0 ? ~own >>> 0 : (own ^ 0x80000000) >>> 0;
    keys[id] = (0xffffffff - rising) * ID_RANGE + id;
  }
  keys.sort();
  return Uint32Array.from(keys, (key) => key % ID_RANGE);
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
