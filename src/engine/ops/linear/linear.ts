import { isWebGPU, runWithGradients, spending, tf, type Tensor } from "@/engine/tfjs";
import { linearBackwardWasm, linearForwardWasm } from "./wasm";
import { linearBackwardWebGPU, linearForwardWebGPU } from "./webgpu";

export type LoraPair = {
  /** Aᵀ on the device: [in, rank]. */
  a: Tensor;
  /** Bᵀ on the device: [rank, out]. */
  b: Tensor;
  scale: number;
  /** true: only the second half of the rows passes through it, as where both sides answer in one batch. No gradient then. */
  isForSecondHalf?: boolean;
};

/** The first of so many rows that passes through an adapter. */
export function firstRowOf(adapter: LoraPair, rows: number): number {
  return adapter.isForSecondHalf ? rows / 2 : 0;
}

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
  return linears(x, [layer])[0]!;
}

/** The same of one x by several layers, whose gradients for x are summed where they are made. */
export function linears(x: Tensor, layers: LinearLayer[]): Tensor[] {
  const inFeatures = layers[0]!.weight.shape[0];
  const rows = x.size / inFeatures;
  const forward = isWebGPU() ? linearForwardWebGPU : linearForwardWasm;
  const backward = isWebGPU() ? linearBackwardWebGPU : linearBackwardWasm;
  const asRows = (given: Tensor) => tf.reshape(given, [rows, given.size / rows]);
  return runWithGradients([x, ...layers.flatMap(trainedOf)], (save) => {
    const made = layers.map((layer) => forward(asRows(x), layer));
    save([x, ...made.flatMap(({ narrow }) => narrow ?? [])]);
    return {
      values: made.map(({ y }) => tf.reshape(y, [...x.shape.slice(0, -1), y.shape[1]!])),
      gradients: (dys, [savedX, ...narrows]) =>
        spending(dys, () =>
          tf.tidy(() => {
            const parts = layers.map((layer, i) => ({
              layer,
              dy: asRows(dys[i]!),
              narrow: layer.adapter ? narrows.shift()! : null,
            }));
            const [dx, ...trained] = backward(asRows(savedX!), parts);
            return [tf.reshape(dx!, x.shape), ...trained];
          }),
        ),
    };
  });
}

/** A layer, the gradient of its result [N, out], and u = x·A where it has an adapter. */
export type LinearGradient = { layer: LinearLayer; dy: Tensor; narrow: Tensor | null };

/** What of a layer is given a gradient: weight and bias where they are variables, and the adapter. */
export function trainedOf({ weight, bias, adapter }: LinearLayer): Tensor[] {
  const own = weight instanceof tf.Variable ? [weight, ...(bias ? [bias] : [])] : [];
  return adapter ? [...own, adapter.a, adapter.b] : own;
}
