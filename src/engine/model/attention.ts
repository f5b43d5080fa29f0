import { attention } from "../ops/attention/attention";
import { rope } from "../ops/rope/rope";
import { headsOf, joinHeads } from "../ops/selfAttention/reference";
import { selfAttention, type Projections } from "../ops/selfAttention/selfAttention";
import { cachedAttentionWasm } from "../ops/selfAttention/wasm";
import { isWebGPU, tf, type Tensor } from "../tfjs";
import type { ForwardContext } from "./family";
import type { KvCache } from "./kvCache";

/** Attention over this pass and, with a cache, all before it: projections [B, T, W] → [B, T, heads · headDim]. */
export function attend(context: ForwardContext, layer: number, projections: Projections): Tensor {
  const { cache, segments } = context;
  if (!cache) return selfAttention(projections, context.rope, segments);
  return isWebGPU()
    ? attendCached(context, cache, layer, projections)
    : cachedAttentionWasm(projections, context.rope, cache.place(layer, projections));
}

function attendCached(
  { rope: table, length }: ForwardContext,
  cache: KvCache,
  layer: number,
  { q, k, v, heads, kvHeads, headDim }: Projections,
): Tensor {
  const past = cache.length;
  const rows = (x: Tensor) => tf.slice(x, [past, 0], [length, x.shape[1] as number]);
  const turned = table && { cos: rows(table.cos), sin: rows(table.sin) };
  const turn = (x: Tensor) => (turned ? rope(x, turned) : x);
  const all = cache.append(layer, turn(headsOf(k, kvHeads, headDim)), headsOf(v, kvHeads, headDim));
  const mask = cache.mask(length);
  return joinHeads(attention(turn(headsOf(q, heads, headDim)), all.k, all.v, mask));
}
