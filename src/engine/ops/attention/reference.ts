import { tf, type Tensor } from "@/engine/tfjs";

/** The same with k and v repeated for each head, in stock ops with their own gradients: the oracle. */
export function attentionReference(q: Tensor, k: Tensor, v: Tensor, mask: Tensor): Tensor {
  return tf.tidy(() => {
    const [batch, heads, , headDim] = q.shape as [number, number, number, number];
    const [, kvHeads, keys] = k.shape as [number, number, number, number];
    const repeat = (x: Tensor) => {
      const apart = tf.reshape(x, [batch, kvHeads, 1, keys, headDim]);
      const copies = Array.from({ length: heads / kvHeads }, () => apart);
      return tf.reshape(tf.concat(copies, 2), [batch, heads, keys, headDim]);
    };
    const scores = tf.mul(tf.matMul(q, repeat(k), false, true), 1 / Math.sqrt(headDim));
    return tf.matMul(tf.softmax(tf.add(scores, mask)), repeat(v));
  });
}
