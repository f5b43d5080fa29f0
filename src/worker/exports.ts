/** Files to take away: the adapter in PEFT's layout, and the merged model as a Hugging Face folder. */
import { AppError } from "@/core/errors";
import { defaultSampling } from "@/core/generation";
import type { ModelFiles } from "@/core/modelFiles";
import { checkRunConfig, defaultRunConfig, type RunConfig } from "@/core/runConfig";
import type { ChatTemplate } from "@/data/templates/template";
import { writeModelZip } from "@/engine/formats/hfFolder";
import { writeModelCard, type CardFacts } from "@/engine/formats/modelCard";
import { readPeftAdapter, writePeftAdapter } from "@/engine/formats/peftAdapter";
import { encodeTensor, type TensorToWrite } from "@/engine/formats/safetensors";
import { unzipFiles, zipFiles } from "@/engine/formats/zip";
import { LoraAdapter } from "@/engine/model/lora";
import { fromDevice } from "@/engine/model/weights";
import { tf, type Tensor } from "@/engine/tfjs";
import { copyUnpacked } from "@/engine/webgpu/packed";
import type { Tuned } from "@/engine/train/tuned";
import { nameOf, type LoadedModel } from "./modelSession";
import type { NamedBlob } from "./protocol";

/** In an adapter's ZIP: PEFT has no place for a run's settings. */
const SETTINGS_FILE = "tabtune.json";
/** As transformers names it. */
const TEMPLATE_FILE = "chat_template.jinja";
/** Of the files of a model these go into its export as they are. */
const TOKENIZER_FILES = ["tokenizer.json", "vocab.json", "merges.txt", "tokenizer.model"];

export type ExportContext = {
  loaded: LoadedModel;
  tuned: Tuned;
  config: RunConfig;
  /** null for prompt–completion data, which had no template. */
  template: ChatTemplate | null;
  dataName: string;
  trainCount: number;
  heldOutCount: number;
  steps: number;
  trainLoss: number | null;
  evalLoss: number | null;
};

function cardOf(context: ExportContext, kind: CardFacts["kind"], fileName: string): string {
  const { loaded, template, config } = context;
  const { origin } = loaded;
  return writeModelCard({
    name: fileName,
    baseModelName: nameOf(origin),
    revision: origin.kind === "hub" ? origin.revision : "",
    kind,
    config,
    templateTitle: template?.title ?? "",
    dataName: context.dataName,
    trainCount: context.trainCount,
    heldOutCount: context.heldOutCount,
    steps: context.steps,
    trainLoss: context.trainLoss,
    evalLoss: context.evalLoss,
    promptExample: template?.renderPrompt([{ role: "user", content: "{instruction}" }]) ?? "",
    date: new Date().toISOString().slice(0, 10),
  });
}

/** Name without what a file name may not hold. */
function fileStem({ loaded, dataName }: ExportContext): string {
  const model = nameOf(loaded.origin).split("/").at(-1) ?? "model";
  const data = dataName.replace(/\.[^.]*$/, "");
  return `${model}-${data}`.replace(/[^\w.-]+/g, "-").replace(/^-+|-+$/g, "");
}

/** PEFT's files, the template as Jinja and the settings in a ZIP. */
export async function exportAdapter(
  context: ExportContext,
  adapter: LoraAdapter,
): Promise<NamedBlob> {
  const { loaded, template, config } = context;
  const { rank, alpha, useRsLora, modules } = adapter.settings;
  const layers = (await adapter.toLayers()).map((layer) => {
    const { inFeatures, outFeatures } = adapter.pairs.get(layer.module) as {
      inFeatures: number;
      outFeatures: number;
    };
    return { ...layer, inFeatures, outFeatures };
  });
  const stem = `${fileStem(context)}-adapter`;
  const files = writePeftAdapter(
    {
      baseModelName: nameOf(loaded.origin),
      revision: loaded.origin.kind === "hub" ? loaded.origin.revision : "",
      rank,
      alpha,
      useRsLora,
      targetModules: [...new Set(modules.map((name) => name.split(".").at(-1) as string))],
      family: loaded.model.config.family,
      layers,
    },
    cardOf(context, "adapter", stem),
  );
  files.set(SETTINGS_FILE, new Blob([`${JSON.stringify(config, null, 2)}\n`]));
  if (template) files.set(TEMPLATE_FILE, new Blob([template.jinja]));
  return { fileName: `${stem}.zip`, blob: await zipFiles(files) };
}

/** The tuned model with nothing left to attach, float32, tensor by tensor. */
export async function exportModel(
  context: ExportContext,
  onProgress: (done: number, total: number) => void,
): Promise<NamedBlob> {
  const { loaded, tuned, template } = context;
  const { model } = loaded;
  const tensors: TensorToWrite[] = [];
  for (const spec of model.specs.values()) {
    const tensor = tunedWeight(loaded, tuned, spec.name);
    const values = await fromDevice(spec, tensor);
    tensor.dispose();
    tensors.push({
      name: spec.name,
      dtype: "F32",
      shape: spec.shape,
      data: encodeTensor("F32", values),
    });
    onProgress(tensors.length, model.specs.size);
  }
  const stem = `${fileStem(context)}-merged`;
  const blob = await writeModelZip({
    config: model.config,
    tensors,
    tokenizerFiles: new Map([...loaded.files].filter(([name]) => TOKENIZER_FILES.includes(name))),
    tokenizerConfig: loaded.tokenizerConfig,
    chatTemplate: template?.jinja ?? "",
    card: cardOf(context, "model", stem),
    generation: defaultSampling(),
  });
  return { fileName: `${stem}.zip`, blob };
}

/** One weight of the tuned side. The caller owns it. */
function tunedWeight({ model }: LoadedModel, tuned: Tuned, name: string): Tensor {
  if (tuned.kind === "full") return tf.clone(tuned.weights.view().weight(name));
  if (!name.endsWith(".weight")) return copyUnpacked(model.baseWeight(name));
  return tuned.adapter.mergedWeight(model, name.slice(0, -".weight".length));
}

/**
 * Reads a PEFT adapter, from its files or from the ZIP we write, for this model. Its settings are
 * null where others made it. The caller owns the adapter.
 */
export async function importAdapter(
  loaded: LoadedModel,
  given: ModelFiles,
): Promise<{ adapter: LoraAdapter; config: RunConfig | null }> {
  const { model } = loaded;
  const [first] = given.values();
  const isZip = given.size === 1 && [...given.keys()][0]?.endsWith(".zip") && first;
  const files = isZip ? await unzipFiles(first) : given;
  const { rank, alpha, useRsLora, layers } = await readPeftAdapter(files);
  const config = await readSettings(files.get(SETTINGS_FILE), loaded);
  for (const { module, inFeatures, outFeatures } of layers) {
    const [modelIn, modelOut] = model.base.get(`${module}.weight`)?.shape ?? [];
    if (modelIn !== inFeatures || modelOut !== outFeatures) {
      throw new AppError(
        "model/bad-adapter",
        modelIn === undefined
          ? `The adapter is for another model: this one has no layer ${module}.`
          : `The adapter is for another model: ${module} goes from ${inFeatures} to ${outFeatures}, here from ${modelIn} to ${modelOut ?? 0}.`,
        { module },
      );
    }
  }
  return { adapter: LoraAdapter.fromLayers(model, { rank, alpha, useRsLora }, layers), config };
}

/** Settings that came after the file was written have their defaults. */
async function readSettings(
  file: Blob | undefined,
  { summary }: LoadedModel,
): Promise<RunConfig | null> {
  if (!file) return null;
  try {
    const settings = JSON.parse(await file.text()) as Partial<RunConfig>;
    const config = { ...defaultRunConfig(summary), ...settings };
    checkRunConfig(config);
    return config;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `The adapter's ${SETTINGS_FILE} cannot be used: ${why} Attach the adapter without that file.`;
    throw new AppError("model/bad-adapter", message, { file: SETTINGS_FILE }, { cause });
  }
}
