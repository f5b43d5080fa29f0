import type { ColumnMapping } from "@/data/columns";
import type { HubDataset } from "@/data/sources/hubDataset";
import type { DatasetSummary, DataSource } from "../protocol";

/** Data on its way in. One source is read at a time: the next reading ends the one before. */
export type ReadingApi = {
  /** Replaces the data. Throws `data/…`, `hub/…`, and `hub/cancelled` when it is ended. */
  readData(source: DataSource): Promise<DatasetSummary>;
  setMapping(mapping: ColumnMapping): Promise<DatasetSummary>;
  /** What parts a data set of Hugging Face has. Throws `data/…`. */
  listHubData(repo: string): Promise<HubDataset>;
  /** Ends the reading under way; the data stays as it was. */
  cancelRead(): Promise<void>;
};
