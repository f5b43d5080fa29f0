import type { RunConfig } from "@/core/runConfig";
import type { Finding, Found, Remedy } from "@/data/doctor/check";
import type { KeepComparison } from "@/data/doctor/keep/compare";
import type { DatasetSummary } from "../protocol";

/** A finding as the page gets it: all ids, the first records, and the remedy without what it would write. */
export type FindingView = Omit<Finding, "records" | "remedy"> & {
  /** Of the records that can be shown; what reading left out has none. */
  ids: number[];
  first: Found[];
  remedy: { of: "edit"; label: string } | Extract<Remedy, { of: "setting" }> | null;
};

export type DoctorReportView = {
  recordCount: number;
  /** In the order of the checks. */
  findings: FindingView[];
  /** Why a check could not be made, as a sentence; "" where all were. */
  notLooked: string;
};

/** The data doctor. Of two examinations the later one ends the earlier. */
export type DoctorApi = {
  /** Looks at the records as they are now; null where it was ended, or the records changed meanwhile. */
  examineData(config: RunConfig): Promise<DoctorReportView | null>;
  cancelExamine(): Promise<void>;
  /** Presses a remedy of the latest report. Throws `run/busy` when records changed since. */
  mendData(check: string): Promise<DatasetSummary>;
  /** The `count` most different records beside as many at random; null as above. */
  compareKeeping(count: number): Promise<KeepComparison | null>;
};
