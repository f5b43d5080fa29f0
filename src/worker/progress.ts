import type { TrainerEvent } from "./protocol";

type Progress = Extract<TrainerEvent, { type: "progress" }>;

/** How often the page is told. */
const MIN_REPORT_MS = 100;

/** Tells how far a task is, with the rate since it began; the end is always told. */
export function createReporter(
  task: Progress["task"],
  unit: Progress["unit"],
  emit: (event: TrainerEvent) => void,
): (done: number, total: number) => void {
  const started = performance.now();
  let last = -Infinity;
  return (done, total) => {
    const now = performance.now();
    if (now - last < MIN_REPORT_MS && done < total) return;
    last = now;
    const rate = now > started ? (1000 * done) / (now - started) : 0;
    emit({ type: "progress", task, done, total, unit, rate });
  };
}
