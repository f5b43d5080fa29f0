import { tf, type Tensor } from "@/engine/tfjs";

/** x·Φ(x) = x/2 · (1 + erf(x/√2)). https://arxiv.org/abs/1606.08415 */
export function gelu(x: Tensor): Tensor {
  return tf.tidy(() => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1)));
}

/** The tanh form of GELU: x/2 · (1 + tanh(√(2/π) · (x + 0.044715·x³))). */
export function geluTanh(x: Tensor): Tensor {
  return tf.tidy(() => {
    const cubic = tf.mul(tf.mul(tf.square(x), x), 0.044715);
    const inner = tf.mul(tf.add(x, cubic), Math.sqrt(2 / Math.PI));
    return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(inner), 1));
  });
}

/** x · sigmoid(x). */
export function silu(x: Tensor): Tensor {
  return tf.tidy(() => tf.mul(x, tf.sigmoid(x)));
}
