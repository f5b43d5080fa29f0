/** A scripted TrainerApi for component tests and the demo page. It never ships. */
import { AppError, toErrorRecord } from "@/core/errors";
import { Random } from "@/core/random";
import type { RunConfig } from "@/core/runConfig";
import type { Side } from "@/core/metrics";
import { exportData, type ExportForm } from "@/data/exportData";
import type {
  DatasetSummary,
  MeasuredRecord,
  MeasureRequest,
  PinnedPrompt,
  SavedRun,
  TrainerApi,
  TrainerEvent,
} from "@/worker/protocol";
import { FakeData } from "./fakeData";
import { FakeMix } from "./fakeMix";
import { toDataName } from "./fakeLibrary";
import { createTemplateChecks } from "./fakeTemplates";
import {
  createExample,
  createSavedRun,
  FAKE_DATASET,
  FAKE_ENCODING,
  FAKE_MODEL,
  FAKE_PAIRS,
  toLoss,
  toTunedText,
} from "./fakeScript";

export type FakeOptions = {
  stepMs?: number;
  tokenMs?: number;
  loadMs?: number;
  savedRuns?: SavedRun[];
  /** How the data that is read differs from the usual. */
  dataset?: Partial<DatasetSummary>;
  /** Loads a model or data for ever, so that the waiting can be looked at. */
  isEndless?: boolean;
  fail?: Partial<Record<keyof TrainerApi, AppError>>;
  failStep?: number;
  /** Runs to this step at once when it starts. */
  skipTo?: number;
};

const EVAL_EVERY = 20;

export class FakeTrainer implements TrainerApi {
  readonly calls: { name: keyof TrainerApi; args: unknown[] }[] = [];
  readonly #options: Required<Omit<FakeOptions, "fail" | "failStep" | "dataset">> & FakeOptions;
  readonly #random = new Random(7);
  #emit: (event: TrainerEvent) => void = () => undefined;
  #pins: PinnedPrompt[] = [];
  #runId = "";
  #step = 0;
  #totalSteps = FAKE_ENCODING.totalSteps;
  #command: "run" | "pause" | "stop" = "run";
  #loop: Promise<void> = Promise.resolve();
  #wake: () => void = () => undefined;
  #cancelLoad: (error: AppError) => void = () => undefined;
  #cancelRead: (error: AppError) => void = () => undefined;
  #stopped = new Set<string>();
  #saved: SavedRun[];
  #data = new FakeData();
  #mix = new FakeMix();

  constructor(options: FakeOptions = {}) {
    this.#options = {
      stepMs: 40,
      tokenMs: 15,
      loadMs: 0,
      savedRuns: [],
      isEndless: false,
      skipTo: 0,
      ...options,
    };
    this.#saved = this.#options.savedRuns;
  }

  /** Sends an event as the worker would. */
  emit(event: TrainerEvent): void {
    this.#emit(event);
  }

  async subscribe(onEvent: (event: TrainerEvent) => void) {
    await this.#enter("subscribe", []);
    this.#emit = onEvent;
  }

  async startBackend(options: Parameters<TrainerApi["startBackend"]>[0]) {
    await this.#enter("startBackend", [options]);
    return {
      backend: options.backend === "auto" ? ("webgpu" as const) : options.backend,
      reason: "This device has a GPU that the browser lends.",
      adapter: "NVIDIA GeForce RTX 3060",
      maxBufferBytes: 2 ** 31,
      budgetBytes: 6e9,
      canSaveRuns: true,
    };
  }

  async loadModel(source: Parameters<TrainerApi["loadModel"]>[0]) {
    await this.#enter("loadModel", [source]);
    await this.#load("download", "bytes", 269_060_552, 21_400_000);
    if (source.kind !== "hub") return FAKE_MODEL;
    return { ...FAKE_MODEL, name: source.repo, source: { ...source } };
  }

  async cancelLoad() {
    await this.#enter("cancelLoad", []);
    this.#cancelLoad(new AppError("hub/cancelled", "The download was cancelled."));
  }

  async readData(source: Parameters<TrainerApi["readData"]>[0]) {
    await this.#enter("readData", [source]);
    await this.#load("read", "items", 1012, 40_000);
    this.#data = new FakeData();
    this.#mix = new FakeMix();
    return { ...FAKE_DATASET, name: toDataName(source), ...this.#options.dataset };
  }

  async addData(source: Parameters<TrainerApi["addData"]>[0]) {
    await this.#enter("addData", [source]);
    await this.#load("read", "items", 1012, 40_000);
    return this.#mix.add(toDataName(source));
  }

  async setMix(settings: Parameters<TrainerApi["setMix"]>[0]) {
    await this.#enter("setMix", [settings]);
    return this.#mix.set(settings);
  }

  async setPartMapping(...args: Parameters<TrainerApi["setPartMapping"]>) {
    await this.#enter("setPartMapping", args);
    return this.#mix.summarize();
  }

  async listHubData(repo: string) {
    await this.#enter("listHubData", [repo]);
    const parts = [
      { config: "default", split: "train", rowCount: 52_002 },
      { config: "default", split: "test", rowCount: 500 },
    ];
    return { repo, license: "cc-by-nc-4.0", parts };
  }

  async setMapping(mapping: Parameters<TrainerApi["setMapping"]>[0]) {
    await this.#enter("setMapping", [mapping]);
    return { ...FAKE_DATASET, mapping };
  }

  async editData(...args: Parameters<TrainerApi["editData"]>) {
    await this.#enter("editData", args);
    return this.#data.edit(...args);
  }

  async undoEdit() {
    await this.#enter("undoEdit", []);
    return this.#data.undo();
  }

  async queryTable(query: Parameters<TrainerApi["queryTable"]>[0]) {
    await this.#enter("queryTable", [query]);
    return this.#data.table.query(query);
  }

  async readRows(ids: number[]) {
    await this.#enter("readRows", [ids]);
    return this.#data.rows(ids);
  }

  async openRecord(id: number) {
    await this.#enter("openRecord", [id]);
    return this.#data.open(id);
  }

  async exportRecords(form: ExportForm, config: RunConfig) {
    await this.#enter("exportRecords", [form, config]);
    const blobForm = form === "prompt-completion" ? "alpaca" : form;
    const { text, records, skipped } = exportData(this.#data.conversations, blobForm);
    return { fileName: `first-answers-${form}.jsonl`, blob: new Blob([text]), records, skipped };
  }

  async examineData(config: RunConfig) {
    await this.#enter("examineData", [config]);
    return this.#data.doctor.examine(() => Promise.resolve(null));
  }

  async cancelExamine() {
    await this.#enter("cancelExamine", []);
    this.#data.doctor.cancel();
  }

  async mendData(check: string) {
    await this.#enter("mendData", [check]);
    return this.#data.doctor.mend(check);
  }

  async compareKeeping(count: number) {
    await this.#enter("compareKeeping", [count]);
    return this.#data.doctor.compareKeeping(count);
  }

  async profileData(config: RunConfig) {
    await this.#enter("profileData", [config]);
    return this.#data.profile(config.maxSeqLen);
  }

  async timeStep(config: RunConfig) {
    await this.#enter("timeStep", [config]);
    return 170;
  }

  async cancelRead() {
    await this.#enter("cancelRead", []);
    this.#cancelRead(new AppError("hub/cancelled", "Reading the data was cancelled."));
  }

  async encodeData(config: RunConfig) {
    await this.#enter("encodeData", [config]);
    const totalSteps = config.maxSteps || FAKE_ENCODING.stepsPerEpoch * config.epochs;
    this.#totalSteps = totalSteps;
    const templateChecks = createTemplateChecks(config.template);
    const sample = createExample(0, config.template).tokens;
    return { ...FAKE_ENCODING, totalSteps, templateChecks, sample };
  }

  async viewExamples(first: number, count: number, config: RunConfig) {
    await this.#enter("viewExamples", [first, count, config]);
    return Array.from({ length: count }, (_, i) => createExample(first + i, config.template));
  }

  async setPinnedPrompts(prompts: PinnedPrompt[]) {
    await this.#enter("setPinnedPrompts", [prompts]);
    this.#pins = prompts;
  }

  async startRun(runId: string, config: RunConfig) {
    await this.#enter("startRun", [runId, config]);
    this.#runId = runId;
    this.#step = 0;
    this.#command = "run";
    this.#loop = this.#train();
  }

  async pauseRun() {
    await this.#enter("pauseRun", []);
    this.#command = "pause";
  }

  async resumeRun() {
    await this.#enter("resumeRun", []);
    this.#command = "run";
    this.#emit({ type: "resumed", runId: this.#runId, step: this.#step });
    this.#wake();
  }

  async stopRun() {
    await this.#enter("stopRun", []);
    this.#command = "stop";
    this.#wake();
    await this.#loop;
  }

  async continueRun(moreSteps: number) {
    await this.#enter("continueRun", [moreSteps]);
    this.#totalSteps = this.#step + moreSteps;
    this.#command = "run";
    this.#loop = this.#train();
  }

  async listSavedRuns() {
    await this.#enter("listSavedRuns", []);
    return this.#saved;
  }

  async restoreRun(runId: string) {
    await this.#enter("restoreRun", [runId]);
    const saved = this.#saved.find((run) => run.runId === runId);
    if (!saved) throw new AppError("run/cannot-resume", `There is no saved run ${runId}.`);
    this.#runId = runId;
    this.#step = saved.step;
    this.#totalSteps = saved.totalSteps;
    this.#pins = FAKE_PAIRS.slice(0, 3);
    this.#command = "pause";
    this.#loop = this.#train();
    const steps = Array.from({ length: saved.step }, (_, i) => this.#record(i + 1));
    return {
      saved,
      model: FAKE_MODEL,
      dataset: FAKE_DATASET,
      encoding: FAKE_ENCODING,
      pinnedPrompts: this.#pins,
      steps,
      evals: [this.#evaluate(0), this.#evaluate(saved.step)],
    };
  }

  async deleteSavedRun(runId: string) {
    await this.#enter("deleteSavedRun", [runId]);
    this.#saved = this.#saved.filter((run) => run.runId !== runId);
  }

  async compare(requestId: string, request: Parameters<TrainerApi["compare"]>[1]) {
    await this.#enter("compare", [requestId, request]);
    const { instruction } = request.prompt;
    void Promise.all([
      this.#answer(requestId, "base", toTunedText(instruction, 0)),
      this.#answer(requestId, "tuned", toTunedText(instruction, this.#step / this.#totalSteps)),
    ]);
  }

  async measure(requestId: string, request: MeasureRequest) {
    await this.#enter("measure", [requestId, request]);
    const isProse = request.dataset === "ordinary-prose";
    const total = request.count || FAKE_PAIRS.length;
    for (let i = 0; i < total; i++) {
      if (this.#stopped.has(requestId)) break;
      const { instruction, input, output, base } = FAKE_PAIRS[i % FAKE_PAIRS.length]!;
      const record: MeasuredRecord = isProse
        ? {
            of: "passage",
            text: base,
            base: { lossSum: 30, tokenCount: 10 },
            tuned: { lossSum: 32, tokenCount: 10 },
          }
        : {
            of: "question",
            instruction,
            input,
            output,
            kind: i % 2 === 0 ? "capital" : "opposite",
            base: { text: base, isRight: false, isRightForm: false, isEnded: false },
            tuned: { text: output, isRight: i % 4 !== 3, isRightForm: true, isEnded: true },
          };
      this.#emit({ type: "measured", requestId, done: i + 1, total, record });
      await sleep(this.#options.tokenMs);
    }
    const reason = this.#stopped.has(requestId) ? "stopped" : "finished";
    // As from a real thread, where events may be later than the answer to the call.
    setTimeout(() => this.#emit({ type: "measureEnded", requestId, reason }), 20);
  }

  async stopCompare(requestId: string) {
    await this.#enter("stopCompare", [requestId]);
    this.#stopped.add(requestId);
  }

  async exportAdapter() {
    await this.#enter("exportAdapter", []);
    return { fileName: "tabtune-adapter.zip", blob: new Blob(["adapter"]) };
  }

  async exportModel() {
    await this.#enter("exportModel", []);
    await this.#load("export", "bytes", 16_500_000, 9_000_000);
    return { fileName: "tabtune-model.zip", blob: new Blob(["model"]) };
  }

  async importAdapter(files: File[]) {
    await this.#enter("importAdapter", [files]);
    return "dolly" as const;
  }

  async #enter(name: keyof TrainerApi, args: unknown[]): Promise<void> {
    this.calls.push({ name, args });
    await Promise.resolve();
    const error = this.#options.fail?.[name];
    if (error) throw error;
  }

  async #load(
    task: "download" | "read" | "export",
    unit: "bytes" | "items",
    total: number,
    rate: number,
  ): Promise<void> {
    const { loadMs, isEndless } = this.#options;
    if (isEndless) {
      this.#emit({ type: "progress", task, done: total * 0.43, total, unit, rate });
      await new Promise((_, reject) => {
        if (task === "download") this.#cancelLoad = reject;
        if (task === "read") this.#cancelRead = reject;
      });
    }
    for (let part = 1; loadMs > 0 && part <= 10; part++) {
      this.#emit({ type: "progress", task, done: (total * part) / 10, total, unit, rate });
      await sleep(loadMs / 10);
    }
  }

  async #train(): Promise<void> {
    const runId = this.#runId;
    const { stepMs, skipTo, failStep } = this.#options;
    if (this.#command === "run") {
      this.#emit({
        type: "runStarted",
        runId,
        startStep: this.#step,
        totalSteps: this.#totalSteps,
      });
      if (this.#step === 0) {
        this.#emit({ type: "evaluated", runId, record: this.#evaluate(0) });
        await this.#answerPins(skipTo === 0);
      }
      while (this.#step < Math.min(skipTo, this.#totalSteps)) await this.#takeStep(false);
    }
    while (this.#step < this.#totalSteps) {
      if (this.#command === "stop") break;
      if (this.#command === "pause") {
        this.#emit({ type: "paused", runId, step: this.#step });
        await new Promise<void>((resolve) => (this.#wake = resolve));
        continue;
      }
      await sleep(stepMs);
      if (this.#step + 1 === failStep) {
        const error = new AppError("run/not-finite", `The loss of step ${failStep} is NaN.`);
        this.#emit({ type: "runFailed", runId, error: toErrorRecord(error), step: this.#step });
        return;
      }
      await this.#takeStep(true);
    }
    const reason = this.#command === "stop" ? "stopped" : "finished";
    this.#emit({ type: "runEnded", runId, reason, step: this.#step });
  }

  async #takeStep(isLive: boolean): Promise<void> {
    const runId = this.#runId;
    this.#step++;
    const memory = { tensorCount: 412, usedBytes: 214_000_000 };
    this.#emit({ type: "steps", runId, records: [this.#record(this.#step)], memory });
    if (this.#step % EVAL_EVERY !== 0) return;
    this.#emit({ type: "evaluated", runId, record: this.#evaluate(this.#step) });
    this.#emit({ type: "saved", runId, step: this.#step });
    await this.#answerPins(isLive);
  }

  async #answerPins(isLive: boolean): Promise<void> {
    const share = this.#step / this.#totalSteps;
    for (const [index, { instruction }] of this.#pins.entries()) {
      const id = `pinned:${index}`;
      if (this.#step === 0) await this.#answer(id, "base", toTunedText(instruction, 0), isLive);
      await this.#answer(id, "tuned", toTunedText(instruction, share), isLive);
    }
  }

  async #answer(requestId: string, side: Side, text: string, isLive = true): Promise<void> {
    const pieces = text.match(/ ?\S{1,5}|\s/g) ?? [];
    const common = { requestId, side, step: this.#step };
    let shown = "";
    let tokenCount = 0;
    for (const piece of isLive ? pieces : []) {
      if (this.#stopped.has(requestId)) break;
      shown += piece;
      tokenCount++;
      this.#emit({ type: "answer", ...common, text: shown, tokenCount });
      await sleep(this.#options.tokenMs);
    }
    const wasStopped = this.#stopped.has(requestId);
    this.#emit({
      type: "answerEnded",
      ...common,
      text: wasStopped ? shown : text,
      tokenCount: wasStopped ? tokenCount : pieces.length,
      reason: wasStopped ? "stopped" : pieces.length > 18 ? "max-tokens" : "end-of-text",
      tokensPerSecond: 61.3,
    });
  }

  #record(step: number) {
    const share = step / this.#totalSteps;
    return {
      step,
      epoch: (step * 3) / this.#totalSteps,
      trainLoss: toLoss(step, this.#totalSteps, this.#random.next() * 2 - 1),
      learningRate: 2e-3 * Math.min(step / 5, 0.5 * (1 + Math.cos(Math.PI * share))),
      gradNorm: 0.4 + 2 * Math.exp(-4 * share) * this.#random.next(),
      countedTokens: 96,
      tokens: 470,
      stepMs: 118 + 10 * this.#random.next(),
    };
  }

  #evaluate(step: number) {
    return { step, evalLoss: toLoss(step, this.#totalSteps, 0) + 0.12, countedTokens: 990 };
  }
}

/** A saved run to offer, for tests and the demo page. */
export const SAVED_RUN = createSavedRun();

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
