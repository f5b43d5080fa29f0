/** One run in the trainer's thread: started, paused, stopped, continued, saved and told to the page. */
import { AppError, toErrorRecord, type ErrorRecord } from "@/core/errors";
import type { EvalRecord, StepRecord } from "@/core/metrics";
import { nextTask } from "@/core/nextTask";
import type { Dataset } from "@/data/dataset";
import { TrainingRun, type RunData, type RunHooks } from "@/engine/train/run";
import type { Tuned } from "@/engine/train/tuned";
import type { RunConfig } from "@/core/runConfig";
import { backendBytes, engineMemory } from "@/engine/tfjs";
import type { AnswerContext } from "./answers";
import type { Lock } from "./lock";
import type { LoadedModel } from "./modelSession";
import type { PinnedPrompts } from "./pinnedPrompts";
import type { TrainerEvent } from "./protocol";

/** Step records are sent together, at most this often. */
const MIN_REPORT_MS = 100;

export type RunParts = {
  runId: string;
  loaded: LoadedModel;
  tuned: Tuned;
  data: RunData;
  /** What `data` was made from: it is saved with the run, whatever the page shows by then. */
  dataset: Dataset;
  config: RunConfig;
  answers: Omit<AnswerContext, "step">;
};

export type RunServices = {
  lock: Lock;
  pinned: PinnedPrompts;
  emit: (event: TrainerEvent) => void;
  /** Writes a checkpoint; throws `storage/…` when that fails. */
  save: (session: RunSession) => Promise<void>;
};

export class RunSession {
  readonly parts: RunParts;
  readonly run: TrainingRun;
  readonly steps: StepRecord[] = [];
  readonly evals: EvalRecord[] = [];
  readonly #services: RunServices;
  #unsent: StepRecord[] = [];
  #lastReport = 0;
  #isStopping = false;
  #resume: (() => void) | null = null;
  #isPaused = false;
  #loop: Promise<void> | null = null;
  #deviceError: AppError | null = null;

  constructor(parts: RunParts, services: RunServices) {
    this.parts = parts;
    this.#services = services;
    this.run = new TrainingRun(parts.loaded.model, parts.tuned, parts.data, parts.config);
  }

  get isTraining(): boolean {
    return this.#loop !== null;
  }

  /** Waits between two steps, and the model is free. */
  get isPaused(): boolean {
    return this.#resume !== null;
  }

  /** Starts the loop, or lets a paused one go on. */
  start(): void {
    if (this.#loop) {
      this.#isPaused = false;
      this.#resume?.();
      return;
    }
    this.#isStopping = false;
    this.#isPaused = false;
    const { runId } = this.parts;
    const { step, totalSteps } = this.run;
    this.#services.emit({ type: "runStarted", runId, startStep: step, totalSteps });
    this.#loop = this.#train().finally(() => (this.#loop = null));
  }

  pause(): void {
    if (this.#loop) this.#isPaused = true;
  }

  /** Resolves when the step under way is done and saved. */
  async stop(): Promise<void> {
    if (!this.#loop) {
      // Restored and not resumed: there is nothing to wait for, but the page must hear of it.
      const { runId } = this.parts;
      this.#services.emit({ type: "runEnded", runId, reason: "stopped", step: this.run.step });
      return;
    }
    this.#isStopping = true;
    this.#resume?.();
    await this.#loop;
  }

  /** Ends the run at once: nothing of the device works any more. The last checkpoint stays. */
  deviceLost(error: AppError): void {
    this.#deviceError = error;
    this.#isStopping = true;
    this.#resume?.();
    if (this.#loop) this.#fail(toErrorRecord(error));
  }

  async #train(): Promise<void> {
    const { lock, pinned, emit } = this.#services;
    const { runId } = this.parts;
    let release = await lock.acquire();
    pinned.runStarts();
    const hooks: RunHooks = {
      onStep: (record) => this.#onStep(record),
      onEvaluated: (record) => {
        this.#flush();
        this.evals.push(record);
        emit({ type: "evaluated", runId, record });
      },
      onCheckpoint: () => this.#save(),
      betweenSteps: async (step) => {
        release();
        await nextTask();
        if (this.#isPaused && !this.#isStopping) await this.#waitForResume(step);
        release = await lock.acquire();
        if (this.#isStopping) return false;
        if (pinned.isDue(step, this.parts.config.sampleEvery)) await this.#answerPinned(step);
        return true;
      },
    };
    try {
      const reason = await this.run.train(hooks);
      this.#flush();
      if (this.#deviceError) return;
      const { step } = this.run;
      // Who stopped the run does not wait for answers, unless they come at once; who stops now neither.
      this.#isStopping = false;
      if (reason === "finished" || pinned.isQuick) await this.#answerPinned(step);
      emit({ type: "runEnded", runId, reason, step });
    } catch (error) {
      this.#flush();
      if (!this.#deviceError) this.#fail(toErrorRecord(error));
    } finally {
      release();
    }
  }

  #fail(error: ErrorRecord): void {
    const { runId } = this.parts;
    this.#services.emit({ type: "runFailed", runId, error, step: this.run.step });
  }

  async #answerPinned(step: number): Promise<void> {
    this.#flush();
    const isStopped = () => this.#isStopping;
    const { pinned } = this.#services;
    const context = { ...this.parts.answers, step };
    await pinned.answerBase(context, isStopped);
    await pinned.answerTuned(context, this.run.view, isStopped);
  }

  async #waitForResume(step: number): Promise<void> {
    const { runId } = this.parts;
    await this.run.settle();
    await this.#save();
    this.#services.emit({ type: "paused", runId, step });
    await new Promise<void>((resolve) => (this.#resume = resolve));
    this.#resume = null;
    this.#services.emit({ type: "resumed", runId, step });
  }

  #onStep(record: StepRecord): void {
    this.steps.push(record);
    this.#unsent.push(record);
    if (performance.now() - this.#lastReport >= MIN_REPORT_MS) this.#flush();
  }

  #flush(): void {
    if (this.#unsent.length === 0) return;
    const { runId } = this.parts;
    const records = this.#unsent;
    this.#unsent = [];
    this.#lastReport = performance.now();
    // What a person's machine gives, pool and packed copies included.
    const memory = { ...engineMemory(), usedBytes: backendBytes() };
    this.#services.emit({ type: "steps", runId, records, memory });
  }

  /** A run that cannot be saved goes on; the page says so. */
  async #save(): Promise<void> {
    const { runId } = this.parts;
    this.#flush();
    try {
      await this.#services.save(this);
      this.#services.emit({ type: "saved", runId, step: this.run.step });
    } catch (error) {
      this.#services.emit({ type: "saveFailed", runId, error: toErrorRecord(error) });
    }
  }

  dispose(): void {
    this.run.dispose();
  }
}
