import type { RunConfig } from "@/core/runConfig";

export type StepPlan = { stepsPerEpoch: number; totalSteps: number };

/** How many steps a run has. The last step of an epoch may have fewer examples. */
export function planSteps(trainCount: number, config: RunConfig): StepPlan {
  const examplesPerStep = config.microBatchSize * config.gradAccumSteps;
  const stepsPerEpoch = Math.max(1, Math.ceil(trainCount / examplesPerStep));
  const totalSteps = config.maxSteps > 0 ? config.maxSteps : config.epochs * stepsPerEpoch;
  return { stepsPerEpoch, totalSteps };
}
