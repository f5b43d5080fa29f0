import { SvelteMap } from "svelte/reactivity";
import { toErrorRecord, type ErrorRecord } from "@/core/errors";
import type { RunConfig } from "@/core/runConfig";
import type { Conversation } from "@/data/conversation";
import type { DataEdit } from "@/data/edits/edits";
import type { ExportForm } from "@/data/exportData";
import type { NamedBlob, TrainerApi } from "@/worker/protocol";
import type { ExportedRecords, RecordView, TableQuery, TableView } from "@/worker/protocol/table";
import { RowCache } from "./rowCache";
import type { WrittenRecord } from "./writtenRecord.svelte";

export const ALL_RECORDS: TableQuery = {
  text: "",
  ids: null,
  category: null,
  state: "all",
  length: { min: null, max: null },
  sort: { by: "line", isDescending: false },
};

/** Rows beyond the visible ones, so that a slow wheel never meets an empty row. */
const AHEAD = 40;

type Options = {
  trainer: TrainerApi;
  /** Changes the data, and calls `refresh`; null takes the latest edit back. */
  edit: (edit: DataEdit | null, label?: string) => Promise<boolean>;
  saveFile: (file: NamedBlob) => void;
};

/** The table of records: what is looked for, what was found, and the record that is open. */
export class TableState {
  query = $state.raw<TableQuery>(ALL_RECORDS);
  /** What the ids of the query are, such as "Duplicates". */
  title = $state.raw<string | null>(null);
  view = $state.raw<TableView | null>(null);
  /** Those around the visible part of the table. */
  rows = $state.raw(new RowCache());
  /** Place of the open record among the found ones. */
  position = $state(0);
  record = $state.raw<RecordView | null>(null);
  error = $state.raw<ErrorRecord | null>(null);
  /** What is being written, by the id of its record; null is a new one. */
  readonly written = new SvelteMap<number | null, WrittenRecord>();
  exported = $state.raw<ExportedRecords | null>(null);
  exportError = $state.raw<ErrorRecord | null>(null);
  /** Grows when another part of the page sends a person here. */
  visits = $state(0);
  found = $derived(this.view?.ids ?? []);
  currentId = $derived(this.found[this.position] ?? null);
  readonly #options: Options;
  #range = { first: 0, last: 20 };
  #attempt = 0;
  #openAttempt = 0;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Other data came: all of it is shown, from its beginning. */
  async reset(): Promise<void> {
    this.query = ALL_RECORDS;
    this.title = null;
    this.position = 0;
    this.written.clear();
    this.exported = null;
    this.exportError = null;
    await this.refresh();
  }

  /** Shows only these, whatever was looked for before. */
  async show(ids: readonly number[], title: string): Promise<void> {
    this.query = { ...ALL_RECORDS, ids };
    this.title = title;
    this.position = 0;
    this.visits++;
    await this.refresh(false);
  }

  /** Looks for something else, or in another order, and opens the first. */
  async search(change: Partial<TableQuery>): Promise<void> {
    this.query = { ...this.query, ...change };
    if (this.query.ids === null) this.title = null;
    this.position = 0;
    await this.refresh(false);
  }

  /** Reads rows and record anew; the open record stays open where it is still among those found. */
  async refresh(keepsOpen = true): Promise<void> {
    const attempt = ++this.#attempt;
    try {
      const view = await this.#options.trainer.queryTable(this.query);
      const { first, last } = this.#range;
      const rows = await this.#options.trainer.readRows(view.ids.slice(first, last));
      if (attempt !== this.#attempt) return;
      const at = keepsOpen && this.currentId !== null ? view.ids.indexOf(this.currentId) : -1;
      const position = at < 0 ? this.position : at;
      // The id of a record whose addition was undone will be another record's.
      for (const id of this.written.keys()) {
        if (id !== null && id >= view.recordCount) this.written.delete(id);
      }
      this.rows = new RowCache(rows);
      this.view = view;
      this.error = null;
      await this.open(position);
    } catch (thrown) {
      if (attempt === this.#attempt) this.error = toErrorRecord(thrown);
    }
  }

  /** Says which rows are visible, so that they are read. */
  async look(first: number, last: number): Promise<void> {
    this.#range = { first: Math.max(0, first - AHEAD), last: last + AHEAD };
    const attempt = this.#attempt;
    const wanted = this.found.slice(this.#range.first, this.#range.last);
    const ids = this.rows.claim(wanted);
    if (ids.length === 0) return;
    try {
      const rows = await this.#options.trainer.readRows(ids);
      if (attempt === this.#attempt) this.rows = this.rows.with(rows, wanted);
    } catch (thrown) {
      if (attempt === this.#attempt) this.error = toErrorRecord(thrown);
    }
  }

  /** Opens the record at a place among the found ones. */
  async open(position: number): Promise<void> {
    const attempt = ++this.#openAttempt;
    this.position = Math.max(0, Math.min(position, this.found.length - 1));
    const id = this.currentId;
    try {
      const record = id === null ? null : await this.#options.trainer.openRecord(id);
      if (attempt === this.#openAttempt) this.record = record;
    } catch (thrown) {
      if (attempt === this.#openAttempt) this.error = toErrorRecord(thrown);
    }
  }

  edit(edit: DataEdit, label: string): Promise<boolean> {
    return this.#options.edit(edit, label);
  }

  undo(): Promise<boolean> {
    return this.#options.edit(null);
  }

  /** Takes records out of training, or back in. */
  setExcluded(ids: number[], isExcluded: boolean, name: string): Promise<boolean> {
    if (isExcluded) return this.edit({ kind: "exclude", ids }, `Exclude ${name}`);
    return this.edit({ kind: "restore", ids }, `Put ${name} back`);
  }

  /** Adds a record and opens it; what is looked for is forgotten where the record is not among it. */
  async add(conversation: Conversation, label: string): Promise<boolean> {
    if (!(await this.edit({ kind: "add", conversations: [conversation] }, label))) return false;
    await this.refresh(false);
    const newest = (this.view?.recordCount ?? 0) - 1;
    if (!this.found.includes(newest)) {
      this.query = ALL_RECORDS;
      this.title = null;
      await this.refresh(false);
    }
    await this.open(this.found.indexOf(newest));
    return true;
  }

  /** Writes the data as it is after edits into a file. */
  async save(form: ExportForm, config: RunConfig): Promise<void> {
    this.exported = null;
    this.exportError = null;
    try {
      this.exported = await this.#options.trainer.exportRecords(form, config);
      this.#options.saveFile(this.exported);
    } catch (thrown) {
      this.exportError = toErrorRecord(thrown);
    }
  }
}
