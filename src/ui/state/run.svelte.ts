import { toErrorRecord, type ErrorRecord } from "@/core/errors";
import type { EvalRecord, MemoryRecord, StepRecord } from "@/core/metrics";
import type { RunConfig } from "@/core/runConfig";
import { createId } from "./createId";
import type { RestoredRun, TrainerApi, TrainerEvent } from "@/worker/protocol";

export type RunStatus =
  | { kind: "idle" }
  | { kind: "starting"; runId: string }
  | { kind: "training"; runId: string }
  | { kind: "pausing"; runId: string }
  | { kind: "paused"; runId: string; step: number }
  | { kind: "stopping"; runId: string }
  | { kind: "ended"; runId: string; reason: "finished" | "stopped"; step: number }
  | { kind: "failed"; runId: string; error: ErrorRecord; step: number };

type RunEvent = Extract<TrainerEvent, { runId: string }>;

/** Speed and time left are means over this many steps: enough to be calm, few enough to follow. */
const RECENT_STEPS = 20;

/** The run as the page mirrors it; the worker owns the real one. */
export class RunState {
  status = $state.raw<RunStatus>({ kind: "idle" });
  /** The settings this run was started with. */
  config = $state.raw<RunConfig | null>(null);
  totalSteps = $state(0);
  steps = $state.raw<StepRecord[]>([]);
  evals = $state.raw<EvalRecord[]>([]);
  memory = $state.raw<MemoryRecord | null>(null);
  savedStep = $state<number | null>(null);
  saveError = $state.raw<ErrorRecord | null>(null);
  /** A command (pause, continue, …) that was refused. */
  commandError = $state.raw<ErrorRecord | null>(null);

  latest = $derived(this.steps.at(-1) ?? null);
  latestEval = $derived(this.evals.at(-1) ?? null);
  currentStep = $derived(this.latest?.step ?? 0);
  isActive = $derived(
    this.status.kind === "starting" ||
      this.status.kind === "training" ||
      this.status.kind === "pausing" ||
      this.status.kind === "stopping",
  );
  /** True while the settings belong to a run that can still go on by itself. */
  isLocked = $derived(this.isActive || this.status.kind === "paused");
  hasTuned = $derived(this.steps.length > 0);
  #recent = $derived(this.steps.slice(-RECENT_STEPS));
  #recentMs = $derived(this.#recent.reduce((sum, record) => sum + record.stepMs, 0));
  tokensPerSecond = $derived(
    this.#recentMs === 0
      ? 0
      : (1000 * this.#recent.reduce((sum, record) => sum + record.tokens, 0)) / this.#recentMs,
  );
  msLeft = $derived(
    this.#recent.length === 0
      ? null
      : (this.#recentMs / this.#recent.length) * Math.max(0, this.totalSteps - this.currentStep),
  );
  readonly #trainer: TrainerApi;

  constructor(trainer: TrainerApi) {
    this.#trainer = trainer;
  }

  get runId(): string | null {
    return this.status.kind === "idle" ? null : this.status.runId;
  }

  async start(config: RunConfig, expectedSteps: number): Promise<void> {
    // The page chooses the id, so no event can come for a run it does not know.
    const runId = createId();
    this.clear();
    this.config = config;
    this.totalSteps = expectedSteps;
    this.status = { kind: "starting", runId };
    try {
      await this.#trainer.startRun(runId, config);
      if (this.status.kind === "starting") this.status = { kind: "training", runId };
    } catch (thrown) {
      this.status = { kind: "failed", runId, error: toErrorRecord(thrown), step: 0 };
    }
  }

  async pause(): Promise<void> {
    if (this.status.kind !== "training") return;
    await this.#command({ kind: "pausing", runId: this.status.runId }, () =>
      this.#trainer.pauseRun(),
    );
  }

  async resume(): Promise<void> {
    if (this.status.kind !== "paused") return;
    await this.#command({ kind: "starting", runId: this.status.runId }, () =>
      this.#trainer.resumeRun(),
    );
  }

  async stop(): Promise<void> {
    if (!this.isLocked || this.status.kind === "idle") return;
    const { runId } = this.status;
    await this.#command({ kind: "stopping", runId }, () => this.#trainer.stopRun());
    // A restored run that never went on has no loop that could tell of its end.
    if (this.status.kind === "stopping") {
      this.status = { kind: "ended", runId, reason: "stopped", step: this.currentStep };
    }
  }

  async continueFor(moreSteps: number): Promise<void> {
    if (this.status.kind !== "ended") return;
    const { runId, step } = this.status;
    this.totalSteps = step + moreSteps;
    await this.#command({ kind: "starting", runId }, () => this.#trainer.continueRun(moreSteps));
  }

  apply(event: RunEvent): void {
    if (event.runId !== this.runId) return;
    const { runId } = event;
    switch (event.type) {
      case "runStarted":
        this.totalSteps = event.totalSteps;
        this.status = { kind: "training", runId };
        break;
      case "steps":
        this.steps = [...this.steps, ...event.records];
        this.memory = event.memory;
        break;
      case "evaluated":
        this.evals = [...this.evals, event.record];
        break;
      case "saved":
        this.savedStep = event.step;
        this.saveError = null;
        break;
      case "saveFailed":
        this.saveError = event.error;
        break;
      case "paused":
        this.status = { kind: "paused", runId, step: event.step };
        break;
      case "resumed":
        this.status = { kind: "training", runId };
        break;
      case "runEnded":
        this.status = { kind: "ended", runId, reason: event.reason, step: event.step };
        break;
      case "runFailed":
        this.status = { kind: "failed", runId, error: event.error, step: event.step };
        break;
      default:
        event satisfies never;
    }
  }

  /** Ends a run that the lost thread or device took with it. */
  fail(error: ErrorRecord): void {
    if (!this.isLocked || this.status.kind === "idle") return;
    this.status = { kind: "failed", runId: this.status.runId, error, step: this.currentStep };
  }

  adopt({ saved, steps, evals }: RestoredRun): void {
    this.clear();
    this.config = saved.config;
    this.steps = steps;
    this.evals = evals;
    this.totalSteps = saved.totalSteps;
    this.savedStep = saved.step;
    const { runId, step, totalSteps } = saved;
    this.status =
      step < totalSteps
        ? { kind: "paused", runId, step }
        : { kind: "ended", runId, reason: "finished", step };
  }

  clear(): void {
    this.status = { kind: "idle" };
    this.config = null;
    this.totalSteps = 0;
    this.steps = [];
    this.evals = [];
    this.memory = null;
    this.savedStep = null;
    this.saveError = null;
    this.commandError = null;
  }

  /** Shows the next status at once and takes it back when the trainer refuses. */
  async #command(next: RunStatus, send: () => Promise<void>): Promise<void> {
    const previous = this.status;
    this.commandError = null;
    this.status = next;
    try {
      await send();
    } catch (thrown) {
      if (this.status === next) this.status = previous;
      this.commandError = toErrorRecord(thrown);
    }
  }
}
