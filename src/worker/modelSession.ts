/** A loaded model with its tokenizer: from a source to the device, and what the page is told of it. */
import { AppError } from "@/core/errors";
import { estimateMemory, formatMegabytes } from "@/core/memory";
import type { ModelFiles } from "@/core/modelFiles";
import { defaultRunConfig } from "@/core/runConfig";
import { createTokenizer, loadJinja, type Tokenizer } from "@/data/tokenizer";
import type { Backend } from "@/engine/device";
import { parseModelConfig, type ModelConfig } from "@/engine/formats/hfConfig";
import { CausalLm } from "@/engine/model/causalLm";
import { loadWeights, locateWeights, type LocatedWeights } from "@/engine/model/weights";
import type { ModelSource, ModelSummary } from "./protocol";

/** Where a model came from, so that a saved run can find it again. */
export type ModelOrigin =
  | { kind: "bundled" }
  | { kind: "hub"; repo: string; revision: string }
  | { kind: "files"; name: string; key: string };

export type LoadedModel = {
  model: CausalLm;
  tokenizer: Tokenizer;
  files: ModelFiles;
  tokenizerConfig: Record<string, unknown> | null;
  origin: ModelOrigin;
  summary: ModelSummary;
};

async function readJson(files: ModelFiles, name: string): Promise<unknown> {
  const file = files.get(name);
  if (!file) return null;
  try {
    return JSON.parse(await file.text());
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const code = name === "config.json" ? "model/bad-config" : "model/bad-tokenizer";
    throw new AppError(code, `${name} is not JSON: ${why}.`, {}, { cause: error });
  }
}

/** A model whose files were found good, before any weight is on the device. */
export type CheckedModel = Omit<LoadedModel, "model" | "summary"> & {
  config: ModelConfig;
  located: LocatedWeights;
};

/** Everything that can be refused without loading the weights. */
export async function checkModel(
  files: ModelFiles,
  origin: ModelOrigin,
  backend: Backend,
): Promise<CheckedModel> {
  for (const name of ["config.json", "tokenizer.json"]) {
    if (!files.has(name)) {
      throw new AppError("model/missing-file", `The model has no ${name}.`, { file: name });
    }
  }
  const config = parseModelConfig(await readJson(files, "config.json"));
  const tokenizerConfig = (await readJson(files, "tokenizer_config.json")) as Record<
    string,
    unknown
  > | null;
  const tokenizer = createTokenizer(
    await readJson(files, "tokenizer.json"),
    tokenizerConfig,
    config.vocabSize,
    { eosTokenId: config.eosTokenId, bosTokenId: config.bosTokenId },
  );
  if (tokenizer.chatTemplate !== null) await loadJinja();
  checkFits(config, backend);
  const located = await locateWeights(files, config);
  return { files, origin, config, tokenizer, tokenizerConfig, located };
}

/** Brings a checked model to the device. The caller owns `model`. */
export async function openModel(
  checked: CheckedModel,
  backend: Backend,
  onProgress: (doneBytes: number, totalBytes: number) => void,
  signal: AbortSignal,
): Promise<LoadedModel> {
  const { config, located, ...rest } = checked;
  const model = new CausalLm(config, await loadWeights(located, config, onProgress, signal));
  return { ...rest, model, summary: summarize(model, rest.tokenizer, rest.origin, backend) };
}

/** Refuses what cannot work before anything is allocated. */
function checkFits(config: ModelConfig, backend: Backend): void {
  const largest = 4 * config.vocabSize * config.hiddenSize;
  if (largest > backend.maxBufferBytes) {
    throw new AppError(
      "model/too-large",
      `The embedding needs one buffer of ${formatMegabytes(largest)}; this device allows ${formatMegabytes(backend.maxBufferBytes)}.`,
      { needBytes: largest, haveBytes: backend.maxBufferBytes },
    );
  }
  const need = estimateMemory(config, "lora", SMALLEST_RUN, backend.name);
  if (need > backend.budgetBytes) {
    throw new AppError(
      "model/too-large",
      `Tuning this model with LoRA needs about ${formatMegabytes(need)}; ${backend.name} here has ${formatMegabytes(backend.budgetBytes)}.`,
      { needBytes: need, haveBytes: backend.budgetBytes },
    );
  }
}

/** What the least hungry run needs: a model that cannot even do this is refused before it is loaded. */
const SMALLEST_RUN = {
  rank: 8,
  targetModules: "default",
  microBatchSize: 1,
  maxSeqLen: 128,
  useGradientCheckpointing: true,
} as const;

/** Name shown and written into exports. */
export function nameOf(origin: ModelOrigin): string {
  if (origin.kind === "bundled") return "tabtune-base";
  return origin.kind === "hub" ? origin.repo : origin.name;
}

function summarize(
  model: CausalLm,
  tokenizer: Tokenizer,
  origin: ModelOrigin,
  backend: Backend,
): ModelSummary {
  const { config, family } = model;
  const kind: ModelSource["kind"] = origin.kind;
  const hasChatTemplate = tokenizer.chatTemplate !== null;
  const { parameterCount } = model;
  const settings = defaultRunConfig({
    parameterCount,
    contextLength: config.maxPositions,
    hasChatTemplate,
  });
  return {
    name: nameOf(origin),
    source: {
      kind,
      repo: origin.kind === "hub" ? origin.repo : nameOf(origin),
      revision: origin.kind === "hub" ? origin.revision : "",
    },
    family: config.family,
    parameterCount,
    weightBytes: 4 * parameterCount,
    vocabSize: config.vocabSize,
    contextLength: config.maxPositions,
    hiddenSize: config.hiddenSize,
    numLayers: config.numLayers,
    numHeads: config.numHeads,
    hasChatTemplate,
    memory: {
      lora: estimateMemory(config, "lora", settings, backend.name),
      full: estimateMemory(config, "full", settings, backend.name),
    },
    targetModules: { default: family.targets.default, "all-linear": family.targets.all },
  };
}
