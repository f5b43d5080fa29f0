import type { ColumnMapping } from "@/data/columns";
import type { MixShare } from "@/data/mix/mix";
import type { DatasetSummary, DataSource } from "../protocol";

/** A part of a mix: how it is read, and how much of it is taken. */
export type MixPartSummary = MixShare &
  Pick<
    DatasetSummary,
    "name" | "use" | "recordCount" | "columns" | "mapping" | "options" | "notes"
  > & {
    id: number;
    /** Records that go into the mix; one taken twice counts twice. */
    taken: number;
  };

export type MixSummary = { seed: number; parts: MixPartSummary[] };

/** The parts that stay, each with its share. */
export type MixSettings = { seed: number; parts: (MixShare & { id: number })[] };

/** Several data sets as one. */
export type MixApi = {
  /** Puts another data set beside what is there. Throws as `readData`. */
  addData(source: DataSource): Promise<DatasetSummary>;
  /** Of one part that is left alone all records are taken. Edits by hand stay with their records. */
  setMix(settings: MixSettings): Promise<DatasetSummary>;
  setPartMapping(id: number, mapping: ColumnMapping): Promise<DatasetSummary>;
};
