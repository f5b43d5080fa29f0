/** The settings of a run as one table: names, help, ranges and choices. */
import type { RunConfig } from "./runConfig";

type FieldBase = { label: string; help: string; group: FieldGroup };
export type FieldGroup = "Method" | "Length" | "Optimizer" | "Data" | "Watching";
export type Field =
  | (FieldBase & {
      kind: "number";
      min: number;
      max: number;
      /** null = any number in the range. */
      step: number | null;
      unit: string;
    })
  | (FieldBase & { kind: "choice"; choices: readonly { value: string; label: string }[] })
  | (FieldBase & { kind: "template" })
  | (FieldBase & { kind: "flag" });

/** One row per setting: the form, the checks and the exports are made from this table. */
export const FIELDS: Record<keyof RunConfig, Field> = {
  method: {
    group: "Method",
    kind: "choice",
    label: "Method",
    help: "LoRA trains a small adapter beside frozen weights; full tuning changes every weight.",
    choices: [
      { value: "lora", label: "LoRA" },
      { value: "full", label: "Full" },
    ],
  },
  rank: {
    group: "Method",
    kind: "number",
    label: "Rank",
    help: "How wide the adapter is: more can learn more, and weighs more.",
    min: 1,
    max: 256,
    step: 1,
    unit: "",
  },
  alpha: {
    group: "Method",
    kind: "number",
    label: "Alpha",
    help: "How strongly the adapter is added: its output is multiplied by alpha ÷ rank.",
    min: 1,
    max: 512,
    step: 1,
    unit: "",
  },
  targetModules: {
    group: "Method",
    kind: "choice",
    label: "Adapted layers",
    help: "Which layers get an adapter: the usual attention layers, or every linear layer but the head.",
    choices: [
      { value: "default", label: "Attention (usual)" },
      { value: "all-linear", label: "All linear" },
    ],
  },
  useRsLora: {
    group: "Method",
    kind: "flag",
    label: "Rank-stabilized (rsLoRA)",
    help: "Divides alpha by the square root of the rank instead, which helps at high ranks.",
  },
  epochs: {
    group: "Length",
    kind: "number",
    label: "Epochs",
    help: "How many times the model sees every training example.",
    min: 1,
    max: 1000,
    step: 1,
    unit: "passes",
  },
  maxSteps: {
    group: "Length",
    kind: "number",
    label: "Steps",
    help: "Stop after this many steps; 0 means as many as the epochs have.",
    min: 0,
    max: 1_000_000,
    step: 1,
    unit: "steps",
  },
  microBatchSize: {
    group: "Length",
    kind: "number",
    label: "Batch",
    help: "How many examples are computed at once: more is steadier and needs more memory.",
    min: 1,
    max: 256,
    step: 1,
    unit: "examples",
  },
  gradAccumSteps: {
    group: "Length",
    kind: "number",
    label: "Accumulation",
    help: "How many batches are added up before one step: a larger batch without more memory.",
    min: 1,
    max: 256,
    step: 1,
    unit: "batches",
  },
  useGradientCheckpointing: {
    group: "Length",
    kind: "flag",
    label: "Gradient checkpointing",
    help: "Keeps only the input of each layer and computes the rest again: far less memory, but slower steps and the same result.",
  },
  learningRate: {
    group: "Optimizer",
    kind: "number",
    label: "Learning rate",
    help: "How far each step moves the weights: too low learns nothing, too high forgets everything.",
    min: 1e-7,
    max: 0.1,
    step: null,
    unit: "",
  },
  schedule: {
    group: "Optimizer",
    kind: "choice",
    label: "Schedule",
    help: "How the learning rate falls after the warm-up.",
    choices: [
      { value: "cosine", label: "Cosine" },
      { value: "linear", label: "Linear" },
      { value: "constant", label: "Constant" },
    ],
  },
  warmupSteps: {
    group: "Optimizer",
    kind: "number",
    label: "Warm-up",
    help: "Steps over which the learning rate rises from zero, so that the start is gentle.",
    min: 0,
    max: 100_000,
    step: 1,
    unit: "steps",
  },
  weightDecay: {
    group: "Optimizer",
    kind: "number",
    label: "Weight decay",
    help: "Pulls weights towards zero a little every step, against memorizing.",
    min: 0,
    max: 1,
    step: null,
    unit: "",
  },
  maxGradNorm: {
    group: "Optimizer",
    kind: "number",
    label: "Gradient clip",
    help: "A larger gradient is scaled down to this length, so that one odd batch does no harm.",
    min: 0.01,
    max: 1000,
    step: null,
    unit: "",
  },
  maxSeqLen: {
    group: "Data",
    kind: "number",
    label: "Longest example",
    help: "Examples with more tokens than this are left out, or their prompt is cut.",
    min: 16,
    max: 4096,
    step: 1,
    unit: "tokens",
  },
  overLength: {
    group: "Data",
    kind: "choice",
    label: "Too long",
    help: "What happens to an example that is too long; an answer is never cut.",
    choices: [
      { value: "exclude", label: "Leave it out" },
      { value: "cut-prompt", label: "Cut its prompt" },
    ],
  },
  template: {
    group: "Data",
    kind: "template",
    label: "Template",
    help: "The text put around instruction and answer, the same in training and in use.",
  },
  heldOutPercent: {
    group: "Data",
    kind: "number",
    label: "Held out",
    help: "Share of the examples kept from training, to see whether it learns or memorizes.",
    min: 0,
    max: 50,
    step: 1,
    unit: "%",
  },
  isShuffled: {
    group: "Data",
    kind: "flag",
    label: "Shuffle",
    help: "Shows the examples in a new seeded order each epoch instead of the file's order.",
  },
  seed: {
    group: "Data",
    kind: "number",
    label: "Seed",
    help: "Same seed, same machine, same run.",
    min: 0,
    max: 2 ** 32 - 1,
    step: 1,
    unit: "",
  },
  evalEvery: {
    group: "Watching",
    kind: "number",
    label: "Held-out loss every",
    help: "How often the loss on held-out examples is measured.",
    min: 1,
    max: 100_000,
    step: 1,
    unit: "steps",
  },
  sampleEvery: {
    group: "Watching",
    kind: "number",
    label: "Answers every",
    help: "How often both models answer the pinned prompts; 0 keeps it under a tenth of the time.",
    min: 0,
    max: 100_000,
    step: 1,
    unit: "steps",
  },
  checkpointEvery: {
    group: "Watching",
    kind: "number",
    label: "Save every",
    help: "How often the run is saved in this browser, so that it survives a closed tab.",
    min: 1,
    max: 100_000,
    step: 1,
    unit: "steps",
  },
};
