/** A scripted TrainerApi for component tests and the demo page. It never ships. */
import { AppError } from "@/core/errors";
import type { RunConfig } from "@/core/runConfig";
import { exportData, type ExportForm } from "@/data/exportData";
import type {
  DatasetSummary,
  MeasureRequest,
  PinnedPrompt,
  SavedRun,
  TrainerApi,
  TrainerEvent,
} from "@/worker/protocol";
import { FakeData } from "./fakeData";
import { FakeMix } from "./fakeMix";
import { FakeRun, sleep } from "./fakeRun";
import { toDataName } from "./fakeLibrary";
import { createTemplateChecks } from "./fakeTemplates";
import {
  createExample,
  createMeasuredRecord,
  createSavedRun,
  FAKE_DATASET,
  FAKE_ENCODING,
  FAKE_MODEL,
  FAKE_PAIRS,
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

export class FakeTrainer implements TrainerApi {
  readonly calls: { name: keyof TrainerApi; args: unknown[] }[] = [];
  readonly #options: Required<Omit<FakeOptions, "fail" | "failStep" | "dataset">> & FakeOptions;
  #emit: (event: TrainerEvent) => void = () => undefined;
  #run: FakeRun;
  #cancelLoad: (error: AppError) => void = () => undefined;
  #cancelRead: (error: AppError) => void = () => undefined;
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
    this.#run = new FakeRun(this.#options, (event) => this.#emit(event));
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
    this.#run.totalSteps = totalSteps;
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
    this.#run.pins = prompts;
  }

  async startRun(runId: string, config: RunConfig) {
    await this.#enter("startRun", [runId, config]);
    this.#run.start(runId);
  }

  async pauseRun() {
    await this.#enter("pauseRun", []);
    this.#run.pause();
  }

  async resumeRun() {
    await this.#enter("resumeRun", []);
    this.#run.resume();
  }

  async stopRun() {
    await this.#enter("stopRun", []);
    await this.#run.stop();
  }

  async continueRun(moreSteps: number) {
    await this.#enter("continueRun", [moreSteps]);
    this.#run.goOn(moreSteps);
  }

  async listSavedRuns() {
    await this.#enter("listSavedRuns", []);
    return this.#saved;
  }

  async restoreRun(runId: string) {
    await this.#enter("restoreRun", [runId]);
    const saved = this.#saved.find((run) => run.runId === runId);
    if (!saved) throw new AppError("run/cannot-resume", `There is no saved run ${runId}.`);
    const past = this.#run.restore(saved, FAKE_PAIRS.slice(0, 3));
    return {
      saved,
      model: FAKE_MODEL,
      dataset: FAKE_DATASET,
      encoding: FAKE_ENCODING,
      pinnedPrompts: this.#run.pins,
      ...past,
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
      this.#run.answer(requestId, "base", toTunedText(instruction, 0)),
      this.#run.answer(requestId, "tuned", toTunedText(instruction, this.#run.share)),
    ]);
  }

  async measure(requestId: string, request: MeasureRequest) {
    await this.#enter("measure", [requestId, request]);
    const isProse = request.dataset === "ordinary-prose";
    const total = request.count || FAKE_PAIRS.length;
    for (let i = 0; i < total; i++) {
      if (this.#run.stopped.has(requestId)) break;
      const record = createMeasuredRecord(i, isProse);
      this.#emit({ type: "measured", requestId, done: i + 1, total, record });
      await sleep(this.#options.tokenMs);
    }
    const reason = this.#run.stopped.has(requestId) ? "stopped" : "finished";
    // As from a real thread, where events may be later than the answer to the call.
    setTimeout(() => this.#emit({ type: "measureEnded", requestId, reason }), 20);
  }

  async stopCompare(requestId: string) {
    await this.#enter("stopCompare", [requestId]);
    this.#run.stopped.add(requestId);
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
}

/** A saved run to offer, for tests and the demo page. */
export const SAVED_RUN = createSavedRun();
