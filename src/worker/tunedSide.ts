import { AppError } from "@/core/errors";
import { estimateMemory, formatMegabytes } from "@/core/memory";
import type { RunConfig } from "@/core/runConfig";
import type { Backend } from "@/engine/device";
import { FullWeights } from "@/engine/model/fullWeights";
import { LoraAdapter } from "@/engine/model/lora";
import type { Tuned } from "@/engine/train/tuned";
import type { LoadedModel } from "./modelSession";

/** A fresh tuned side, equal to the base. The caller owns it. */
export function createTuned({ model, summary }: LoadedModel, config: RunConfig): Tuned {
  if (config.method === "full") return { kind: "full", weights: new FullWeights(model) };
  const { rank, alpha, useRsLora, targetModules, seed } = config;
  const modules = model.adaptableModules(summary.targetModules[targetModules]);
  const adapter = LoraAdapter.create(model, { rank, alpha, useRsLora, modules }, seed);
  return { kind: "lora", adapter };
}

/** Throws `model/too-large` when the run's estimate is above what the device is thought to have. */
export function checkBudget({ model }: LoadedModel, config: RunConfig, backend: Backend): void {
  const need = estimateMemory(model.config, config.method, config, backend.name);
  const have = backend.budgetBytes;
  if (need <= have) return;
  const what = config.method === "full" ? "Full tuning" : "LoRA";
  const remedy = config.useGradientCheckpointing
    ? "A smaller batch or shorter examples need less."
    : "Gradient checkpointing, a smaller batch or shorter examples need less.";
  throw new AppError(
    "model/too-large",
    `${what} with these settings needs about ${formatMegabytes(need)}; this device has about ${formatMegabytes(have)}. ${remedy}`,
    { needBytes: need, haveBytes: have },
  );
}
