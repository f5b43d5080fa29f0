/** Everything that crosses between the page and the trainer's thread. */
import type { ErrorRecord } from "@/core/errors";
import type { SamplingConfig } from "@/core/generation";
import type { EvalRecord, MemoryRecord, Side, StepRecord, StopReason } from "@/core/metrics";
import type { Score } from "@/core/scoring";
import type { BackendName, RunConfig } from "@/core/runConfig";
import type { TemplateChoice } from "@/core/template";
import type { ColumnMapping } from "@/data/columns";
import type { Conversation, DataNote, DataProblem, DataUse } from "@/data/conversation";
import type { HubRows } from "@/data/sources/hubDataset";
import type { FormatOption } from "@/data/formats/format";
import type { RulesOptions } from "@/data/rules/rules";
import type { TemplateCheck } from "@/data/templates/checks";
import type { DoctorApi } from "./protocol/doctor";
import type { EditsApi } from "./protocol/edits";
import type { ProfileApi } from "./protocol/profile";
import type { MixApi, MixSummary } from "./protocol/mix";
import type { ReadingApi } from "./protocol/reading";
import type { TableApi } from "./protocol/table";

export type DeviceSummary = {
  backend: BackendName;
  /** Why this one: a sentence for the chip's tooltip. */
  reason: string;
  adapter: string;
  /** Most bytes one buffer may have, and an estimate of what the engine may use in all. */
  maxBufferBytes: number;
  budgetBytes: number;
  canSaveRuns: boolean;
};

export type ModelSource =
  | { kind: "bundled" }
  | { kind: "hub"; repo: string; revision: string }
  | { kind: "files"; name: string; files: File[] };

export type ModelSummary = {
  name: string;
  source: { kind: ModelSource["kind"]; repo: string; revision: string };
  family: "gpt_neox" | "gpt2" | "llama";
  parameterCount: number;
  weightBytes: number;
  vocabSize: number;
  contextLength: number;
  hiddenSize: number;
  numLayers: number;
  numHeads: number;
  hasChatTemplate: boolean;
  /** Estimated bytes to tune at the default settings. */
  memory: { lora: number; full: number };
  /** Names of layers by `targetModules` setting. */
  targetModules: { default: string[]; "all-linear": string[] };
};

export type DataSource =
  | { kind: "file"; name: string; file: Blob }
  | { kind: "text"; name: string; text: string }
  /** `values`: names filled in where the set has fields for them. */
  | { kind: "bundled"; name: string; values?: Record<string, string> }
  | { kind: "made"; options: RulesOptions }
  /** A file on another server that lets this page read it. */
  | { kind: "url"; name: string; url: string }
  /** The first rows of a part of a Hugging Face data set. */
  | ({ kind: "hub"; name: string } & HubRows);

export type DatasetSummary = {
  name: string;
  use: DataUse;
  recordCount: number;
  /** What could not be used, and what was done to the rest. */
  problems: DataProblem[];
  notes: DataNote[];
  /** Column names found, most frequent first. */
  columns: string[];
  mapping: ColumnMapping;
  /** What can be decided about the format; a choice goes into `mapping.options`. */
  options: FormatOption[];
  /** What it is mixed of; null for one data set. */
  mix: MixSummary | null;
  excludedByHand: number;
  /** What the latest edit was called; null when there is none to undo. */
  undoLabel: string | null;
  /** Sets of questions that came with the data. */
  measuredWith: MeasuredSet[];
};

/** A set to measure with, bundled or brought along by the data. */
export type MeasuredSet = { name: string; title: string; description: string; records: number };

/** Counts after template, tokenizer, length limit and split. */
export type EncodingSummary = {
  trainCount: number;
  heldOutCount: number;
  excluded: DataProblem[];
  cutPrompts: number;
  tokenCount: number;
  trainedTokenCount: number;
  longestTokens: number;
  /** A failed one keeps a run from starting. None for data that is text already. */
  templateChecks: TemplateCheck[];
  /** The first example that fits, to see the template at work. */
  sample: TokenView[];
  stepsPerEpoch: number;
  totalSteps: number;
};

export type TokenView = { id: number; piece: string; kind: "trained" | "masked" };

/** One example as the page shows it. `state` says what became of it. */
export type ExampleView = {
  index: number;
  conversation: Conversation;
  state: "train" | "held-out" | "excluded";
  reason: string;
  /** Empty when no model (so no tokenizer) is loaded. */
  /** The first of them where there are very many: the page could not draw those in time. */
  tokens: TokenView[];
  tokenCount: number;
};

/** A pinned prompt's answers come under this and its index. */
export const PINNED_PREFIX = "pinned:";

export type PinnedPrompt = { instruction: string; input: string };

export type CompareRequest = {
  prompt: PinnedPrompt;
  template: TemplateChoice;
  sampling: SamplingConfig;
};

/** Measures with a bundled evaluation set or one of the data's own; `count` 0 means all of it, else a seeded part. */
export type MeasureRequest = {
  dataset: string;
  template: TemplateChoice;
  count: number;
  seed: number;
};

export type MeasuredAnswer = Score & { text: string };
/** In nats, summed over the tokens. */
export type MeasuredLoss = { lossSum: number; tokenCount: number };

/** One record of an evaluation set; tuned is null where nothing was tuned. */
export type MeasuredRecord =
  | {
      of: "question";
      instruction: string;
      input: string;
      output: string;
      kind: string;
      base: MeasuredAnswer;
      tuned: MeasuredAnswer | null;
    }
  | { of: "passage"; text: string; base: MeasuredLoss; tuned: MeasuredLoss | null };

export type SavedRun = {
  runId: string;
  savedAt: number;
  modelName: string;
  dataName: string;
  config: RunConfig;
  step: number;
  totalSteps: number;
  lastLoss: number | null;
  bytes: number;
};

/** What a resumed run brings back to the page. */
export type RestoredRun = {
  saved: SavedRun;
  model: ModelSummary;
  dataset: DatasetSummary;
  encoding: EncodingSummary;
  pinnedPrompts: PinnedPrompt[];
  steps: StepRecord[];
  evals: EvalRecord[];
};

export type NamedBlob = { fileName: string; blob: Blob };

export type TrainerApi = ReadingApi &
  MixApi &
  EditsApi &
  DoctorApi &
  ProfileApi &
  TableApi & {
    /** Called once, with Comlink.proxy. */
    subscribe(onEvent: (event: TrainerEvent) => void): Promise<void>;
    /** Chooses and starts the backend. */
    startBackend(options: {
      backend: BackendName | "auto";
      hubUrl: string;
      baseUrl: string;
    }): Promise<DeviceSummary>;

    loadModel(source: ModelSource): Promise<ModelSummary>;
    cancelLoad(): Promise<void>;

    /** Counts for these settings. Needs data and a model. */
    encodeData(config: RunConfig): Promise<EncodingSummary>;
    /** Examples [first, first + count) as these settings make them; without a model they have no tokens. */
    viewExamples(first: number, count: number, config: RunConfig): Promise<ExampleView[]>;

    setPinnedPrompts(prompts: PinnedPrompt[], sampling: SamplingConfig): Promise<void>;

    /** Resolves when started; events tell the rest. */
    startRun(runId: string, config: RunConfig): Promise<void>;
    pauseRun(): Promise<void>;
    resumeRun(): Promise<void>;
    /** Stops after the step, and saves. */
    stopRun(): Promise<void>;
    /** Goes on for more steps after an end or a stop. */
    continueRun(moreSteps: number): Promise<void>;

    listSavedRuns(): Promise<SavedRun[]>;
    /** Loads model, data and state; the run then stands where it was, ended or paused. */
    restoreRun(runId: string): Promise<RestoredRun>;
    deleteSavedRun(runId: string): Promise<void>;

    /** Streams both answers as events; while a run trains it waits at the end of the step. */
    compare(requestId: string, request: CompareRequest): Promise<void>;
    /** Stops an answer, or measuring. */
    stopCompare(requestId: string): Promise<void>;

    /** Events tell each record; resolves when all are told. Not while a run trains. */
    measure(requestId: string, request: MeasureRequest): Promise<void>;

    /** PEFT adapter (LoRA runs): weights, config, README.md, the template in Jinja and the settings. */
    exportAdapter(): Promise<NamedBlob>;
    /** Merged model as a Hugging Face folder in a ZIP. */
    exportModel(): Promise<NamedBlob>;
    /**
     * Attaches a PEFT adapter to the loaded model, as the tuned side. Resolves to the template that
     * it was trained with; null where its files do not say.
     */
    importAdapter(files: File[]): Promise<TemplateChoice | null>;
  };

export type TrainerEvent =
  | {
      type: "progress";
      task: "download" | "load" | "fetch" | "read" | "encode" | "examine" | "export";
      done: number;
      total: number;
      unit: "bytes" | "items";
      /** Per second; 0 while unknown. */
      rate: number;
    }
  | { type: "runStarted"; runId: string; startStep: number; totalSteps: number }
  /** Coalesced, at most every 100 ms. */
  | { type: "steps"; runId: string; records: StepRecord[]; memory: MemoryRecord }
  | { type: "evaluated"; runId: string; record: EvalRecord }
  | { type: "saved"; runId: string; step: number }
  | { type: "saveFailed"; runId: string; error: ErrorRecord }
  | { type: "paused"; runId: string; step: number }
  | { type: "resumed"; runId: string; step: number }
  | { type: "runEnded"; runId: string; reason: "finished" | "stopped"; step: number }
  | { type: "runFailed"; runId: string; error: ErrorRecord; step: number }
  /** The whole text so far. Pinned prompts answer under requestId `pinned:<index>`. */
  | {
      type: "answer";
      requestId: string;
      side: Side;
      text: string;
      tokenCount: number;
      step: number;
    }
  | {
      type: "answerEnded";
      requestId: string;
      side: Side;
      text: string;
      tokenCount: number;
      step: number;
      reason: StopReason;
      tokensPerSecond: number;
    }
  | { type: "answerFailed"; requestId: string; error: ErrorRecord }
  | { type: "measured"; requestId: string; done: number; total: number; record: MeasuredRecord }
  | { type: "measureEnded"; requestId: string; reason: "finished" | "stopped" }
  | { type: "deviceLost"; error: ErrorRecord };
