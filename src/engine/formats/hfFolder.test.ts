import { describe, expect, test } from "vitest";
import { defaultSampling } from "@/core/generation";
import type { ModelFiles } from "@/core/modelFiles";
import { parseModelConfig } from "./hfConfig";
import { unzipFiles, writeModelFolder, writeModelZip, type ModelExport } from "./hfFolder";
import { readSafetensorsHeader, readTensor } from "./safetensors";

// Spaces as another tool left them: the file must come out the same to the byte.
const tokenizerText = `{ "added_tokens":[{"id":0,"content":"<|endoftext|>"},
   {"id":1,"content":"<|padding|>"}],  "model": {} }`;

const config = parseModelConfig({
  model_type: "gpt_neox",
  hidden_size: 8,
  num_hidden_layers: 1,
  num_attention_heads: 1,
  intermediate_size: 16,
  vocab_size: 20,
  max_position_embeddings: 32,
  bos_token_id: 0,
  eos_token_id: 0,
});

const model: ModelExport = {
  config,
  tensors: [
    { name: "embed_out.weight", dtype: "F32", shape: [2, 2], data: new Float32Array([1, 2, 3, 4]) },
  ],
  tokenizerFiles: new Map([["tokenizer.json", new Blob([tokenizerText])]]),
  tokenizerConfig: null,
  chatTemplate: "{{ messages }}",
  card: "# Card",
  generation: defaultSampling(),
};

const jsonOf = async (files: ModelFiles, name: string) =>
  JSON.parse((await files.get(name)?.text()) ?? "null") as Record<string, unknown>;

test("the archive opens into every file that loaders look for", async () => {
  const files = await unzipFiles(await writeModelZip(model));
  expect([...files.keys()].toSorted()).toEqual([
    "README.md",
    "config.json",
    "generation_config.json",
    "model.safetensors",
    "special_tokens_map.json",
    "tokenizer.json",
    "tokenizer_config.json",
  ]);
  expect(await files.get("tokenizer.json")?.text()).toBe(tokenizerText);
  expect(await files.get("README.md")?.text()).toBe("# Card");
  expect(parseModelConfig(await jsonOf(files, "config.json"))).toMatchObject({ hiddenSize: 8 });
  const weights = files.get("model.safetensors") as Blob;
  const entry = (await readSafetensorsHeader(weights)).tensors.get("embed_out.weight");
  expect(entry && (await readTensor(weights, entry))).toEqual(new Float32Array([1, 2, 3, 4]));
});

describe("tokenizer_config.json", () => {
  test("without one in the base it has class, special tokens and template", async () => {
    const files = await writeModelFolder(model);
    expect(await jsonOf(files, "tokenizer_config.json")).toEqual({
      model_max_length: 32,
      tokenizer_class: "GPTNeoXTokenizerFast",
      bos_token: "<|endoftext|>",
      eos_token: "<|endoftext|>",
      pad_token: "<|padding|>",
      chat_template: "{{ messages }}",
    });
  });

  test("what the base says is kept, but for the class that older versions do not know", async () => {
    const tokenizerConfig = {
      tokenizer_class: "TokenizersBackend",
      add_bos_token: false,
      eos_token: { content: "<end>", lstrip: false },
      pad_token: null,
      unk_token: "<unk>",
      chat_template: "old",
    };
    const files = await writeModelFolder({ ...model, tokenizerConfig });
    expect(await jsonOf(files, "tokenizer_config.json")).toMatchObject({
      tokenizer_class: "GPTNeoXTokenizerFast",
      add_bos_token: false,
      eos_token: "<end>",
      pad_token: "<|padding|>",
      chat_template: "{{ messages }}",
    });
    expect(await jsonOf(files, "special_tokens_map.json")).toEqual({
      bos_token: "<|endoftext|>",
      eos_token: "<end>",
      unk_token: "<unk>",
      pad_token: "<|padding|>",
    });
    const known = { ...model, tokenizerConfig: { tokenizer_class: "GPT2Tokenizer" } };
    expect(await jsonOf(await writeModelFolder(known), "tokenizer_config.json")).toMatchObject({
      tokenizer_class: "GPT2Tokenizer",
    });
  });

  test("without a template of ours the base's own stays", async () => {
    const tokenizerConfig = { chat_template: "own" };
    const files = await writeModelFolder({ ...model, chatTemplate: "", tokenizerConfig });
    expect(await jsonOf(files, "tokenizer_config.json")).toMatchObject({ chat_template: "own" });
  });
});

describe("generation_config.json", () => {
  test("greedy generation names no temperature", async () => {
    const files = await writeModelFolder(model);
    expect(await jsonOf(files, "generation_config.json")).toEqual({
      bos_token_id: 0,
      eos_token_id: 0,
      pad_token_id: 1,
      max_new_tokens: 48,
      do_sample: false,
    });
  });

  test("sampling is written with its settings", async () => {
    const generation = { ...defaultSampling(), temperature: 0.7, topK: 40, repetitionPenalty: 1.1 };
    expect(
      await jsonOf(await writeModelFolder({ ...model, generation }), "generation_config.json"),
    ).toMatchObject({
      do_sample: true,
      temperature: 0.7,
      top_k: 40,
      top_p: 1,
      repetition_penalty: 1.1,
    });
  });
});

test("half-precision weights are announced in the config", async () => {
  const tensors = model.tensors.map((tensor) => ({ ...tensor, dtype: "F16" as const }));
  const files = await writeModelFolder({ ...model, tensors });
  expect(await jsonOf(files, "config.json")).toMatchObject({ torch_dtype: "float16" });
});
