/**
 * The model, the tokens and the settings that every engine gets: the same numbers, made from seeds.
 * Nothing of an engine is imported here, so that a peer's page holds that peer alone.
 */
import { Random } from "@/core/random";

export type Shape = {
  layers: number;
  hidden: number;
  heads: number;
  vocab: number;
  batch: number;
  /** Tokens of each example. */
  length: number;
  isTied: boolean;
};

export type Method = "full" | "lora";

/** One engine's task. */
export type StepJob = {
  shape: Shape;
  method: Method;
  /** Where the engine computes; ours and jax-js know both. */
  backend: "wasm" | "webgpu";
};

export type StepTime = {
  /** From the call to the loss, with all of the step done. */
  ms: number;
  loss: number;
  /** How long JavaScript was busy before it only waited; null where it cannot be told apart. */
  scriptMs: number | null;
};

/** An engine that is ready to train; each call is one step of the same tokens. */
export type Stepper = { step(): Promise<StepTime> };

/** AdamW as PyTorch has it, with clipping by the norm of all gradients; nothing is warmed up. */
export const OPTIMIZER = {
  learningRate: 1e-3,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0.1,
  maxGradNorm: 1,
};
export const LORA = { rank: 8, alpha: 16 };
export const ROTARY_SHARE = 0.25;
export const ROTARY_THETA = 10_000;
export const NORM_EPSILON = 1e-5;

/** config.json of the shape: GPT-NeoX as Pythia has it. */
export function configOf(shape: Shape): Record<string, unknown> {
  return {
    model_type: "gpt_neox",
    vocab_size: shape.vocab,
    hidden_size: shape.hidden,
    num_hidden_layers: shape.layers,
    num_attention_heads: shape.heads,
    intermediate_size: 4 * shape.hidden,
    hidden_act: "gelu",
    rotary_pct: ROTARY_SHARE,
    rotary_emb_base: ROTARY_THETA,
    max_position_embeddings: Math.max(512, shape.length),
    layer_norm_eps: NORM_EPSILON,
    use_parallel_residual: true,
    tie_word_embeddings: shape.isTied,
    bos_token_id: 0,
    eos_token_id: 0,
  };
}

/** A tensor by its name in a Hugging Face file; matrices are [out, in]. */
export type NamedValues = { name: string; shape: number[]; values: Float32Array };

const LAYER = "gpt_neox.layers";

/** Linear layers of a block that an adapter sits on: all of them. [out, in] in hidden sizes. */
const LINEAR = [
  ["attention.query_key_value", 3, 1],
  ["attention.dense", 1, 1],
  ["mlp.dense_h_to_4h", 4, 1],
  ["mlp.dense_4h_to_h", 1, 4],
] as const;

/** Random weights, small enough that the loss begins near log(vocabulary). */
export function* randomWeights(shape: Shape): Generator<NamedValues> {
  const { hidden: C, vocab: V } = shape;
  let seed = 1;
  const matrix = (name: string, ...size: number[]): NamedValues => ({
    name,
    shape: size,
    values: numbers(product(size), seed++, 0.05, 0),
  });
  const vector = (name: string, size: number, center = 0): NamedValues => ({
    name,
    shape: [size],
    values: numbers(size, seed++, 0.05, center),
  });
  const norm = (name: string) => [vector(`${name}.weight`, C, 1), vector(`${name}.bias`, C)];
  yield matrix("gpt_neox.embed_in.weight", V, C);
  for (let i = 0; i < shape.layers; i++) {
    yield* norm(`${LAYER}.${i}.input_layernorm`);
    yield* norm(`${LAYER}.${i}.post_attention_layernorm`);
    for (const [name, out, input] of LINEAR) {
      yield matrix(`${LAYER}.${i}.${name}.weight`, out * C, input * C);
      yield vector(`${LAYER}.${i}.${name}.bias`, out * C);
    }
  }
  yield* norm("gpt_neox.final_layer_norm");
  if (!shape.isTied) yield matrix("embed_out.weight", V, C);
}

/** A pair for every linear layer of the blocks, in PEFT's layout: a [rank, in], b [out, rank]. */
export type LoraValues = {
  module: string;
  out: number;
  in: number;
  a: Float32Array;
  b: Float32Array;
};

/** B is not zero here, so that every gradient counts in the comparison of the losses. */
export function randomAdapters({ layers, hidden: C }: Shape): LoraValues[] {
  const { rank } = LORA;
  return Array.from({ length: layers }, (_, i) =>
    LINEAR.map(([name, out, input], j) => ({
      module: `${LAYER}.${i}.${name}`,
      out: out * C,
      in: input * C,
      a: numbers(rank * input * C, 10_000 + 8 * i + j, 0.05, 0),
      b: numbers(out * C * rank, 20_000 + 8 * i + j, 0.05, 0),
    })),
  ).flat();
}

/** Token ids of one step, [batch × length]; every token but an example's first is learned. */
export function randomTokens({ batch, length, vocab }: Shape): Int32Array {
  const random = new Random(7, 98);
  return Int32Array.from({ length: batch * length }, () => random.integer(vocab));
}

function numbers(count: number, seed: number, scale: number, center: number): Float32Array {
  const random = new Random(seed, 99);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = center + (2 * random.next() - 1) * scale;
  return values;
}

function product(sizes: number[]): number {
  return sizes.reduce((a, b) => a * b, 1);
}
