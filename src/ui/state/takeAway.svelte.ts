import { toErrorRecord, type ErrorRecord } from "@/core/errors";
import type { NamedBlob, TrainerApi } from "@/worker/protocol";
import type { Progress } from "./progress";

export type ExportKind = "adapter" | "model";

export type ExportStatus =
  | { kind: "idle" }
  | { kind: "writing"; what: ExportKind; progress: Progress | null }
  | { kind: "done"; what: ExportKind; fileName: string; bytes: number }
  | { kind: "failed"; what: ExportKind; error: ErrorRecord };

/** Files on their way from the trainer to the person's disk. */
export class TakeAwayState {
  status = $state.raw<ExportStatus>({ kind: "idle" });
  readonly #trainer: TrainerApi;
  readonly #save: (file: NamedBlob) => void;

  constructor(trainer: TrainerApi, save: (file: NamedBlob) => void) {
    this.#trainer = trainer;
    this.#save = save;
  }

  async take(what: ExportKind): Promise<void> {
    if (this.status.kind === "writing") return;
    this.status = { kind: "writing", what, progress: null };
    try {
      const file = await (what === "adapter"
        ? this.#trainer.exportAdapter()
        : this.#trainer.exportModel());
      this.#save(file);
      this.status = { kind: "done", what, fileName: file.fileName, bytes: file.blob.size };
    } catch (thrown) {
      this.status = { kind: "failed", what, error: toErrorRecord(thrown) };
    }
  }

  showProgress(progress: Progress): void {
    if (this.status.kind === "writing") this.status = { ...this.status, progress };
  }
}
