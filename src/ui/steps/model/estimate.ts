import { estimateMemory } from "@/core/memory";
import type { ModelInfo } from "@/core/modelInfo";
import { defaultRunConfig, type BackendName } from "@/core/runConfig";

/** Bytes to tune a model of the list at the usual settings. */
export function estimateFor(
  { shape, parameterCount }: ModelInfo,
  backend: BackendName,
): { lora: number; full: number } {
  const settings = defaultRunConfig({
    parameterCount,
    contextLength: shape.maxPositions,
    hasChatTemplate: false,
  });
  return {
    lora: estimateMemory(shape, "lora", settings, backend),
    full: estimateMemory(shape, "full", settings, backend),
  };
}
