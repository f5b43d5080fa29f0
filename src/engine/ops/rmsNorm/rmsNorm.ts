import { tf, type Tensor } from "@/engine/tfjs";

/**
 * Normalizes the last axis: y = x ÷ sqrt(mean(x²) + eps) · gain.
 * x [.., C], gain [C] → [.., C]. https://arxiv.org/abs/1910.07467
 */
export function rmsNorm(x: Tensor, gain: Tensor, eps: number): Tensor {
  return tf.tidy(() => {
    const meanSquare = tf.mean(tf.square(x), -1, true);
    return tf.mul(tf.mul(x, tf.rsqrt(tf.add(meanSquare, eps))), gain);
  });
}
