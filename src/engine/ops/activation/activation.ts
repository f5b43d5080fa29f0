/** Activations that keep their input alone for the gradient, and make nothing in between. */
import { isWebGPU, tf, type Tensor } from "@/engine/tfjs";
import { activateBackwardWasm, activateWasm, type ActivationKind } from "./wasm";
import { activateBackwardWebGPU, activateWebGPU } from "./webgpu";

/** y = f(x), dx = dy · f′(x). */
function activation(kind: ActivationKind) {
  return (x: Tensor): Tensor =>
    tf.customGrad((xIn, save) => {
      (save as tf.GradSaveFunc)([xIn as Tensor]);
      const activate = isWebGPU() ? activateWebGPU : activateWasm;
      const activateBackward = isWebGPU() ? activateBackwardWebGPU : activateBackwardWasm;
      return {
        value: activate(kind, xIn as Tensor),
        gradFunc: (dy: Tensor, [saved]: Tensor[]) => activateBackward(kind, saved as Tensor, dy),
      };
    })(x);
}

/** x·Φ(x) with the normal distribution Φ(x) = (1 + erf(x/√2)) / 2: the slope is Φ(x) + x·φ(x). https://arxiv.org/abs/1606.08415 */
export const gelu = activation("gelu");

/** The tanh form of GELU: x/2 · (1 + tanh u) with u = √(2/π) · (x + 0.044715·x³). */
export const geluTanh = activation("gelu-tanh");

/** x·σ(x), with the slope σ(x) · (1 + x·(1 − σ(x))). */
export const silu = activation("silu");
