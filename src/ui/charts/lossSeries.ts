/** Records of a run → the aligned columns that uPlot draws. */
import type { EvalRecord, StepRecord } from "@/core/metrics";
import { MAX_POINTS, pickIndices } from "./downsample";
import { smooth } from "./smooth";

export type LossSeries = {
  steps: number[];
  raw: (number | null)[];
  smoothed: (number | null)[];
  heldOut: (number | null)[];
  /** Held-out loss before the first step: what the base model scores. */
  baseLoss: number | null;
};

/** Merges both kinds of records by step; a log scale cannot show zero, so such points are gaps. */
export function toLossSeries(
  records: readonly StepRecord[],
  evals: readonly EvalRecord[],
  smoothing: number,
  isLog: boolean,
  maxPoints = MAX_POINTS,
): LossSeries {
  const losses = records.map((record) => record.trainLoss);
  const means = smooth(losses, smoothing);
  const shown = (value: number | undefined): number | null =>
    value === undefined || !Number.isFinite(value) || (isLog && value <= 0) ? null : value;

  const rows = new Map<number, [number | null, number | null, number | null]>();
  for (const index of pickIndices(losses, maxPoints)) {
    const record = records[index];
    if (record) rows.set(record.step, [shown(losses[index]), shown(means[index]), null]);
  }
  for (const record of evals) {
    const row = rows.get(record.step) ?? [null, null, null];
    row[2] = shown(record.evalLoss);
    rows.set(record.step, row);
  }
  const sorted = [...rows].sort(([a], [b]) => a - b);
  return {
    steps: sorted.map(([step]) => step),
    raw: sorted.map(([, row]) => row[0]),
    smoothed: sorted.map(([, row]) => row[1]),
    heldOut: sorted.map(([, row]) => row[2]),
    baseLoss: evals.find((record) => record.step === 0)?.evalLoss ?? null,
  };
}
