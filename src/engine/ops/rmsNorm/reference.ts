import { tf, type Tensor } from "@/engine/tfjs";

/** The same in stock ops, each with its own gradient: the oracle. */
export function rmsNormReference(x: Tensor, gain: Tensor, eps: number): Tensor {
  return tf.tidy(() => {
    const meanSquare = tf.mean(tf.square(x), -1, true);
    return tf.mul(tf.mul(x, tf.rsqrt(tf.add(meanSquare, eps))), gain);
  });
}
