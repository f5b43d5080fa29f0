import { estimateMemory } from "@/core/memory";
import type { ModelInfo } from "@/core/modelInfo";
import { defaultRunConfig } from "@/core/runConfig";

/** Bytes to tune a model of the list at the usual settings. */
export function estimateFor({ shape }: ModelInfo): { lora: number; full: number } {
  const settings = defaultRunConfig(null);
  return {
    lora: estimateMemory(shape, "lora", settings),
    full: estimateMemory(shape, "full", settings),
  };
}
