import { toErrorRecord, type ErrorRecord } from "@/core/errors";
import type { TemplateChoice } from "@/core/template";
import type { ModelSource, ModelSummary, TrainerApi } from "@/worker/protocol";
import type { Progress } from "./progress";

export type ModelStatus =
  | { kind: "empty" }
  | { kind: "loading"; source: ModelSource; title: string; progress: Progress | null }
  | { kind: "ready" }
  | { kind: "failed"; error: ErrorRecord; source: ModelSource; title: string };

/** The loaded model, and the one on its way. */
export class ModelState {
  status = $state.raw<ModelStatus>({ kind: "empty" });
  /** Stays while another model loads, and when that fails. */
  summary = $state.raw<ModelSummary | null>(null);
  /** File names of an adapter that was attached to this model. */
  attachedAdapter = $state<string | null>(null);
  adapterStatus = $state.raw<
    { kind: "idle" } | { kind: "attaching" } | { kind: "failed"; error: ErrorRecord }
  >({ kind: "idle" });
  readonly #trainer: TrainerApi;
  #attempt = 0;

  constructor(trainer: TrainerApi) {
    this.#trainer = trainer;
  }

  /** True when this model is now the loaded one. */
  async load(source: ModelSource): Promise<boolean> {
    const attempt = ++this.#attempt;
    const title = toSourceTitle(source);
    this.status = { kind: "loading", source, title, progress: null };
    try {
      const summary = await this.#trainer.loadModel(source);
      if (attempt !== this.#attempt) return false;
      this.adopt(summary);
      return true;
    } catch (thrown) {
      if (attempt !== this.#attempt) return false;
      const error = toErrorRecord(thrown);
      if (error.code === "hub/cancelled") {
        this.status = { kind: this.summary ? "ready" : "empty" };
      } else {
        this.status = { kind: "failed", error, source, title };
      }
      return false;
    }
  }

  async cancel(): Promise<void> {
    await this.#trainer.cancelLoad();
  }

  /** What it was trained with, once attached; null when that failed. */
  async attachAdapter(files: File[]): Promise<{ template: TemplateChoice | null } | null> {
    this.adapterStatus = { kind: "attaching" };
    try {
      const template = await this.#trainer.importAdapter(files);
      this.attachedAdapter = files.map((file) => file.name).join(", ");
      this.adapterStatus = { kind: "idle" };
      return { template };
    } catch (thrown) {
      this.adapterStatus = { kind: "failed", error: toErrorRecord(thrown) };
      return null;
    }
  }

  adopt(summary: ModelSummary): void {
    this.#attempt++;
    this.summary = summary;
    this.attachedAdapter = null;
    this.adapterStatus = { kind: "idle" };
    this.status = { kind: "ready" };
  }

  showProgress(progress: Progress): void {
    if (this.status.kind === "loading") this.status = { ...this.status, progress };
  }

  /** The trainer has no model any more; why it failed stays visible. */
  lose(): void {
    this.summary = null;
    if (this.status.kind === "ready") this.status = { kind: "empty" };
  }

  /** After a crash nothing is loaded. */
  forget(): void {
    this.#attempt++;
    this.summary = null;
    this.status = { kind: "empty" };
  }
}

function toSourceTitle(source: ModelSource): string {
  switch (source.kind) {
    case "bundled":
      return "the bundled model";
    case "hub":
      return source.repo;
    case "files":
      return source.name;
  }
}
