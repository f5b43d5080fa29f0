/** Defaults of the paper and of PyTorch. */
export const BETA1 = 0.9;
export const BETA2 = 0.999;
export const EPSILON = 1e-8;
/** PyTorch's `clip_grad_norm_` divides by the norm plus this. */
export const CLIP_EPSILON = 1e-6;

/** What of AdamW changes with the step: lr ÷ (1 − β₁ᵗ), 1 ÷ √(1 − β₂ᵗ), and 1 − lr·decay, a decayed weight's factor. */
export function ratesOf(learningRate: number, step: number, weightDecay: number): Float32Array {
  return Float32Array.of(
    learningRate / (1 - BETA1 ** step),
    1 / Math.sqrt(1 - BETA2 ** step),
    1 - learningRate * weightDecay,
  );
}
