/** What a model family must say about itself; the three families are files that read like their paper. */
import type { ModelConfig } from "../formats/hfConfig";
import type { LinearLayer } from "../ops/linear/linear";
import type { RopeTable } from "../ops/rope/rope";
import type { Segments } from "../ops/selfAttention/selfAttention";
import type { Tensor } from "../tfjs";
import type { KvCache } from "./kvCache";

/** How a tensor lies in its file. "linear" is [out, in], "conv1d" [in, out]. */
export type WeightKind = "linear" | "conv1d" | "embedding" | "vector";

export type WeightSpec = { name: string; shape: number[]; kind: WeightKind };

export function vectorSpec(name: string, size: number): WeightSpec {
  return { name, shape: [size], kind: "vector" };
}

/** A linear layer's weight [out, in] and, where it has one, its bias. */
export function linearSpecs(
  name: string,
  out: number,
  input: number,
  hasBias: boolean,
): WeightSpec[] {
  const weight: WeightSpec = { name: `${name}.weight`, shape: [out, input], kind: "linear" };
  return hasBias ? [weight, vectorSpec(`${name}.bias`, out)] : [weight];
}

/** Gain and bias of a layer norm. */
export function layerNormSpecs(name: string, size: number): WeightSpec[] {
  return [vectorSpec(`${name}.weight`, size), vectorSpec(`${name}.bias`, size)];
}

/** Everything a forward pass needs besides the tokens. */
export type ForwardContext = {
  weight(name: string): Tensor;
  /** A linear layer by the name of its module, with its adapter where one is attached; and that layer of x. */
  layer(module: string): LinearLayer;
  linear(module: string, x: Tensor): Tensor;
  /** Several of the same x. */
  linears(modules: string[], x: Tensor): Tensor[];
  /**
   * compute(x), the block whose weights begin with `name` and a dot: gradient checkpointing forgets what
   * is in it and computes it again.
   */
  block(name: string, x: Tensor, compute: (x: Tensor) => Tensor): Tensor;
  /** From position 0 on; null where the family has no rotary positions. */
  rope: RopeTable | null;
  /** The examples of the batch; with a cache they go on. */
  segments: Segments;
  /** Position of every token in its example: [B·T]. */
  positions: Int32Array;
  cache: KvCache | null;
};

export type Family<C extends ModelConfig = ModelConfig> = {
  weights(config: C): WeightSpec[];
  /** Names in a file that mean nothing to us, on top of what `ignored` in weights.ts lists. */
  ignored: RegExp[];
  /** The file's name in our spelling (old GPT-2 files lack their prefix). */
  canonicalName(name: string): string;
  embeddingName: string;
  /** null = the embedding is the head. */
  headName(config: C): string | null;
  /** Last part of the module names that an adapter may sit on. */
  targets: { default: string[]; all: string[] };
  /** Size of the rotary part of a head; 0 = none. */
  rotary(config: C): { dim: number; theta: number };
  /** embedded tokens [B, T, C] → normalized hidden states [B, T, C]. */
  hidden(context: ForwardContext, config: C, x: Tensor): Tensor;
};
