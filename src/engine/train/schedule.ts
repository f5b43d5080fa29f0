import type { Schedule } from "@/core/runConfig";

/**
 * Learning rate of a step as a share of the peak, as Hugging Face computes it: with warm-up, step 1
 * has 0 and the peak comes after `warmupSteps`; then constant, linear to 0, or half a cosine to 0.
 * `step` counts from 1.
 */
export function scheduleFactor(
  schedule: Schedule,
  step: number,
  warmupSteps: number,
  totalSteps: number,
): number {
  const done = step - 1;
  if (done < warmupSteps) return done / warmupSteps;
  if (schedule === "constant") return 1;
  const progress = (done - warmupSteps) / Math.max(1, totalSteps - warmupSteps);
  if (schedule === "linear") return Math.max(0, 1 - progress);
  return Math.max(0, 0.5 * (1 + Math.cos(Math.PI * progress)));
}
