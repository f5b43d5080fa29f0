/** Activations that keep their input alone for the gradient, and make nothing in between. */
import { isWebGPU, tf, type Tensor } from "@/engine/tfjs";
import { activateBackwardWasm, activateWasm, type ActivationKind } from "./wasm";
import { activateBackwardWebGPU, activateWebGPU } from "./webgpu";

/** y = f(x), dx = dy · f′(x). */
export function activate(kind: ActivationKind, given: Tensor): Tensor {
  const forward = isWebGPU() ? activateWebGPU : activateWasm;
  const backward = isWebGPU() ? activateBackwardWebGPU : activateBackwardWasm;
  return tf.customGrad((x, save) => {
    (save as tf.GradSaveFunc)([x as Tensor]);
    return {
      value: forward(kind, x as Tensor),
      gradFunc: (dy: Tensor, [saved]: Tensor[]) => backward(kind, saved as Tensor, dy),
    };
  })(given);
}

/** x·Φ(x) with the normal distribution Φ(x) = (1 + erf(x/√2)) / 2: the slope is Φ(x) + x·φ(x). https://arxiv.org/abs/1606.08415 */
export const gelu = (x: Tensor) => activate("gelu", x);

/** The tanh form of GELU: x/2 · (1 + tanh u) with u = √(2/π) · (x + 0.044715·x³). */
export const geluTanh = (x: Tensor) => activate("gelu-tanh", x);

/** x·σ(x), with the slope σ(x) · (1 + x·(1 − σ(x))). */
export const silu = (x: Tensor) => activate("silu", x);
