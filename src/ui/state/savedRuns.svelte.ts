import { toErrorRecord, type ErrorRecord } from "@/core/errors";
import type { RestoredRun, SavedRun, TrainerApi } from "@/worker/protocol";

export type SavedRunsStatus =
  | { kind: "loading" }
  | { kind: "ready" }
  | { kind: "restoring"; runId: string }
  | { kind: "failed"; error: ErrorRecord };

/** Runs kept in this browser. */
export class SavedRunsState {
  status = $state.raw<SavedRunsStatus>({ kind: "loading" });
  runs = $state.raw<SavedRun[]>([]);
  /** Offered once, at the start of a visit. */
  offer = $state.raw<SavedRun | null>(null);
  readonly #trainer: TrainerApi;

  constructor(trainer: TrainerApi) {
    this.#trainer = trainer;
  }

  async list(): Promise<void> {
    try {
      const runs = await this.#trainer.listSavedRuns();
      this.runs = runs.toSorted((a, b) => b.savedAt - a.savedAt);
      this.status = { kind: "ready" };
    } catch (thrown) {
      const error = toErrorRecord(thrown);
      this.status =
        error.code === "storage/unavailable" ? { kind: "ready" } : { kind: "failed", error };
    }
  }

  offerLatest(): void {
    this.offer = this.runs[0] ?? null;
  }

  /** Null when it could not be restored; the status says why. */
  async restore(runId: string): Promise<RestoredRun | null> {
    this.status = { kind: "restoring", runId };
    try {
      const restored = await this.#trainer.restoreRun(runId);
      this.status = { kind: "ready" };
      this.offer = null;
      return restored;
    } catch (thrown) {
      this.status = { kind: "failed", error: toErrorRecord(thrown) };
      return null;
    }
  }

  async remove(runId: string): Promise<void> {
    try {
      await this.#trainer.deleteSavedRun(runId);
      if (this.offer?.runId === runId) this.offer = null;
      await this.list();
    } catch (thrown) {
      this.status = { kind: "failed", error: toErrorRecord(thrown) };
    }
  }
}
