/** LoRA adapters in PEFT's layout; its names (`r`, `lora_A`, `target_modules`) stay in here. */
import * as v from "valibot";
import { AppError } from "@/core/errors";
import type { ModelFiles } from "@/core/modelFiles";
import type { ModelConfig } from "./hfConfig";
import {
  readSafetensorsHeader,
  readTensor,
  writeSafetensors,
  type TensorEntry,
  type TensorToWrite,
} from "./safetensors";

/** One adapted layer: its output gets s · B·A·x. a is [rank, in], b is [out, rank]. */
export type LoraLayer = {
  /** Path of the module, such as "gpt_neox.layers.0.attention.query_key_value". */
  module: string;
  a: Float32Array;
  b: Float32Array;
  inFeatures: number;
  outFeatures: number;
};

export type PeftAdapter = {
  baseModelName: string;
  /** "" where none is recorded. */
  revision: string;
  rank: number;
  alpha: number;
  useRsLora: boolean;
  /** Last parts of the module paths. */
  targetModules: string[];
  family: ModelConfig["family"];
  layers: LoraLayer[];
};

const ADAPTER_WEIGHTS = "adapter_model.safetensors";
const ADAPTER_CONFIG = "adapter_config.json";
const PREFIX = "base_model.model.";
const MAX_RANK = 4096;

function bad(message: string, details: Record<string, string | number> = {}): AppError {
  return new AppError("model/bad-adapter", message, details);
}

/** The three files of an adapter: weights (float32), config and README.md. */
export function writePeftAdapter(adapter: PeftAdapter, card: string): ModelFiles {
  const { rank } = adapter;
  const tensors = adapter.layers.flatMap((layer): TensorToWrite[] => [
    {
      name: `${PREFIX}${layer.module}.lora_A.weight`,
      dtype: "F32",
      shape: [rank, layer.inFeatures],
      data: layer.a,
    },
    {
      name: `${PREFIX}${layer.module}.lora_B.weight`,
      dtype: "F32",
      shape: [layer.outFeatures, rank],
      data: layer.b,
    },
  ]);
  // Nothing but what loads and merges: an older PEFT refuses keys that it does not know.
  const config = {
    peft_type: "LORA",
    task_type: "CAUSAL_LM",
    base_model_name_or_path: adapter.baseModelName,
    ...(adapter.revision === "" ? {} : { revision: adapter.revision }),
    r: rank,
    lora_alpha: adapter.alpha,
    lora_dropout: 0,
    bias: "none",
    // GPT-2's layers are Conv1D: their weights lie as [in, out].
    fan_in_fan_out: adapter.family === "gpt2",
    target_modules: adapter.targetModules,
    use_rslora: adapter.useRsLora,
    use_dora: false,
    inference_mode: true,
  };
  return new Map([
    [ADAPTER_WEIGHTS, writeSafetensors(tensors)],
    [ADAPTER_CONFIG, new Blob([`${JSON.stringify(config, null, 2)}\n`])],
    ["README.md", new Blob([card])],
  ]);
}

const absent = (what: string) =>
  v.nullish(
    v.union(
      [v.literal(false), v.pipe(v.array(v.unknown()), v.length(0)), v.strictObject({})],
      `${what}, which TabTune does not have`,
    ),
  );

const configSchema = v.object({
  peft_type: v.literal("LORA", "is not LORA"),
  base_model_name_or_path: v.nullish(v.string("is not text")),
  revision: v.nullish(v.string("is not text")),
  r: v.pipe(
    v.number("is not a whole number"),
    v.integer("is not a whole number"),
    v.minValue(1, "is below 1"),
    v.maxValue(MAX_RANK, `is above ${MAX_RANK}`),
  ),
  lora_alpha: v.pipe(
    v.number("is not a number"),
    v.finite("is not finite"),
    v.gtValue(0, "is not above 0"),
  ),
  use_rslora: v.optional(v.boolean("is not true or false"), false),
  bias: v.optional(
    v.literal("none", 'is not "none": TabTune trains no biases in adapters'),
    "none",
  ),
  use_dora: absent("asks for DoRA"),
  modules_to_save: absent("holds whole layers beside the adapter"),
  rank_pattern: absent("gives layers different ranks"),
  alpha_pattern: absent("gives layers different alphas"),
  lora_bias: absent("adds biases to the adapter"),
  layer_replication: absent("repeats layers"),
  target_parameters: absent("adapts single parameters"),
  trainable_token_indices: absent("trains single tokens"),
  alora_invocation_tokens: absent("asks for aLoRA"),
  init_lora_weights: v.optional(
    v.pipe(
      v.union([v.boolean(), v.string()], "is not true, false or a name"),
      v.check(
        (value) => typeof value !== "string" || !/^(pissa|olora|corda|loftq)/i.test(value),
        "changes the base weights too, so the adapter alone is not enough",
      ),
    ),
    true,
  ),
});

/** Reads and checks an adapter. Throws `model/bad-adapter`, or `model/missing-file`. */
export async function readPeftAdapter(files: ModelFiles): Promise<PeftAdapter> {
  const weights = files.get(ADAPTER_WEIGHTS);
  const configFile = files.get(ADAPTER_CONFIG);
  if (!weights || !configFile) {
    const file = weights ? ADAPTER_CONFIG : ADAPTER_WEIGHTS;
    if (!weights && files.has("adapter_model.bin")) {
      throw new AppError(
        "model/pickle",
        "The adapter is in adapter_model.bin, a Python pickle: loading one runs whatever code is in it. Save it again with safetensors.",
        { file: "adapter_model.bin" },
      );
    }
    throw new AppError("model/missing-file", `The adapter has no ${file}.`, { file });
  }
  const config = parseConfig(await configFile.text());
  const header = await readSafetensorsHeader(weights);
  const layers: LoraLayer[] = [];
  for (const [module, pair] of pairUp(header.tensors.values())) {
    layers.push(await readLayer(weights, module, pair, config.r));
  }
  if (layers.length === 0) throw bad(`${ADAPTER_WEIGHTS} holds no adapted layer.`);
  const targetModules = new Set(layers.map(({ module }) => module.split(".").at(-1) ?? module));
  return {
    baseModelName: config.base_model_name_or_path ?? "",
    revision: config.revision ?? "",
    rank: config.r,
    alpha: config.lora_alpha,
    useRsLora: config.use_rslora,
    targetModules: [...targetModules],
    family: findFamily(layers),
    layers,
  };
}

function parseConfig(text: string): v.InferOutput<typeof configSchema> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new AppError("model/bad-adapter", `${ADAPTER_CONFIG} is not JSON.`, {}, { cause });
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw bad(`${ADAPTER_CONFIG} is not a JSON object.`);
  }
  const result = v.safeParse(configSchema, json);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const key = issue.path?.[0]?.key as string;
  const value = (json as Record<string, unknown>)[key];
  const fault =
    value === undefined ? "is missing" : `is ${JSON.stringify(value)}: it ${issue.message}`;
  throw bad(`${ADAPTER_CONFIG}: ${key} ${fault}.`, { key });
}

type Pair = { a?: TensorEntry; b?: TensorEntry };

function pairUp(entries: Iterable<TensorEntry>): Map<string, Pair> {
  const pairs = new Map<string, Pair>();
  for (const entry of entries) {
    // Files saved by hand keep the adapter's name ("default") before `weight`.
    const match = /^base_model\.model\.(.+)\.lora_([AB])(?:\.default)?\.weight$/.exec(entry.name);
    const module = match?.[1];
    if (module === undefined) {
      throw bad(`${ADAPTER_WEIGHTS} holds ${entry.name}, which is no lora_A or lora_B weight.`, {
        tensor: entry.name,
      });
    }
    const pair = pairs.get(module) ?? {};
    pair[match?.[2] === "A" ? "a" : "b"] = entry;
    pairs.set(module, pair);
  }
  return pairs;
}

async function readLayer(
  weights: Blob,
  module: string,
  { a, b }: Pair,
  rank: number,
): Promise<LoraLayer> {
  if (!a || !b) {
    throw bad(`The layer ${module} has lora_${a ? "A" : "B"}, but no lora_${a ? "B" : "A"}.`, {
      module,
    });
  }
  const [aRank, inFeatures] = a.shape;
  const [outFeatures, bRank] = b.shape;
  const isMatrix = a.shape.length === 2 && b.shape.length === 2;
  if (!isMatrix || aRank !== rank || bRank !== rank || !inFeatures || !outFeatures) {
    throw bad(
      `The layer ${module} has lora_A [${a.shape.join(", ")}] and lora_B [${b.shape.join(", ")}]; at rank ${rank} they must be [${rank}, in] and [out, ${rank}].`,
      { module, rank },
    );
  }
  return {
    module,
    a: await readTensor(weights, a),
    b: await readTensor(weights, b),
    inFeatures,
    outFeatures,
  };
}

function findFamily(layers: LoraLayer[]): ModelConfig["family"] {
  const starts = {
    gpt_neox: "gpt_neox.layers.",
    gpt2: "transformer.h.",
    llama: "model.layers.",
  } as const;
  for (const family of ["gpt_neox", "gpt2", "llama"] as const) {
    if (layers.every(({ module }) => module.startsWith(starts[family]))) return family;
  }
  throw bad(
    `The adapter is for layers such as ${layers[0]?.module ?? ""}; TabTune knows those of gpt_neox, gpt2 and llama, without head and embedding.`,
  );
}
