/**
 * What a block writes to its residual stream: the sum of its branches, attention's output and the feed-forward,
 * added to what came in.
 */
import { isWebGPU, tf, type Tensor } from "@/engine/tfjs";
import { activate } from "../activation/activation";
import type { ActivationKind } from "../activation/wasm";
import { linear, type LinearLayer } from "../linear/linear";
import { addToResidualWebGPU } from "./webgpu";

/** linear(h) with h = x, or f(hidden(x)), or f(gate(x)) · hidden(x) (https://arxiv.org/abs/2002.05202). */
export type Branch = {
  /** [.., in]. */
  x: Tensor;
  /** Writes to the residual stream. */
  layer: LinearLayer;
  hidden?: { kind: ActivationKind; layer: LinearLayer; gate: LinearLayer | null };
};

/** residual + Σ branches. residual [.., C] → [.., C]. */
export function addToResidual(residual: Tensor, branches: Branch[]): Tensor {
  if (isWebGPU()) return addToResidualWebGPU(residual, branches);
  return addToResidualWith(linear, activate, residual, branches);
}

/** The same of parts with gradients of their own. */
export function addToResidualWith(
  apply: typeof linear,
  act: typeof activate,
  residual: Tensor,
  branches: Branch[],
): Tensor {
  return tf.tidy(() => {
    let sum = residual;
    for (const { x, layer, hidden } of branches) {
      let input = x;
      if (hidden) {
        const inner = apply(x, hidden.layer);
        input = hidden.gate
          ? tf.mul(act(hidden.kind, apply(x, hidden.gate)), inner)
          : act(hidden.kind, inner);
      }
      sum = tf.add(sum, apply(input, layer));
    }
    return sum;
  });
}
