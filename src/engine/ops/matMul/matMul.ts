import { isWebGPU, tf, type Tensor } from "@/engine/tfjs";
import "./gradient";

/**
 * Rows from which transposing pays on WASM: its transposed product is an own slow loop
 * (2.6 GFLOP/s against 28 for the plain one, kernels.md §9), but needs no copies.
 */
const MIN_ROWS_TO_TRANSPOSE = 8;

/** C = A·B. a [.., M, K], b [.., K, N] → [.., M, N]. The caller owns the result. */
export function matMul(a: Tensor, b: Tensor): Tensor {
  return tf.matMul(a, b);
}

/** C = A·Bᵀ. a [.., M, K], b [.., N, K] → [.., M, N]. The caller owns the result. */
export function matMulTransposed(a: Tensor, b: Tensor): Tensor {
  const rows = a.shape[a.rank - 2] as number;
  if (isWebGPU() || rows < MIN_ROWS_TO_TRANSPOSE) return tf.matMul(a, b, false, true);
  return tf.tidy(() => {
    // (B·Aᵀ)ᵀ copies a and the result, A·(Bᵀ) copies b: take the smaller copy.
    const columns = b.shape[b.rank - 2] as number;
    const copied = a.size + (a.size / (a.shape[a.rank - 1] as number)) * columns;
    if (copied < b.size) return swapLast(tf.matMul(b, swapLast(a)));
    return tf.matMul(a, swapLast(b));
  });
}

/** C = Aᵀ·B. a [.., K, M], b [.., K, N] → [.., M, N]. The caller owns the result. */
export function transposedMatMul(a: Tensor, b: Tensor): Tensor {
  return isWebGPU() ? tf.matMul(a, b, true, false) : tf.tidy(() => tf.matMul(swapLast(a), b));
}

/** Transposes the last two axes. */
export function swapLast(x: Tensor): Tensor {
  const axes = x.shape.map((_, i) => i);
  [axes[x.rank - 2], axes[x.rank - 1]] = [x.rank - 1, x.rank - 2];
  return tf.transpose(x, axes);
}
