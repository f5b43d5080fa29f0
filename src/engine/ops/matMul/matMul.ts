import { tf, type Tensor } from "@/engine/tfjs";
import "./wasm";

/** C = A·B. a [.., M, K], b [.., K, N] → [.., M, N]. The caller owns the result. */
export function matMul(a: Tensor, b: Tensor): Tensor {
  return tf.matMul(a, b);
}

/** C = A·Bᵀ. a [.., M, K], b [.., N, K] → [.., M, N]. The caller owns the result. */
export function matMulTransposed(a: Tensor, b: Tensor): Tensor {
  return tf.matMul(a, b, false, true);
}

/** C = Aᵀ·B. a [.., K, M], b [.., K, N] → [.., M, N]. The caller owns the result. */
export function transposedMatMul(a: Tensor, b: Tensor): Tensor {
  return tf.matMul(a, b, true, false);
}
