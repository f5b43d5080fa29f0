import type { RunConfig } from "@/core/runConfig";
import { countSteps } from "@/data/pack";

export type StepPlan = { stepsPerEpoch: number; totalSteps: number };

/** How many steps a run has. The last step of an epoch may have fewer examples. */
export function planSteps(trainCount: number, config: RunConfig): StepPlan {
  const stepsPerEpoch = countSteps(trainCount, config.microBatchSize, config.gradAccumSteps);
  const totalSteps = config.maxSteps > 0 ? config.maxSteps : config.epochs * stepsPerEpoch;
  return { stepsPerEpoch, totalSteps };
}
