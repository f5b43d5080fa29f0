import { selfAttention, type Projections } from "../ops/selfAttention/selfAttention";
import { cachedAttentionWasm } from "../ops/selfAttention/wasm";
import { cachedAttentionWebGPU } from "../ops/selfAttention/webgpu";
import { isWebGPU, type Tensor } from "../tfjs";
import type { ForwardContext } from "./family";

/** Attention over this pass and, with a cache, all before it: projections [B, T, W] → [B, T, heads · headDim]. */
export function attend(context: ForwardContext, layer: number, projections: Projections): Tensor {
  const { cache, rope, segments } = context;
  if (!cache) return selfAttention(projections, rope, segments);
  const place = cache.place(layer, projections);
  return isWebGPU()
    ? cachedAttentionWebGPU(projections, rope, place)
    : cachedAttentionWasm(projections, rope, place);
}
