import { attention } from "../ops/attention/attention";
import { tf, type Tensor } from "../tfjs";
import type { ForwardContext } from "./family";

/** [B, T, H·D] → [B, H, T, D]. */
export function splitHeads(x: Tensor, heads: number): Tensor {
  const [batch, length, width] = x.shape as [number, number, number];
  return tf.transpose(tf.reshape(x, [batch, length, heads, width / heads]), [0, 2, 1, 3]);
}

/**
 * Attention over this pass and, with a cache, all before it; heads joined again.
 * q [B, H, T, D], k and v [B, Hkv, T, D] → [B, T, H·D].
 */
export function attend(
  context: ForwardContext,
  layer: number,
  q: Tensor,
  k: Tensor,
  v: Tensor,
): Tensor {
  const [batch, heads, length, headDim] = q.shape as [number, number, number, number];
  if (context.cache) ({ k, v } = context.cache.append(layer, k, v));
  const mixed = attention(q, k, v, context.mask);
  return tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [batch, length, heads * headDim]);
}
