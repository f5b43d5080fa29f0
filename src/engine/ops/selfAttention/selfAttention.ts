/**
 * Causal self-attention straight from the projections, with rotary positions put in on the way. A batch's rows
 * hold one or several examples (segments); a token sees its own example only, and positions restart with each.
 */
import { isWebGPU, type Tensor } from "@/engine/tfjs";
import type { RopeTable } from "../rope/rope";
import { selfAttentionWasm } from "./wasm";
import { selfAttentionWebGPU } from "./webgpu";

/** Heads within a projection [B, T, W]: head h of a token begins `offset + h · stride` floats into its row. */
export type HeadPlace = { tensor: Tensor; offset: number; stride: number };

/** k and v lie alike: the same row width and stride. */
export type Projections = {
  q: HeadPlace;
  k: HeadPlace;
  v: HeadPlace;
  heads: number;
  /** Each serves heads ÷ kvHeads query heads (https://arxiv.org/abs/2305.13245). */
  kvHeads: number;
  headDim: number;
};

/** Per example the index of its first token in the flat batch [B·T], and its length: [first, length, …]. */
export type Segments = Int32Array;

/**
 * → [B, T, heads · headDim]; what lies outside every segment is zero or meaningless, and finite. `rope` is the
 * table from position 0 on, null where the family has no rotary positions.
 */
export function selfAttention(
  projections: Projections,
  rope: RopeTable | null,
  segments: Segments,
): Tensor {
  return isWebGPU()
    ? selfAttentionWebGPU(projections, rope, segments)
    : selfAttentionWasm(projections, rope, segments);
}
