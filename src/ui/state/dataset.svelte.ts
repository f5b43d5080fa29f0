import { toErrorRecord, type ErrorRecord } from "@/core/errors";
import type { RunConfig } from "@/core/runConfig";
import type { ColumnMapping } from "@/data/columns";
import type {
  DataSource,
  DatasetSummary,
  EncodingSummary,
  ExampleView,
  TrainerApi,
} from "@/worker/protocol";
import type { Progress } from "./progress";

/** A reading shorter than this is not shown: the page would only flicker. */
const QUICK_MS = 200;

export type DataStatus =
  | { kind: "empty" }
  | { kind: "reading"; title: string; progress: Progress | null }
  | { kind: "ready" }
  | { kind: "failed"; error: ErrorRecord; title: string };

export type EncodingStatus =
  | { kind: "none" }
  | { kind: "counting" }
  | { kind: "ready" }
  | { kind: "failed"; error: ErrorRecord };

/** The loaded data set and its counts for the current settings. */
export class DatasetState {
  status = $state.raw<DataStatus>({ kind: "empty" });
  summary = $state.raw<DatasetSummary | null>(null);
  /** What was read last, so that it can be read again after a crash. */
  source = $state.raw<DataSource | null>(null);
  mappingError = $state.raw<ErrorRecord | null>(null);
  editError = $state.raw<ErrorRecord | null>(null);
  encoding = $state.raw<EncodingSummary | null>(null);
  encodingStatus = $state.raw<EncodingStatus>({ kind: "none" });
  readonly #trainer: TrainerApi;
  #attempt = 0;
  #encodeAttempt = 0;
  #count = Promise.resolve();
  readonly #onChange: (what: "data" | "edit" | "count") => void;

  /** `onChange` is called when there is other data, when records were edited, and after each count. */
  constructor(trainer: TrainerApi, onChange: (what: "data" | "edit" | "count") => void) {
    this.#trainer = trainer;
    this.#onChange = onChange;
  }

  /** True when this data set is now the loaded one. */
  async read(source: DataSource, title: string): Promise<boolean> {
    const isRead = await this.take(title, () => this.#trainer.readData(source));
    if (isRead) this.source = source;
    return isRead;
  }

  /** Waits for data on its way in, and shows it. True when it is now the loaded one. */
  async take(title: string, reading: () => Promise<DatasetSummary>): Promise<boolean> {
    const attempt = ++this.#attempt;
    this.status = { kind: "reading", title, progress: null };
    try {
      const summary = await reading();
      if (attempt !== this.#attempt) return false;
      this.adopt(summary);
      return true;
    } catch (thrown) {
      if (attempt !== this.#attempt) return false;
      const error = toErrorRecord(thrown);
      if (error.code === "hub/cancelled") this.status = this.#standing;
      else this.status = { kind: "failed", error, title };
      return false;
    }
  }

  cancelRead(): Promise<void> {
    return this.#trainer.cancelRead();
  }

  /** A person has read why it failed; what was there before still is. */
  dismissFailure(): void {
    if (this.status.kind === "failed") this.status = this.#standing;
  }

  /** What holds where nothing is under way. */
  get #standing(): DataStatus {
    return { kind: this.summary ? "ready" : "empty" };
  }

  /** True when the new mapping is in use, of a mix that of one part. */
  async map(mapping: ColumnMapping, partId: number | null = null): Promise<boolean> {
    const attempt = ++this.#attempt;
    const title = this.summary?.name ?? "";
    const timer = setTimeout(() => {
      if (attempt === this.#attempt) this.status = { kind: "reading", title, progress: null };
    }, QUICK_MS);
    try {
      const summary = await (partId === null
        ? this.#trainer.setMapping(mapping)
        : this.#trainer.setPartMapping(partId, mapping));
      if (attempt !== this.#attempt) return false;
      this.adopt(summary);
      return true;
    } catch (thrown) {
      if (attempt !== this.#attempt) return false;
      this.status = this.#standing;
      const error = toErrorRecord(thrown);
      if (error.code === "hub/cancelled") return false;
      // The choice stays visible, so that it can be corrected.
      if (this.summary && partId === null) this.summary = { ...this.summary, mapping };
      this.mappingError = error;
      return false;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Takes over what the trainer made of the records. True when that was done. */
  async change(act: () => Promise<DatasetSummary>): Promise<boolean> {
    const attempt = this.#attempt;
    try {
      const summary = await act();
      // Other data came meanwhile.
      if (attempt !== this.#attempt) return false;
      this.summary = summary;
      this.editError = null;
      this.#onChange("edit");
      return true;
    } catch (thrown) {
      if (attempt === this.#attempt) this.editError = toErrorRecord(thrown);
      return false;
    }
  }

  /** Counts for these settings. */
  encode(config: RunConfig): Promise<void> {
    return (this.#count = this.#encode(config));
  }

  /** Resolves when nothing is being counted, for better or worse. */
  async counted(): Promise<void> {
    while (this.encodingStatus.kind === "counting") await this.#count;
  }

  async #encode(config: RunConfig): Promise<void> {
    const attempt = ++this.#encodeAttempt;
    this.encodingStatus = { kind: "counting" };
    try {
      const encoding = await this.#trainer.encodeData(config);
      if (attempt !== this.#encodeAttempt) return;
      this.encoding = encoding;
      this.encodingStatus = { kind: "ready" };
    } catch (thrown) {
      if (attempt !== this.#encodeAttempt) return;
      this.encoding = null;
      this.encodingStatus = { kind: "failed", error: toErrorRecord(thrown) };
    }
    this.#onChange("count");
  }

  viewExamples(first: number, count: number, config: RunConfig): Promise<ExampleView[]> {
    return this.#trainer.viewExamples(first, count, config);
  }

  adopt(summary: DatasetSummary, encoding: EncodingSummary | null = null): void {
    this.#attempt++;
    // Counts that are still being made are those of the data before.
    this.#encodeAttempt++;
    this.summary = summary;
    this.encoding = encoding;
    this.encodingStatus = { kind: encoding ? "ready" : "none" };
    this.mappingError = null;
    this.editError = null;
    this.status = { kind: "ready" };
    this.#onChange("data");
  }

  showProgress(progress: Progress): void {
    if (this.status.kind === "reading") this.status = { ...this.status, progress };
  }
}
