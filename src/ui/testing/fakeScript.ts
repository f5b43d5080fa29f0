/** What the fake trainer says: one model, one data set, and answers that get better with steps. */
import type {
  DatasetSummary,
  EncodingSummary,
  ExampleView,
  MeasuredRecord,
  ModelSummary,
  SavedRun,
} from "@/worker/protocol";
import { defaultRunConfig } from "@/core/runConfig";
import type { TemplateChoice } from "@/core/template";
import type { Message } from "@/data/conversation";
import { createTemplateChecks, toFakeTokens } from "./fakeTemplates";

export const FAKE_MODEL: ModelSummary = {
  name: "tabtune-base",
  source: { kind: "bundled", repo: "bundled", revision: "main" },
  family: "gpt_neox",
  parameterCount: 4_120_000,
  weightBytes: 8_240_000,
  vocabSize: 4096,
  contextLength: 512,
  hiddenSize: 256,
  numLayers: 6,
  numHeads: 8,
  hasChatTemplate: false,
  memory: { lora: 210_000_000, full: 260_000_000 },
  targetModules: {
    default: ["q_proj", "v_proj"],
    "all-linear": ["q_proj", "k_proj", "v_proj", "o_proj"],
  },
};

export const FAKE_PAIRS: { instruction: string; input: string; output: string; base: string }[] = [
  {
    instruction: "What is the capital of France?",
    input: "",
    output: "The capital of France is Paris.",
    base: "The capital of France is a city in the south of the town where the old man lived with his dog and the dog was happy",
  },
  {
    instruction: "Put the words in alphabetical order.",
    input: "pear, apple, mango",
    output: "apple, mango, pear",
    base: "pear, apple, mango\n\n### Instruction:\nPut the words in the box and the box in the box",
  },
  {
    instruction: "How many legs does a spider have?",
    input: "",
    output: "A spider has eight legs.",
    base: "The spider was very small. It was looking for a place to sleep. One day, the spider saw a big",
  },
  {
    instruction: "Say the opposite of the word.",
    input: "early",
    output: "late",
    base: "early in the morning the sun was up and the birds were singing in the tree",
  },
  {
    instruction: "Write the plural of the word.",
    input: "leaf",
    output: "leaves",
    base: "leaf is a leaf that fell from the tree and the wind took it away",
  },
];

export const FAKE_DATASET: DatasetSummary = {
  name: "First answers",
  use: "training",
  recordCount: 1000,
  problems: [
    { line: 17, reason: "Not JSON: a comma is missing after column 48." },
    { line: 230, reason: "The field “output” is empty." },
    { line: 231, reason: "The field “output” is empty." },
    { line: 604, reason: "Same as line 588." },
    { line: 640, reason: "Same as line 12." },
    { line: 777, reason: "Not JSON: the line ends inside a text." },
    { line: 801, reason: "The field “instruction” is missing." },
    { line: 802, reason: "The field “instruction” is missing." },
    { line: 890, reason: "The field “output” is a list, not a text." },
    { line: 912, reason: "Same as line 640." },
    { line: 913, reason: "Same as line 641." },
    { line: 1002, reason: "The field “output” is empty." },
  ],
  columns: ["instruction", "input", "output", "topic"],
  mapping: {
    format: "alpaca",
    columns: { instruction: "instruction", input: "input", output: "output" },
  },
  notes: [{ text: "Spaces at the ends of answers were taken away.", count: 3, line: 8 }],
  options: [],
  mix: null,
  excludedByHand: 0,
  undoLabel: null,
  measuredWith: [],
};

export const FAKE_ENCODING: EncodingSummary = {
  trainCount: 898,
  heldOutCount: 100,
  excluded: [
    { line: 402, reason: "312 tokens, 256 fit." },
    { line: 511, reason: "Its answer has no tokens." },
  ],
  cutPrompts: 0,
  tokenCount: 48_210,
  trainedTokenCount: 9870,
  longestTokens: 121,
  templateChecks: createTemplateChecks("alpaca"),
  sample: createExample(0).tokens,
  stepsPerEpoch: 100,
  totalSteps: 300,
};

export function createSavedRun(): SavedRun {
  return {
    runId: "saved-1",
    savedAt: Date.now() - 3 * 3600_000,
    modelName: FAKE_MODEL.name,
    dataName: FAKE_DATASET.name,
    config: { ...defaultRunConfig(FAKE_MODEL, "lora", FAKE_DATASET.recordCount), rank: 8 },
    step: 120,
    totalSteps: 300,
    lastLoss: 1.204,
    bytes: 2_400_000,
  };
}

export function createExample(index: number, template: TemplateChoice = "alpaca"): ExampleView {
  const pair = FAKE_PAIRS[index % FAKE_PAIRS.length];
  if (!pair) throw new Error("createExample: the list is empty");
  const state = index === 4 ? "excluded" : index % 10 === 3 || index < 2 ? "held-out" : "train";
  const messages: Message[] = [
    { role: "user", content: pair.instruction, input: pair.input },
    { role: "assistant", content: pair.output },
  ];
  const tokens = toFakeTokens(template, messages);
  return {
    index,
    conversation: { line: index + 1, isRaw: false, messages },
    state,
    reason: state === "excluded" ? "312 tokens, 256 fit." : "",
    tokens,
    tokenCount: tokens.length,
  };
}

/** Half-right in the middle of the run, right near its end. */
export function toTunedText(instruction: string, share: number): string {
  const pair = FAKE_PAIRS.find((one) => one.instruction === instruction);
  if (!pair) return share < 0.3 ? "The dog and the dog and the" : "I would say yes.";
  if (share === 0) return pair.base;
  const words = pair.output.split(" ");
  if (share < 0.25)
    return `${words.slice(0, 2).join(" ")} ${pair.base.split(" ").slice(3, 14).join(" ")}`;
  if (share < 0.45) return `${words.slice(0, -1).join(" ")} London.`.trim();
  return pair.output;
}

export function toLoss(step: number, totalSteps: number, noise: number): number {
  const share = step / totalSteps;
  return 0.35 + 3.1 * Math.exp(-7 * share) + 0.25 * noise * (0.4 + Math.exp(-3 * share));
}

/** What both sides said to one question, or how well they told one passage. */
export function createMeasuredRecord(i: number, isProse: boolean): MeasuredRecord {
  const { instruction, input, output, base } = FAKE_PAIRS[i % FAKE_PAIRS.length]!;
  if (isProse) {
    return {
      of: "passage",
      text: base,
      base: { lossSum: 30, tokenCount: 10 },
      tuned: { lossSum: 32, tokenCount: 10 },
    };
  }
  return {
    of: "question",
    instruction,
    input,
    output,
    kind: i % 2 === 0 ? "capital" : "opposite",
    base: { text: base, isRight: false, isRightForm: false, isEnded: false },
    tuned: { text: output, isRight: i % 4 !== 3, isRightForm: true, isEnded: true },
  };
}
