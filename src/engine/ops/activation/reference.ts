/** The same functions in stock ops, each with its own gradient: the oracles. */
import { tf, type Tensor } from "@/engine/tfjs";

export function geluReference(x: Tensor): Tensor {
  return tf.tidy(() => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1)));
}

export function geluTanhReference(x: Tensor): Tensor {
  return tf.tidy(() => {
    const cubic = tf.mul(tf.mul(tf.square(x), x), 0.044715);
    const inner = tf.mul(tf.add(x, cubic), Math.sqrt(2 / Math.PI));
    return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(inner), 1));
  });
}

export function siluReference(x: Tensor): Tensor {
  return tf.tidy(() => tf.mul(x, tf.sigmoid(x)));
}
