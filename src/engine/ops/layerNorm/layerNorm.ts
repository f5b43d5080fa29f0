import { tf, type Tensor } from "@/engine/tfjs";

/**
 * Normalizes the last axis: y = (x − mean) ÷ sqrt(variance + eps) · gain + bias.
 * x [.., C], gain [C], bias [C] → [.., C]. https://arxiv.org/abs/1607.06450
 */
export function layerNorm(x: Tensor, gain: Tensor, bias: Tensor, eps: number): Tensor {
  return tf.tidy(() => {
    const centered = tf.sub(x, tf.mean(x, -1, true));
    const variance = tf.mean(tf.square(centered), -1, true);
    const normalized = tf.mul(centered, tf.rsqrt(tf.add(variance, eps)));
    return tf.add(tf.mul(normalized, gain), bias);
  });
}
