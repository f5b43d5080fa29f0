/** How many programs a training step asks of the GPU: each costs time whatever its size. */
import { beforeAll, describe, expect, it } from "vitest";
import { makeBatches } from "@/data/pack";
import type { CausalLm } from "./model/causalLm";
import { FullWeights } from "./model/fullWeights";
import { LoraAdapter } from "./model/lora";
import { AdamW } from "./ops/adamW/adamW";
import { startTestBackend } from "./testing/backend";
import { createExamples, createTinyModel } from "./testing/tinyModel";
import { StepRunner } from "./train/stepRunner";
import { disposeTuned, parametersOf, viewOf, type Tuned } from "./train/tuned";

beforeAll(startTestBackend);

/** Runs `work` and counts the programs it dispatches, its submissions and the pipelines it makes. */
async function count(work: () => Promise<unknown>) {
  const counts = { dispatches: 0, submits: 0, pipelines: 0 };
  const restore = [
    onCall(GPUComputePassEncoder.prototype, "dispatchWorkgroups", () => counts.dispatches++),
    onCall(GPUQueue.prototype, "submit", () => counts.submits++),
    onCall(GPUDevice.prototype, "createComputePipeline", () => counts.pipelines++),
    onCall(GPUDevice.prototype, "createComputePipelineAsync", () => counts.pipelines++),
  ];
  try {
    await work();
  } finally {
    for (const undo of restore) undo();
  }
  return counts;
}

/** Calls `note` before each call of a method. */
function onCall(prototype: object, name: string, note: () => void): () => void {
  const original = Object.getOwnPropertyDescriptor(prototype, name)!;
  const method = original.value as (...args: unknown[]) => unknown;
  Object.defineProperty(prototype, name, {
    ...original,
    value: function (this: unknown, ...args: unknown[]) {
      note();
      return method.apply(this, args);
    },
  });
  return () => Object.defineProperty(prototype, name, original);
}

/** Full tuning, or LoRA on the family's default modules or on all of them. */
type Method = "full" | "default" | "all";

function createTuned(model: CausalLm, method: Method): Tuned {
  if (method === "full") return { kind: "full", weights: new FullWeights(model) };
  const modules = model.adaptableModules(model.family.targets[method]);
  const settings = { rank: 3, alpha: 6, useRsLora: false, modules };
  return { kind: "lora", adapter: LoraAdapter.create(model, settings, 1) };
}

/** Counts of a step over two packed examples, replayed. */
async function countStep(numLayers: number, method: Method) {
  const model = createTinyModel(numLayers);
  const tuned = createTuned(model, method);
  const parameters = parametersOf(model, tuned);
  const optimizer = new AdamW(parameters, { weightDecay: 0.1, maxGradNorm: 1 });
  const runner = new StepRunner(
    {
      model,
      view: viewOf(model, tuned),
      parameters,
      isHeadTrained: method === "full",
      isCheckpointed: false,
    },
    optimizer,
  );
  const batches = makeBatches(createExamples(2), 2, 1, 96);
  await runner.run(batches, 1e-3, 1);
  const counts = await count(() => runner.run(batches, 1e-3, 2));
  runner.forget();
  optimizer.dispose();
  disposeTuned(tuned);
  model.dispose();
  return counts;
}

/** Of a GPT-NeoX with six layers, on an adapter that binds ten buffers. */
const BUDGETS = [
  { method: "full", dispatches: 160 },
  { method: "default", dispatches: 140 },
  { method: "all", dispatches: 260 },
] as const;

describe("a training step of six layers", () => {
  it.each(BUDGETS)("($method) takes at most $dispatches dispatches", async (budget) => {
    const counts = await countStep(6, budget.method);
    // Fewer would mean that not everything was counted.
    expect(counts.dispatches).toBeGreaterThan(60);
    expect(counts.dispatches).toBeLessThanOrEqual(budget.dispatches);
    expect(counts.submits).toBeLessThanOrEqual(6);
    expect(counts.pipelines).toBe(0);
  });
});
