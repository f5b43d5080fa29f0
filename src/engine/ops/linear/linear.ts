import { isWebGPU, spending, tf, type Tensor } from "@/engine/tfjs";
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
  const [inFeatures, outFeatures] = layer.weight.shape as [number, number];
  const rows = x.size / inFeatures;
  const forward = isWebGPU() ? linearForwardWebGPU : linearForwardWasm;
  const backward = isWebGPU() ? linearBackwardWebGPU : linearBackwardWasm;
  const asRows = (given: Tensor, width: number) => tf.reshape(given, [rows, width]);
  const op = tf.customGrad((xIn, ...rest) => {
    const save = rest.at(-1) as tf.GradSaveFunc;
    const input = xIn as Tensor;
    const { y, narrow } = forward(asRows(input, inFeatures), layer);
    save(narrow ? [input, narrow] : [input]);
    return {
      value: tf.reshape(y, [...x.shape.slice(0, -1), outFeatures]),
      gradFunc: (dy: Tensor, [saved, savedNarrow]: Tensor[]) =>
        spending([dy], () =>
          tf.tidy(() => {
            const given = asRows(saved as Tensor, inFeatures);
            const [dx, ...trained] = backward(
              asRows(dy, outFeatures),
              given,
              layer,
              savedNarrow ?? null,
            );
            return [tf.reshape(dx!, x.shape), ...trained];
          }),
        ),
    };
  });
  return op(x, ...trainedOf(layer));
}

/** What of a layer is given a gradient: weight and bias where they are variables, and the adapter. */
export function trainedOf({ weight, bias, adapter }: LinearLayer): Tensor[] {
  const own = weight instanceof tf.Variable ? [weight, ...(bias ? [bias] : [])] : [];
  return adapter ? [...own, adapter.a, adapter.b] : own;
}
