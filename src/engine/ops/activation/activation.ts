/** Activations that keep their input alone for the gradient, and free everything in between. */
import { isWebGPU, tf, type Tensor } from "@/engine/tfjs";
import { activateBackwardWasm, activateWasm, type ActivationKind } from "./wasm";

const SQRT_2_PI = Math.sqrt(2 / Math.PI);
const CUBIC = 0.044715;

/** y = f(x), dx = dy · f′(x). */
function activation(kind: ActivationKind, f: (x: Tensor) => Tensor, slope: (x: Tensor) => Tensor) {
  return (x: Tensor): Tensor =>
    tf.customGrad((xIn, save) => {
      (save as tf.GradSaveFunc)([xIn as Tensor]);
      return {
        value: isWebGPU() ? f(xIn as Tensor) : activateWasm(kind, xIn as Tensor),
        gradFunc: (dy: Tensor, [saved]: Tensor[]) =>
          isWebGPU()
            ? tf.tidy(() => tf.mul(dy, slope(saved as Tensor)))
            : activateBackwardWasm(kind, saved as Tensor, dy),
      };
    })(x);
}

/** Φ(x), the normal distribution: (1 + erf(x/√2)) / 2. */
function normalBelow(x: Tensor): Tensor {
  return tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5);
}

/** x·Φ(x), with the slope Φ(x) + x·φ(x). https://arxiv.org/abs/1606.08415 */
export const gelu = activation(
  "gelu",
  (x) => tf.mul(x, normalBelow(x)),
  (x) => {
    const density = tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
    return tf.add(normalBelow(x), tf.mul(x, density));
  },
);

/** u = √(2/π) · (x + 0.044715·x³). */
function tanhInner(x: Tensor): Tensor {
  return tf.mul(tf.mul(x, tf.add(tf.mul(tf.square(x), CUBIC), 1)), SQRT_2_PI);
}

/** The tanh form of GELU: x/2 · (1 + tanh u), with the slope (1 + tanh u)/2 + x/2 · (1 − tanh² u) · u′. */
export const geluTanh = activation(
  "gelu-tanh",
  (x) => tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(tanhInner(x)), 1)),
  (x) => {
    const t = tf.tanh(tanhInner(x));
    const innerSlope = tf.mul(tf.add(tf.mul(tf.square(x), 3 * CUBIC), 1), SQRT_2_PI);
    const bend = tf.mul(tf.mul(x, tf.sub(1, tf.square(t))), innerSlope);
    return tf.mul(tf.add(tf.add(t, 1), bend), 0.5);
  },
);

/** x·σ(x), with the slope σ(x) · (1 + x·(1 − σ(x))). */
export const silu = activation(
  "silu",
  (x) => tf.mul(x, tf.sigmoid(x)),
  (x) => {
    const s = tf.sigmoid(x);
    return tf.mul(s, tf.add(tf.mul(x, tf.sub(1, s)), 1));
  },
);
