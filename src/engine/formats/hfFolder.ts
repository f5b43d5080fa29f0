/** A tuned model as the folder that Hugging Face's libraries load, in a ZIP. */
import type { SamplingConfig } from "@/core/generation";
import type { ModelFiles } from "@/core/modelFiles";
import { toExportConfig } from "./exportConfig";
import type { ModelConfig } from "./hfConfig";
import { writeSafetensors, type TensorToWrite } from "./safetensors";
import { zipFiles } from "./zip";

export { unzipFiles, zipFiles } from "./zip";

export type ModelExport = {
  config: ModelConfig;
  tensors: readonly TensorToWrite[];
  /** Written as they are; tokenizer.json must be among them. */
  tokenizerFiles: ModelFiles;
  /** The base model's tokenizer_config.json, or null. */
  tokenizerConfig: Record<string, unknown> | null;
  /** The template it was trained with, in Jinja; "" = none. */
  chatTemplate: string;
  /** README.md */
  card: string;
  generation: SamplingConfig;
};

const TOKENIZER_CLASS: Record<ModelConfig["family"], string> = {
  gpt_neox: "GPTNeoXTokenizerFast",
  gpt2: "GPT2TokenizerFast",
  llama: "LlamaTokenizerFast",
};

/** Writes the archive. It is made of the tensors' Blobs, so memory holds the model once. */
export async function writeModelZip(model: ModelExport): Promise<Blob> {
  return zipFiles(await writeModelFolder(model));
}

/** The files of the folder by name. */
export async function writeModelFolder(model: ModelExport): Promise<ModelFiles> {
  const { config, tensors, tokenizerFiles, generation } = model;
  const tokenizerJson = tokenizerFiles.get("tokenizer.json");
  if (!tokenizerJson) throw new Error("writeModelFolder: tokenizerFiles has no tokenizer.json");
  const added = await readAddedTokens(tokenizerJson);
  const special = findSpecialTokens(config, model.tokenizerConfig, added);
  const isHalf = tensors.length > 0 && tensors.every(({ dtype }) => dtype === "F16");
  const padTokenId = added.find(({ content }) => content === special.pad_token)?.id;
  const generated: [string, Blob][] = [
    ["model.safetensors", writeSafetensors(tensors)],
    ["config.json", json(toExportConfig(config, isHalf ? "float16" : "float32"))],
    ["tokenizer_config.json", json(toTokenizerConfig(model, special))],
    ["special_tokens_map.json", json(special)],
    ["generation_config.json", json(toGenerationConfig(config, generation, padTokenId))],
    ["README.md", new Blob([model.card])],
  ];
  return new Map([...tokenizerFiles, ...generated]);
}

function json(value: unknown): Blob {
  return new Blob([`${JSON.stringify(value, null, 2)}\n`]);
}

type AddedToken = { id: number; content: string };

async function readAddedTokens(tokenizerJson: Blob): Promise<AddedToken[]> {
  // Loaded before, so it is known to be good JSON.
  const parsed = JSON.parse(await tokenizerJson.text()) as { added_tokens?: AddedToken[] };
  return parsed.added_tokens ?? [];
}

type SpecialTokens = Partial<Record<(typeof SPECIAL_NAMES)[number], string>>;
const SPECIAL_NAMES = ["bos_token", "eos_token", "unk_token", "pad_token"] as const;

function findSpecialTokens(
  config: ModelConfig,
  tokenizerConfig: Record<string, unknown> | null,
  added: AddedToken[],
): SpecialTokens {
  const special: SpecialTokens = {};
  for (const name of SPECIAL_NAMES) {
    const value = tokenizerConfig?.[name] as { content?: unknown } | string | null | undefined;
    const text = typeof value === "object" ? value?.content : value;
    if (typeof text === "string") special[name] = text;
  }
  const contentOf = (id: number | null) => added.find((token) => token.id === id)?.content;
  const fill = (name: keyof SpecialTokens, text: string | undefined) => {
    if (special[name] === undefined && text !== undefined) special[name] = text;
  };
  fill("bos_token", contentOf(config.bosTokenId));
  fill("eos_token", contentOf(config.eosTokenId));
  // A pad token of its own where there is one: padding with the end token makes other trainers
  // mask the end of every answer.
  fill("pad_token", added.find(({ content }) => content === "<|padding|>")?.content);
  fill("pad_token", special.unk_token ?? special.eos_token);
  return special;
}

function toTokenizerConfig(
  { config, tokenizerConfig, chatTemplate }: ModelExport,
  special: SpecialTokens,
): Record<string, unknown> {
  const known = tokenizerConfig?.["tokenizer_class"];
  // transformers v5 writes "TokenizersBackend", which v4 does not know.
  const isPortable = typeof known === "string" && known !== "TokenizersBackend";
  return {
    model_max_length: config.maxPositions,
    ...tokenizerConfig,
    ...special,
    tokenizer_class: isPortable ? known : TOKENIZER_CLASS[config.family],
    ...(chatTemplate === "" ? {} : { chat_template: chatTemplate }),
  };
}

function toGenerationConfig(
  config: ModelConfig,
  sampling: SamplingConfig,
  padTokenId: number | undefined,
): Record<string, unknown> {
  const isGreedy = sampling.temperature === 0;
  return {
    ...(config.bosTokenId === null ? {} : { bos_token_id: config.bosTokenId }),
    eos_token_id: config.raw["eos_token_id"] ?? config.eosTokenId,
    ...(padTokenId === undefined ? {} : { pad_token_id: padTokenId }),
    max_new_tokens: sampling.maxNewTokens,
    do_sample: !isGreedy,
    // transformers warns about these when it does not sample.
    ...(isGreedy
      ? {}
      : { temperature: sampling.temperature, top_k: sampling.topK, top_p: sampling.topP }),
    ...(sampling.repetitionPenalty === 1 ? {} : { repetition_penalty: sampling.repetitionPenalty }),
  };
}
