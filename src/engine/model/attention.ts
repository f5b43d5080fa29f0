import { matMul, matMulTransposed } from "../ops/matMul/matMul";
import { softmax } from "../ops/softmax/softmax";
import { tf, type Tensor } from "../tfjs";
import type { ForwardContext } from "./family";

/** [B, T, H·D] → [B, H, T, D]. */
export function splitHeads(x: Tensor, heads: number): Tensor {
  const [batch, length, width] = x.shape as [number, number, number];
  return tf.transpose(tf.reshape(x, [batch, length, heads, width / heads]), [0, 2, 1, 3]);
}

/**
 * softmax(q·kᵀ ÷ √D + mask)·v, heads joined again. q [B, H, T, D]; k and v [B, Hkv, T, D], where each
 * of them serves H ÷ Hkv query heads (https://arxiv.org/abs/2305.13245) → [B, T, H·D].
 */
export function attention(
  context: ForwardContext,
  layer: number,
  q: Tensor,
  k: Tensor,
  v: Tensor,
): Tensor {
  const [batch, heads, length, headDim] = q.shape as [number, number, number, number];
  const kvHeads = k.shape[1] as number;
  const group = heads / kvHeads;
  if (context.cache) ({ k, v } = context.cache.append(layer, k, v));
  const keys = k.shape[2] as number;
  // The queries of a group lie below each other, so that k and v need not be repeated.
  const grouped = tf.reshape(tf.mul(q, 1 / Math.sqrt(headDim)), [
    batch,
    kvHeads,
    group * length,
    headDim,
  ]);
  const scores = tf.reshape(matMulTransposed(grouped, k), [batch, heads, length, keys]);
  const weights = tf.reshape(softmax(tf.add(scores, context.mask)), [
    batch,
    kvHeads,
    group * length,
    keys,
  ]);
  const mixed = tf.reshape(matMul(weights, v), [batch, heads, length, headDim]);
  return tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [batch, length, heads * headDim]);
}
