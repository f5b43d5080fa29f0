import { tf, type Tensor } from "@/engine/tfjs";
import { matMul, matMulTransposed, transposedMatMul } from "../matMul/matMul";
import { softmax } from "../softmax/softmax";

/**
 * O = P·v with P = softmax(q·kᵀ ÷ √D + mask). q [B, H, T, D]; k and v [B, Hkv, K, D], where each of
 * them serves H ÷ Hkv query heads (https://arxiv.org/abs/2305.13245); mask [T, K] or [B, 1, T, K] → [B, H, T, D].
 *
 * Kept for the gradient are q, k and v alone: P, of size [B, H, T, K], is made again. With
 * G = dO·vᵀ: dS = P · (G − Σ G·P), dq = dS·k ÷ √D, dk = dSᵀ·q ÷ √D, dv = Pᵀ·dO.
 */
export function attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor): Tensor {
  const [batch, heads, length, headDim] = q.shape as [number, number, number, number];
  const [, kvHeads, keys] = k.shape as [number, number, number, number];
  const scale = 1 / Math.sqrt(headDim);
  // The queries of a group lie below each other, so that k and v need not be repeated.
  const groupRows = (heads / kvHeads) * length;
  const group = (x: Tensor, width: number) => tf.reshape(x, [batch, kvHeads, groupRows, width]);
  const ungroup = (x: Tensor, width: number) => tf.reshape(x, [batch, heads, length, width]);

  const weights = (qIn: Tensor, kIn: Tensor, maskIn: Tensor): Tensor => {
    const scores = matMulTransposed(group(tf.mul(qIn, scale), headDim), kIn);
    return group(softmax(tf.add(ungroup(scores, keys), maskIn)), keys);
  };
  return tf.customGrad((qIn, kIn, vIn, save) => {
    const inputs = [qIn, kIn, vIn] as Tensor[];
    // The mask too: its maker frees it when the forward pass is over.
    (save as tf.GradSaveFunc)([...inputs, mask]);
    return {
      value: ungroup(matMul(weights(qIn as Tensor, kIn as Tensor, mask), vIn as Tensor), headDim),
      gradFunc: (dy: Tensor, [qSaved, kSaved, vSaved, maskSaved]: Tensor[]) =>
        tf.tidy(() => {
          const p = weights(qSaved as Tensor, kSaved as Tensor, maskSaved as Tensor);
          const dOut = group(dy, headDim);
          const g = matMulTransposed(dOut, vSaved as Tensor);
          const dScores = tf.mul(p, tf.sub(g, tf.sum(tf.mul(g, p), -1, true)));
          const dq = ungroup(tf.mul(matMul(dScores, kSaved as Tensor), scale), headDim);
          const scaledQ = group(tf.mul(qSaved as Tensor, scale), headDim);
          return [dq, transposedMatMul(dScores, scaledQ), transposedMatMul(p, dOut)];
        }),
    };
  })(q, k, v);
}
