import { tf, type Tensor } from "@/engine/tfjs";
import { sumOverRows } from "../layerNorm/layerNorm";
import { matMul, matMulTransposed, transposedMatMul } from "../matMul/matMul";

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
    const product = matMul(input, weight);
    let value = bias ? tf.add(product, bias) : product;
    const saved = [input];
    if (adapter) {
      const narrow = matMul(input, adapter.a);
      saved.push(narrow);
      value = tf.add(value, tf.mul(matMul(narrow, adapter.b), adapter.scale));
    }
    save(saved);
    return {
      value,
      gradFunc: (dy: Tensor, [xSaved, narrow]: Tensor[]) =>
        tf.tidy(() => gradients(dy, xSaved as Tensor, narrow)),
    };
  });

  function gradients(dy: Tensor, input: Tensor, narrow: Tensor | undefined): Tensor[] {
    const dx = matMulTransposed(dy, weight);
    const trained = isTrained ? [transposedMatMul(input, dy)] : [];
    if (isTrained && bias) trained.push(sumOverRows(dy));
    if (!adapter || !narrow) return [dx, ...trained];
    const e = tf.mul(matMulTransposed(dy, adapter.b), adapter.scale);
    const dA = transposedMatMul(input, e);
    const dB = tf.mul(transposedMatMul(narrow, dy), adapter.scale);
    return [tf.add(dx, matMulTransposed(e, adapter.a)), ...trained, dA, dB];
  }

  const trained = isTrained ? (bias ? [weight, bias] : [weight]) : [];
  return op(x, ...trained, ...(adapter ? [adapter.a, adapter.b] : []));
}
