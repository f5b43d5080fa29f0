import { describe, expect, test } from "vitest";
import type { AppError } from "@/core/errors";
import { describeShared, readSharedJson } from "@/data/testing/files";
import { listShared } from "./testing/nodeFiles";
import { toExportConfig } from "./exportConfig";
import { parseModelConfig, type GptNeoxConfig } from "./hfConfig";

const neox = {
  model_type: "gpt_neox",
  hidden_size: 512,
  num_hidden_layers: 6,
  num_attention_heads: 8,
  intermediate_size: 2048,
  vocab_size: 50304,
  max_position_embeddings: 2048,
  rotary_pct: 0.25,
  rotary_emb_base: 10000,
  use_parallel_residual: true,
  hidden_act: "gelu",
  layer_norm_eps: 1e-5,
  bos_token_id: 0,
  eos_token_id: 0,
};
const gpt2 = {
  model_type: "gpt2",
  n_embd: 768,
  n_layer: 6,
  n_head: 12,
  n_positions: 1024,
  vocab_size: 50257,
  activation_function: "gelu_new",
  eos_token_id: 50256,
};
const llama = {
  model_type: "llama",
  hidden_size: 64,
  num_hidden_layers: 5,
  num_attention_heads: 8,
  num_key_value_heads: 4,
  intermediate_size: 172,
  vocab_size: 512,
  max_position_embeddings: 512,
  eos_token_id: [2, 3],
};

function fault(json: unknown): AppError {
  try {
    parseModelConfig(json);
  } catch (error) {
    return error as AppError;
  }
  throw new Error("it was accepted");
}

describe("reading", () => {
  test("a GPT-NeoX config gives its sizes", () => {
    const config = parseModelConfig(neox) as GptNeoxConfig;
    expect(config).toMatchObject({
      family: "gpt_neox",
      hiddenSize: 512,
      numLayers: 6,
      numHeads: 8,
      headDim: 64,
      intermediateSize: 2048,
      maxPositions: 2048,
      rotaryPct: 0.25,
      ropeTheta: 10000,
      useParallelResidual: true,
      hiddenAct: "gelu",
      hasAttentionBias: true,
      tieWordEmbeddings: false,
      bosTokenId: 0,
      eosTokenId: 0,
    });
    expect(config.raw).toBe(neox);
  });

  test("a GPT-2 config gets its inner size, epsilon and tied head by default", () => {
    expect(parseModelConfig(gpt2)).toMatchObject({
      family: "gpt2",
      intermediateSize: 3072,
      layerNormEps: 1e-5,
      hiddenAct: "gelu_tanh",
      tieWordEmbeddings: true,
      bosTokenId: null,
      eosTokenId: 50256,
    });
    expect(parseModelConfig({ ...gpt2, n_inner: 100 })).toMatchObject({ intermediateSize: 100 });
    expect(parseModelConfig({ ...gpt2, n_inner: null })).toMatchObject({ intermediateSize: 3072 });
  });

  test("a Llama config has grouped heads, and the first of several end tokens", () => {
    expect(parseModelConfig(llama)).toMatchObject({
      family: "llama",
      numKvHeads: 4,
      headDim: 8,
      rmsNormEps: 1e-6,
      ropeTheta: 10000,
      attentionBias: false,
      mlpBias: false,
      eosTokenId: 2,
    });
    const many = parseModelConfig({ ...llama, num_key_value_heads: undefined, head_dim: 16 });
    expect(many).toMatchObject({ numKvHeads: 8, headDim: 16 });
  });

  test("the old and the new spelling of rotary positions say the same", () => {
    const modern = {
      ...neox,
      rotary_pct: undefined,
      rotary_emb_base: undefined,
      rope_parameters: { rope_theta: 5000, partial_rotary_factor: 0.5, rope_type: "default" },
    };
    expect(parseModelConfig(modern)).toMatchObject({ rotaryPct: 0.5, ropeTheta: 5000 });
    const modernLlama = { ...llama, rope_parameters: { rope_theta: 1e5, rope_type: "default" } };
    expect(parseModelConfig(modernLlama)).toMatchObject({ ropeTheta: 1e5 });
    expect(parseModelConfig({ ...llama, rope_scaling: null })).toMatchObject({ ropeTheta: 1e4 });
  });

  test.each(["gelu_new", "gelu_fast", "gelu_pytorch_tanh"])("%s is the tanh kind", (name) => {
    expect(parseModelConfig({ ...neox, hidden_act: name })).toMatchObject({
      hiddenAct: "gelu_tanh",
    });
  });
});

describe("refusing", () => {
  test("another family is answered with the three that work", () => {
    const error = fault({ model_type: "mamba" });
    expect(error.code).toBe("model/unknown-family");
    expect(error.message).toMatch(/gpt_neox, gpt2 and llama.*"mamba"/);
    expect(fault({}).message).toContain("names no model_type");
  });

  test("what is not an object is refused", () => {
    for (const json of [null, [], "gpt2", 3]) expect(fault(json).code).toBe("model/bad-config");
  });

  test("a missing number is named", () => {
    expect(fault({ ...neox, hidden_size: undefined }).message).toBe(
      "config.json lacks hidden_size, which must be a whole number.",
    );
  });

  test.each([
    [{ ...neox, hidden_size: "512" }, 'hidden_size must be a whole number, not "512"'],
    [{ ...neox, num_hidden_layers: 0 }, "num_hidden_layers must be at least 1, not 0"],
    [{ ...neox, vocab_size: 1.5 }, "vocab_size must be a whole number, not 1.5"],
    [{ ...neox, hidden_size: 1e9 }, "hidden_size must be at most 16777216"],
    [{ ...neox, num_attention_heads: 7 }, "a divisor of the hidden size 512, not 7"],
    [{ ...neox, hidden_act: "relu" }, 'not "relu"'],
    [{ ...neox, rotary_pct: 1.5 }, "rotary_pct must be at most 1"],
    [{ ...neox, rotary_pct: 0.05 }, "3 numbers of each head"],
    [{ ...neox, layer_norm_eps: 0 }, "layer_norm_eps must be more than 0"],
    [{ ...neox, use_parallel_residual: "yes" }, 'must be true or false, not "yes"'],
    [{ ...neox, eos_token_id: "end" }, "eos_token_id must be a number or a list"],
    [{ ...gpt2, tie_word_embeddings: false }, "tie_word_embeddings must be true"],
    [{ ...gpt2, scale_attn_by_inverse_layer_idx: true }, "scale_attn_by_inverse_layer_idx"],
    [{ ...llama, num_key_value_heads: 3 }, "a divisor of the 8 heads, not 3"],
    [{ ...llama, hidden_act: "gelu" }, 'hidden_act must be "silu"'],
    [
      { ...llama, partial_rotary_factor: 1, rope_parameters: { partial_rotary_factor: 0.5 } },
      "0.5",
    ],
    [
      { ...llama, rope_parameters: { rope_theta: "big" } },
      'rope_parameters.rope_theta must be a number above 0, not "big"',
    ],
  ])("%#: a bad value is named with its key", (json, words) => {
    const error = fault(json);
    expect(error.code).toBe("model/bad-config");
    expect(error.message).toContain(words);
  });

  test("stretched rotary positions are refused by their type, in both spellings", () => {
    expect(fault({ ...llama, rope_scaling: { type: "linear", factor: 2 } }).message).toContain(
      '"linear"',
    );
    expect(fault({ ...llama, rope_scaling: { rope_type: "llama3" } }).message).toContain(
      '"llama3"',
    );
    expect(fault({ ...neox, rope_parameters: { rope_type: "yarn" } }).message).toContain('"yarn"');
  });
});

describe("writing", () => {
  test.each([neox, gpt2, llama, { ...llama, head_dim: 32, tie_word_embeddings: true }])(
    "%#: an exported config reads back to the same model",
    (json) => {
      const config = parseModelConfig(json);
      const again = parseModelConfig(toExportConfig(config));
      expect({ ...again, raw: null }).toEqual({ ...config, raw: null });
    },
  );

  test("the keys that older loaders need are written", () => {
    const modern = parseModelConfig({
      ...neox,
      rotary_pct: undefined,
      rope_parameters: { rope_theta: 777, partial_rotary_factor: 0.5 },
    });
    expect(toExportConfig(modern, "float16")).toMatchObject({
      rotary_pct: 0.5,
      rotary_emb_base: 777,
      torch_dtype: "float16",
      architectures: ["GPTNeoXForCausalLM"],
    });
    const exported = toExportConfig(parseModelConfig(gpt2));
    expect(exported).toMatchObject({ n_ctx: 1024, n_positions: 1024, torch_dtype: "float32" });
    expect(exported).not.toHaveProperty("rope_parameters");
  });

  test("every end token of the original is kept", () => {
    expect(toExportConfig(parseModelConfig(llama))).toMatchObject({
      eos_token_id: [2, 3],
    });
  });
});

describeShared("shared configs", () => {
  const folders = [
    ...["pythia", "gpt2"].map((name) => `tokenizers/${name}`),
    ...listShared("oracle/models").map((name) => `oracle/models/${name}`),
    "models/stories260k",
    "models/trial-base",
  ];
  test.each(folders)("%s is read", (folder) => {
    expect(parseModelConfig(readSharedJson(`${folder}/config.json`)).headDim).toBeGreaterThan(0);
  });
});
