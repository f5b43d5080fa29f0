import { AppError } from "./errors";
import { FIELDS } from "./runFields";
import { findTemplateProblem, type TemplateChoice } from "./template";

export type BackendName = "webgpu" | "wasm";
export type Method = "lora" | "full";
export type TargetModules = "default" | "all-linear";
export type Schedule = "constant" | "linear" | "cosine";
export type OverLength = "exclude" | "cut-prompt";

/** Every setting of a run. Plain data: it is shown, saved, exported and put in the address. */
export type RunConfig = {
  method: Method;
  rank: number;
  alpha: number;
  targetModules: TargetModules;
  useRsLora: boolean;
  learningRate: number;
  schedule: Schedule;
  warmupSteps: number;
  weightDecay: number;
  maxGradNorm: number;
  microBatchSize: number;
  gradAccumSteps: number;
  useGradientCheckpointing: boolean;
  epochs: number;
  /** 0 = as many steps as the epochs have. */
  maxSteps: number;
  maxSeqLen: number;
  template: TemplateChoice;
  overLength: OverLength;
  heldOutPercent: number;
  evalEvery: number;
  /** 0 = chosen so that answering costs under 10 % of the time. */
  sampleEvery: number;
  checkpointEvery: number;
  isShuffled: boolean;
  seed: number;
};

/** What the defaults depend on. */
export type DefaultsFor = {
  parameterCount: number;
  contextLength: number;
  hasChatTemplate: boolean;
};

/** A small data set is read more often, up to this many times; about so many examples are seen in all. */
const MAX_DEFAULT_EPOCHS = 10;
const EXAMPLES_SEEN = 2000;
/** Sets of some hundreds up to First answers' 1,187 are read this often at least, as was measured (docs/log.md). */
const USUAL_EPOCHS = 4;
const MOST_EXAMPLES_SEEN = 4800;

/**
 * Settings that work without being touched. Small models want high rates: rank 16 on all linear
 * layers at 2.2e-3 was measured on the bundled 4 M model (docs/log.md); the others are scaled from it.
 */
export function defaultRunConfig(
  model: DefaultsFor | null,
  method: Method = "lora",
  recordCount: number | null = null,
): RunConfig {
  const parameterCount = model?.parameterCount ?? 4e6;
  const isTiny = parameterCount < 20e6;
  const isSmall = parameterCount < 100e6;
  const loraRate = isTiny ? 2.2e-3 : isSmall ? 1e-3 : 5e-4;
  const fullRate = isTiny ? 5e-4 : isSmall ? 1e-4 : 5e-5;
  return {
    method,
    rank: isTiny ? 16 : 8,
    alpha: isTiny ? 32 : 16,
    targetModules: "all-linear",
    useRsLora: false,
    learningRate: method === "lora" ? loraRate : fullRate,
    schedule: "cosine",
    warmupSteps: 5,
    weightDecay: 0,
    maxGradNorm: 1,
    // A tiny model reads sixteen examples a step, others eight; fewer at once where activations are large.
    microBatchSize: isTiny ? 16 : isSmall ? 4 : 2,
    gradAccumSteps: isTiny ? 1 : isSmall ? 2 : 4,
    useGradientCheckpointing: false,
    epochs: defaultEpochs(recordCount),
    maxSteps: 0,
    maxSeqLen: Math.min(256, model?.contextLength ?? 256),
    template: model?.hasChatTemplate ? "model" : "alpaca",
    overLength: "exclude",
    heldOutPercent: 10,
    evalEvery: 20,
    sampleEvery: 0,
    checkpointEvery: 25,
    isShuffled: true,
    seed: 42,
  };
}

function defaultEpochs(recordCount: number | null): number {
  if (recordCount === null) return 3;
  const records = Math.max(1, recordCount);
  const usual = Math.min(USUAL_EPOCHS, MOST_EXAMPLES_SEEN / records);
  const wanted = Math.round(Math.max(EXAMPLES_SEEN / records, usual));
  return Math.min(MAX_DEFAULT_EPOCHS, Math.max(1, wanted));
}

/** The settings that cannot be used, as sentences by setting; empty when all are good. */
export function findConfigProblems(config: RunConfig): Partial<Record<keyof RunConfig, string>> {
  const problems: Partial<Record<keyof RunConfig, string>> = {};
  for (const key of Object.keys(FIELDS) as (keyof RunConfig)[]) {
    const field = FIELDS[key];
    // It may come from a link or a file, so it need not be what its type says.
    const value: unknown = config[key];
    if (field.kind === "number") {
      const isNumber = typeof value === "number" && Number.isFinite(value);
      if (!isNumber || value < field.min || value > field.max) {
        problems[key] =
          `${field.label} must be from ${field.min} to ${field.max}, not ${String(value)}.`;
      } else if (field.step === 1 && !Number.isInteger(value)) {
        problems[key] = `${field.label} must be a whole number, not ${value}.`;
      }
    } else if (field.kind === "choice") {
      if (!field.choices.some((choice) => choice.value === value)) {
        problems[key] = `${field.label} cannot be "${String(value)}".`;
      }
    } else if (field.kind === "template") {
      const problem = findTemplateProblem(value);
      if (problem !== null) problems[key] = problem;
    } else if (typeof value !== "boolean") {
      problems[key] = `${field.label} must be on or off.`;
    }
  }
  return problems;
}

/** Throws `run/bad-config` with every problem. */
export function checkRunConfig(config: RunConfig): void {
  const problems = Object.values(findConfigProblems(config));
  if (problems.length > 0) throw new AppError("run/bad-config", problems.join(" "));
}
