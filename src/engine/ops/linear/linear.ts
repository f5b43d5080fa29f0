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

export type LinearLayer = {
  /** [in, out]. */
  weight: Tensor;
  /** [out]. */
  bias: Tensor | null;
  adapter: LoraPair | null;
};

/**
 * y = x·W + bias, and with an adapter + s·(x·A)·B, never building the dense W + s·A·B.
 * x [.., in] → [.., out]. https://arxiv.org/abs/2106.09685
 *
 * With u = x·A and e = s·dy·Bᵀ: dx = dy·Wᵀ + e·Aᵀ, dA = xᵀ·e, dB = s·uᵀ·dy, dW = xᵀ·dy. Kept for it
 * are x and the narrow u; a frozen weight (one that is no variable) gets no gradient.
 */
export function linear(x: Tensor, layer: LinearLayer): Tensor {
  const inFeatures = x.shape[x.rank - 1] as number;
  const outFeatures = layer.weight.shape[1] as number;
  return tf.tidy(() => {
    const rows = tf.reshape(x, [x.size / inFeatures, inFeatures]);
    return tf.reshape(linearRows(rows, layer), [...x.shape.slice(0, -1), outFeatures]);
  });
}

function linearRows(x: Tensor, layer: LinearLayer): Tensor {
  const forward = isWebGPU() ? linearForwardWebGPU : linearForwardWasm;
  const backward = isWebGPU() ? linearBackwardWebGPU : linearBackwardWasm;
  const op = tf.customGrad((xIn, ...rest) => {
    const save = rest.at(-1) as tf.GradSaveFunc;
    const input = xIn as Tensor;
    const { y, narrow } = forward(input, layer);
    save(narrow ? [input, narrow] : [input]);
    return {
      value: y,
      gradFunc: (dy: Tensor, [saved, savedNarrow]: Tensor[]) =>
        tf.tidy(() => backward(dy, saved as Tensor, layer, savedNarrow ?? null)),
    };
  });
  return op(x, ...trainedOf(layer));
}

/** What of a layer is given a gradient: weight and bias where they are variables, and the adapter. */
export function trainedOf({ weight, bias, adapter }: LinearLayer): Tensor[] {
  const own = weight instanceof tf.Variable ? [weight, ...(bias ? [bias] : [])] : [];
  return adapter ? [...own, adapter.a, adapter.b] : own;
}
