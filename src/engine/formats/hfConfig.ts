/**
 * config.json of a Hugging Face model → ModelConfig (exportConfig.ts is the way back). The snake_case of the file, its old and new
 * spellings (transformers v4 and v5) and its defaults stay in here.
 */
import * as v from "valibot";
import { AppError } from "@/core/errors";

type CommonConfig = {
  hiddenSize: number;
  numLayers: number;
  numHeads: number;
  headDim: number;
  intermediateSize: number;
  vocabSize: number;
  maxPositions: number;
  tieWordEmbeddings: boolean;
  bosTokenId: number | null;
  eosTokenId: number | null;
  /** The object as it was read. */
  raw: Record<string, unknown>;
};

/** "gelu" is exact (with erf), "gelu_tanh" the tanh approximation. */
export type GeluKind = "gelu" | "gelu_tanh";

export type GptNeoxConfig = CommonConfig & {
  family: "gpt_neox";
  /** Share of each head that is rotated. */
  rotaryPct: number;
  ropeTheta: number;
  useParallelResidual: boolean;
  layerNormEps: number;
  hiddenAct: GeluKind;
  hasAttentionBias: boolean;
};

export type Gpt2Config = CommonConfig & {
  family: "gpt2";
  layerNormEps: number;
  hiddenAct: GeluKind;
};

export type LlamaConfig = CommonConfig & {
  family: "llama";
  numKvHeads: number;
  rmsNormEps: number;
  ropeTheta: number;
  attentionBias: boolean;
  mlpBias: boolean;
};

export type ModelConfig = GptNeoxConfig | Gpt2Config | LlamaConfig;

/** Far above any model that fits a browser: keeps nonsense from turning into huge allocations. */
const MAX_DIMENSION = 2 ** 24;
const MAX_LAYERS = 1000;

const GELU_KINDS: Record<string, GeluKind> = {
  gelu: "gelu",
  gelu_python: "gelu",
  gelu_new: "gelu_tanh",
  gelu_fast: "gelu_tanh",
  gelu_pytorch_tanh: "gelu_tanh",
};

const count = (limit = MAX_DIMENSION) =>
  v.pipe(
    v.number("a whole number"),
    v.integer("a whole number"),
    v.minValue(1, "at least 1"),
    v.maxValue(limit, `at most ${limit}`),
  );
const positive = v.pipe(
  v.number("a number"),
  v.finite("a finite number"),
  v.gtValue(0, "more than 0"),
);
const share = v.pipe(positive, v.maxValue(1, "at most 1"));
const flag = v.boolean("true or false");
const tokenId = v.nullish(
  v.union([v.number(), v.array(v.number())], "a number or a list of numbers"),
);
const gelu = v.picklist(
  Object.keys(GELU_KINDS),
  `one of ${Object.keys(GELU_KINDS).join(", ")} (TabTune has no other)`,
);
const rope = v.nullish(v.record(v.string(), v.unknown(), "an object"));

const common = {
  bos_token_id: tokenId,
  eos_token_id: tokenId,
  rope_scaling: rope,
  rope_parameters: rope,
  tie_word_embeddings: v.nullish(flag),
};

const gptNeoxSchema = v.object({
  ...common,
  hidden_size: count(),
  num_hidden_layers: count(MAX_LAYERS),
  num_attention_heads: count(),
  intermediate_size: count(),
  vocab_size: count(),
  max_position_embeddings: count(),
  rotary_pct: v.nullish(share),
  rotary_emb_base: v.nullish(positive),
  rope_theta: v.nullish(positive),
  use_parallel_residual: v.optional(flag, true),
  layer_norm_eps: v.optional(positive, 1e-5),
  hidden_act: v.optional(gelu, "gelu"),
  attention_bias: v.optional(flag, true),
});

const only = <const T extends boolean>(value: T, why: string) =>
  v.optional(v.literal(value, `${value} (${why})`), value);

const gpt2Schema = v.object({
  ...common,
  n_embd: count(),
  n_layer: count(MAX_LAYERS),
  n_head: count(),
  n_inner: v.nullish(count()),
  vocab_size: count(),
  n_positions: count(),
  layer_norm_epsilon: v.optional(positive, 1e-5),
  activation_function: v.optional(gelu, "gelu_new"),
  scale_attn_weights: only(true, "TabTune always scales attention"),
  scale_attn_by_inverse_layer_idx: only(false, "TabTune does not scale attention by layer"),
});

const llamaSchema = v.object({
  ...common,
  hidden_size: count(),
  num_hidden_layers: count(MAX_LAYERS),
  num_attention_heads: count(),
  num_key_value_heads: v.nullish(count()),
  head_dim: v.nullish(count()),
  intermediate_size: count(),
  vocab_size: count(),
  max_position_embeddings: count(),
  rms_norm_eps: v.optional(positive, 1e-6),
  rope_theta: v.nullish(positive),
  hidden_act: v.optional(v.literal("silu", '"silu" (TabTune has no other for llama)'), "silu"),
  attention_bias: v.optional(flag, false),
  mlp_bias: v.optional(flag, false),
});

/** Reads a parsed config.json. Throws `model/unknown-family` or `model/bad-config`. */
export function parseModelConfig(json: unknown): ModelConfig {
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw new AppError("model/bad-config", "config.json is not a JSON object.");
  }
  const raw = json as Record<string, unknown>;
  const modelType = raw["model_type"];
  switch (modelType) {
    case "gpt_neox":
      return parseGptNeox(raw);
    case "gpt2":
      return parseGpt2(raw);
    case "llama":
      return parseLlama(raw);
    default: {
      const found = modelType === undefined ? "names no model_type" : `says ${show(modelType)}`;
      throw new AppError(
        "model/unknown-family",
        `TabTune can tune models of the families gpt_neox, gpt2 and llama; config.json ${found}.`,
        { family: typeof modelType === "string" ? modelType : "" },
      );
    }
  }
}

function parseGptNeox(raw: Record<string, unknown>): GptNeoxConfig {
  const file = check(gptNeoxSchema, raw);
  const rope = readRope(file.rope_parameters, file.rope_scaling);
  const config: GptNeoxConfig = {
    family: "gpt_neox",
    ...split(file.hidden_size, file.num_attention_heads, "num_attention_heads"),
    ...tokens(file),
    numLayers: file.num_hidden_layers,
    intermediateSize: file.intermediate_size,
    vocabSize: file.vocab_size,
    maxPositions: file.max_position_embeddings,
    tieWordEmbeddings: file.tie_word_embeddings ?? false,
    rotaryPct: rope.partial ?? file.rotary_pct ?? 0.25,
    ropeTheta: rope.theta ?? file.rotary_emb_base ?? file.rope_theta ?? 10_000,
    useParallelResidual: file.use_parallel_residual,
    layerNormEps: file.layer_norm_eps,
    hiddenAct: GELU_KINDS[file.hidden_act] as GeluKind,
    hasAttentionBias: file.attention_bias,
    raw,
  };
  checkRotary(Math.floor(config.headDim * config.rotaryPct), "rotary_pct");
  return config;
}

function parseGpt2(raw: Record<string, unknown>): Gpt2Config {
  const file = check(gpt2Schema, raw);
  if (file.tie_word_embeddings === false) {
    throw badValue("tie_word_embeddings", false, "true for gpt2 (its embedding is its head)");
  }
  return {
    family: "gpt2",
    ...split(file.n_embd, file.n_head, "n_head"),
    ...tokens(file),
    numLayers: file.n_layer,
    intermediateSize: file.n_inner ?? 4 * file.n_embd,
    vocabSize: file.vocab_size,
    maxPositions: file.n_positions,
    tieWordEmbeddings: true,
    layerNormEps: file.layer_norm_epsilon,
    hiddenAct: GELU_KINDS[file.activation_function] as GeluKind,
    raw,
  };
}

function parseLlama(raw: Record<string, unknown>): LlamaConfig {
  const file = check(llamaSchema, raw);
  const rope = readRope(file.rope_parameters, file.rope_scaling);
  if (rope.partial !== null && rope.partial !== 1) {
    throw badValue("partial_rotary_factor", rope.partial, "1 for llama");
  }
  const numHeads = file.num_attention_heads;
  const numKvHeads = file.num_key_value_heads ?? numHeads;
  if (numHeads % numKvHeads !== 0) {
    throw badValue("num_key_value_heads", numKvHeads, `a divisor of the ${numHeads} heads`);
  }
  const headDim = file.head_dim ?? split(file.hidden_size, numHeads, "num_attention_heads").headDim;
  checkRotary(headDim, "head_dim");
  return {
    family: "llama",
    ...tokens(file),
    hiddenSize: file.hidden_size,
    numLayers: file.num_hidden_layers,
    numHeads,
    numKvHeads,
    headDim,
    intermediateSize: file.intermediate_size,
    vocabSize: file.vocab_size,
    maxPositions: file.max_position_embeddings,
    tieWordEmbeddings: file.tie_word_embeddings ?? false,
    rmsNormEps: file.rms_norm_eps,
    ropeTheta: rope.theta ?? file.rope_theta ?? 10_000,
    attentionBias: file.attention_bias,
    mlpBias: file.mlp_bias,
    raw,
  };
}

function show(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? "nothing" : text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function badValue(key: string, value: unknown, expected: string): AppError {
  const message =
    value === undefined
      ? `config.json lacks ${key}, which must be ${expected}.`
      : `config.json: ${key} must be ${expected}, not ${show(value)}.`;
  return new AppError("model/bad-config", message, { key, value: show(value) });
}

function check<S extends v.GenericSchema>(
  schema: S,
  raw: Record<string, unknown>,
): v.InferOutput<S> {
  const result = v.safeParse(schema, raw);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const key = issue.path?.[0]?.key as string;
  // A missing key is reported in valibot's words, not in ours; say what it is for all the same.
  const expected = raw[key] === undefined ? "a whole number" : issue.message;
  throw badValue(key, raw[key], expected);
}

function split(hiddenSize: number, numHeads: number, key: string) {
  if (hiddenSize % numHeads !== 0) {
    throw badValue(key, numHeads, `a divisor of the hidden size ${hiddenSize}`);
  }
  return { hiddenSize, numHeads, headDim: hiddenSize / numHeads };
}

function checkRotary(dim: number, key: string): void {
  if (dim < 2 || dim % 2 !== 0) {
    throw new AppError(
      "model/bad-config",
      `config.json: by ${key} ${dim} numbers of each head are rotated; it must be an even number from 2.`,
      { key, value: dim },
    );
  }
}

type TokenId = number | number[] | null | undefined;

function tokens(file: { bos_token_id?: TokenId; eos_token_id?: TokenId }) {
  const first = (id: TokenId) => (Array.isArray(id) ? id[0] : id) ?? null;
  return { bosTokenId: first(file.bos_token_id), eosTokenId: first(file.eos_token_id) };
}

type RopeObject = Record<string, unknown> | null | undefined;

/** transformers v5 keeps the rope in `rope_parameters`, v4 has `rope_scaling` for the unusual ones. */
function readRope(parameters: RopeObject, scaling: RopeObject) {
  for (const [key, rope] of Object.entries({
    rope_parameters: parameters,
    rope_scaling: scaling,
  })) {
    const type = rope?.["rope_type"] ?? rope?.["type"] ?? "default";
    if (type !== "default") {
      throw new AppError(
        "model/bad-config",
        `config.json: ${key} asks for rotary positions of type ${show(type)}; TabTune has only the plain ones ("default").`,
        { key, value: show(type) },
      );
    }
  }
  const number = (key: string) => {
    const value = parameters?.[key] ?? scaling?.[key] ?? null;
    if (value === null) return null;
    if (typeof value !== "number" || !(value > 0) || !Number.isFinite(value)) {
      throw badValue(`rope_parameters.${key}`, value, "a number above 0");
    }
    return value;
  };
  return { theta: number("rope_theta"), partial: number("partial_rotary_factor") };
}
