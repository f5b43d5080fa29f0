import { tf, type Tensor } from "@/engine/tfjs";
import { matMul } from "../matMul/matMul";

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
 */
export function linear(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  adapter: LoraPair | null,
): Tensor {
  return tf.tidy(() => {
    const inFeatures = x.shape[x.rank - 1] as number;
    const outFeatures = weight.shape[1] as number;
    const rows = tf.reshape(x, [x.size / inFeatures, inFeatures]);
    let y = matMul(rows, weight);
    if (bias) y = tf.add(y, bias);
    if (adapter) {
      const low = matMul(matMul(rows, adapter.a), adapter.b);
      y = tf.add(y, tf.mul(low, adapter.scale));
    }
    return tf.reshape(y, [...x.shape.slice(0, -1), outFeatures]);
  });
}
