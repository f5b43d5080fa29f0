import type { RunConfig } from "@/core/runConfig";
import type { DataProblem } from "@/data/conversation";
import type { ExportForm } from "@/data/exportData";
import type { ExampleView, NamedBlob } from "../protocol";

/** What became of a record; "excluded" is by hand, "left-out" by the limits of the settings. */
export type RecordState = "train" | "held-out" | "left-out" | "excluded";

export type TableQuery = {
  /** Stands in a message, an input or the category, in any case; "" for all. */
  text: string;
  /** Only these, such as the records of a finding; null for all. */
  ids: readonly number[] | null;
  /** "" is those without one; null for all. */
  category: string | null;
  /** "edited": rewritten or added by hand. */
  state: RecordState | "edited" | "all";
  /** In the view's unit, both ends included. */
  length: { min: number | null; max: number | null };
  sort: { by: "line" | "length" | "category"; isDescending: boolean };
};

export type TableView = {
  /** Of all records that fit, in order. */
  ids: number[];
  /** All records of the data set, excluded ones too. */
  recordCount: number;
  /** Tokens once the data was counted for a model. */
  unit: "tokens" | "characters";
  /** The most frequent ones of the whole data set; a column of names may make as many as there are records. */
  categories: { name: string; count: number }[];
  /** All of them. */
  categoryCount: number;
};

/** A record in few words. */
export type TableRow = {
  id: number;
  /** 0 where it came from no file. */
  line: number;
  prompt: string;
  answer: string;
  /** Answers in it, and prompts before them. */
  turnCount: number;
  category: string;
  /** How often a mix takes it. */
  times: number;
  /** Null where it was not counted yet. */
  length: number | null;
  state: RecordState;
  edited: "rewritten" | "added" | null;
};

/** One record, whole. */
export type RecordView = Omit<ExampleView, "index" | "state"> &
  Pick<TableRow, "id" | "state" | "edited"> & {
    /** As it stands in the file, as JSON; null where it came from no file. */
    raw: string | null;
    /** As the template writes it; null while there is no model. */
    text: string | null;
  };

/** A file of the data as it is after edits, and what its form could not hold. */
export type ExportedRecords = NamedBlob & { records: number; skipped: DataProblem[] };

/** The records in a table. States and lengths are those of the latest count. */
export type TableApi = {
  queryTable(query: TableQuery): Promise<TableView>;
  /** In the order of the ids; what an undo took away meanwhile is missing. */
  readRows(ids: number[]): Promise<TableRow[]>;
  /** Null for what an undo took away meanwhile. */
  openRecord(id: number): Promise<RecordView | null>;
  /** Prompt–completion is written with the settings' template, and needs a model. */
  exportRecords(form: ExportForm, config: RunConfig): Promise<ExportedRecords>;
};
