import { tf, type Tensor } from "@/engine/tfjs";

/** The same in stock ops, each with its own gradient: the oracle. */
export function layerNormReference(x: Tensor, gain: Tensor, bias: Tensor, eps: number): Tensor {
  return tf.tidy(() => {
    const centered = tf.sub(x, tf.mean(x, -1, true));
    const variance = tf.mean(tf.square(centered), -1, true);
    const normalized = tf.mul(centered, tf.rsqrt(tf.add(variance, eps)));
    return tf.add(tf.mul(normalized, gain), bias);
  });
}
