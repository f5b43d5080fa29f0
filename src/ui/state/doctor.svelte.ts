import { toErrorRecord, type ErrorRecord } from "@/core/errors";
import type { RunConfig } from "@/core/runConfig";
import type { DataEdit } from "@/data/edits/edits";
import type { KeepComparison } from "@/data/doctor/keep/compare";
import type { DatasetSummary, TrainerApi } from "@/worker/protocol";
import type { DoctorReportView, FindingView } from "@/worker/protocol/doctor";
import { OnDemand } from "./onDemand";
import type { Progress } from "./progress";

/** "looking" is said only of what takes longer than a moment. */
export type DoctorStatus =
  | { kind: "idle" }
  | { kind: "looking"; progress: Progress | null }
  | { kind: "ready" }
  | { kind: "stopped" }
  | { kind: "failed"; error: ErrorRecord };

const MOMENT_MS = 300;

type Options = {
  trainer: TrainerApi;
  getConfig: () => RunConfig;
  /** Takes over what the trainer made of the data; true when that was done. */
  change: (act: () => Promise<DatasetSummary>) => Promise<boolean>;
  /** Changes settings, whereupon the data is counted anew. */
  set: (changes: Partial<RunConfig>) => void;
};

/** What the data doctor found, what was done about it, and which records are worth keeping. */
export class DoctorState {
  status = $state.raw<DoctorStatus>({ kind: "idle" });
  /** Of the records as they were when they were last looked at. */
  report = $state.raw<DoctorReportView | null>(null);
  /** True from a change until its report: remedies wait for it. */
  isOutdated = $state(true);
  /** What the latest remedy did, as the undo button says it. */
  done = $state.raw<string | null>(null);
  /** Null until a person says how many. */
  keepCount = $state<number | null>(null);
  comparison = $state.raw<KeepComparison | null>(null);
  isComparing = $state(false);
  keepError = $state.raw<ErrorRecord | null>(null);
  readonly demand = new OnDemand(() => void this.look());
  readonly #options: Options;
  #attempt = 0;
  #keepAttempt = 0;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Other data: nothing is known of it. */
  clear(): void {
    this.#attempt++;
    this.status = { kind: "idle" };
    this.report = null;
    this.done = null;
    this.keepCount = null;
    this.forgetComparison();
  }

  /** Records or settings changed. */
  refresh(): void {
    this.isOutdated = true;
    this.forgetComparison();
    this.demand.refresh();
  }

  async look(): Promise<void> {
    const attempt = ++this.#attempt;
    const timer = setTimeout(() => {
      if (attempt === this.#attempt) this.status = { kind: "looking", progress: null };
    }, MOMENT_MS);
    try {
      const report = await this.#options.trainer.examineData(this.#options.getConfig());
      // Null: records changed meanwhile, and another look is on its way.
      if (attempt !== this.#attempt || report === null) return;
      this.report = report;
      this.isOutdated = false;
      this.status = { kind: "ready" };
    } catch (thrown) {
      if (attempt === this.#attempt) this.status = { kind: "failed", error: toErrorRecord(thrown) };
    } finally {
      clearTimeout(timer);
    }
  }

  async stop(): Promise<void> {
    this.#attempt++;
    this.status = { kind: "stopped" };
    await this.#options.trainer.cancelExamine();
  }

  showProgress(progress: Progress): void {
    if (this.status.kind === "looking") this.status = { kind: "looking", progress };
  }

  /** Presses the remedy of a finding. */
  async mend({ check, remedy }: FindingView): Promise<void> {
    if (remedy?.of === "setting") this.#options.set(remedy.changes);
    if (remedy?.of !== "edit") return;
    this.isOutdated = true;
    await this.#change(() => this.#options.trainer.mendData(check));
  }

  /** Shows what keeping so many records would mean. */
  async compareKeeping(count: number): Promise<void> {
    const attempt = ++this.#keepAttempt;
    this.isComparing = true;
    this.keepError = null;
    try {
      const comparison = await this.#options.trainer.compareKeeping(count);
      if (attempt === this.#keepAttempt) this.comparison = comparison;
    } catch (thrown) {
      if (attempt === this.#keepAttempt) this.keepError = toErrorRecord(thrown);
    } finally {
      if (attempt === this.#keepAttempt) this.isComparing = false;
    }
  }

  /** Leaves out what the comparison did not choose. */
  async keepBest(label: string): Promise<void> {
    if (!this.comparison) return;
    const edit: DataEdit = { kind: "exclude", ids: this.comparison.leftOut };
    await this.#change(() => this.#options.trainer.editData(edit, label));
  }

  async #change(act: () => Promise<DatasetSummary>): Promise<void> {
    const changed = await this.#options.change(async () => {
      const summary = await act();
      this.done = summary.undoLabel;
      return summary;
    });
    // Refused, such as by records that changed in between: the next look knows them.
    if (!changed) this.demand.refresh();
  }

  forgetComparison(): void {
    this.#keepAttempt++;
    this.comparison = null;
    this.isComparing = false;
    this.keepError = null;
  }
}
