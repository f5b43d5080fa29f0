import type { ModelInfo } from "@/core/modelInfo";

export function estimateFor(info: ModelInfo): { lora: number; full: number } {
  const weights = 4 * info.parameterCount;
  return { lora: weights * 1.6, full: weights * 4.4 };
}
