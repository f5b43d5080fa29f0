import type { DataEdit } from "@/data/edits/edits";
import type { DatasetSummary } from "../protocol";

/** Changes of the records by hand. Training, counts, table and export see the data as it is after them. */
export type EditsApi = {
  /** `label` says what is done, for the undo button. Throws `run/busy` while a run trains. */
  editData(edit: DataEdit, label: string): Promise<DatasetSummary>;
  /** Takes the latest edit back; nothing happens where there is none. */
  undoEdit(): Promise<DatasetSummary>;
};
