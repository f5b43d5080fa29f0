import { isWebGPU, tf, type Tensor } from "@/engine/tfjs";
import { linearBackwardWasm, linearForwardWasm } from "./wasm";
import { linearBackwardWebGPU, linearForwardWebGPU } from "./webgpu";

export type LoraPair = {
  /** Aᵀ on the device: [in, rank]. */
  a: Tensor;
  /** Bᵀ on the device: [rank, out]. */
  b: Tensor;
  scale: number;
};

/**
 * y = x·W + bias, and with an adapter + s·(x·A)·B, never building the dense W + s·A·B.
 * x [.., in], weight [in, out] → [.., out]. https://arxiv.org/abs/2106.09685
 *
 * With u = x·A and e = s·dy·Bᵀ: dx = dy·Wᵀ + e·Aᵀ, dA = xᵀ·e, dB = s·uᵀ·dy, dW = xᵀ·dy. Kept for it
 * are x and the narrow u; a frozen weight (one that is no variable) gets no gradient.
 */
export function linear(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  adapter: LoraPair | null,
): Tensor {
  const inFeatures = x.shape[x.rank - 1] as number;
  const outFeatures = weight.shape[1] as number;
  return tf.tidy(() => {
    const rows = tf.reshape(x, [x.size / inFeatures, inFeatures]);
    const y = linearRows(rows, weight, bias, adapter);
    return tf.reshape(y, [...x.shape.slice(0, -1), outFeatures]);
  });
}

function linearRows(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  adapter: LoraPair | null,
): Tensor {
  const isTrained = weight instanceof tf.Variable;
  const op = tf.customGrad((xIn, ...rest) => {
    const save = rest.at(-1) as tf.GradSaveFunc;
    const input = xIn as Tensor;
    const { y, narrow } = forward(input);
    save(narrow ? [input, narrow] : [input]);
    return {
      value: y,
      gradFunc: (dy: Tensor, [xSaved, narrowSaved]: Tensor[]) =>
        tf.tidy(() => backward(dy, xSaved as Tensor, narrowSaved ?? null)),
    };
  });

  function forward(input: Tensor): { y: Tensor; narrow: Tensor | null } {
    const compute = isWebGPU() ? linearForwardWebGPU : linearForwardWasm;
    return compute(input, weight, bias, adapter);
  }

  function backward(dy: Tensor, input: Tensor, narrow: Tensor | null): Tensor[] {
    const compute = isWebGPU() ? linearBackwardWebGPU : linearBackwardWasm;
    const trains = { weight: isTrained, bias: isTrained && bias !== null };
    return compute(dy, input, weight, adapter, narrow, trains);
  }

  const trained = isTrained ? (bias ? [weight, bias] : [weight]) : [];
  return op(x, ...trained, ...(adapter ? [adapter.a, adapter.b] : []));
}
