/** How many programs a training step asks of the GPU: each costs time whatever its size. */
import { beforeAll, describe, expect, it } from "vitest";
import { makeBatches } from "@/data/pack";
import type { CausalLm } from "./model/causalLm";
import { FullWeights } from "./model/fullWeights";
import { LoraAdapter } from "./model/lora";
import { AdamW } from "./ops/adamW/adamW";
import { startTestBackend } from "./testing/backend";
import { createExamples, createTinyModel } from "./testing/tinyModel";
import { tf } from "./tfjs";
import { trainStep } from "./train/trainStep";
import { disposeTuned, parametersOf, viewOf, type Tuned } from "./train/tuned";

beforeAll(startTestBackend);

/** Runs `work` and counts the programs it dispatches. */
function countDispatches(work: () => void): number {
  const { prototype } = GPUComputePassEncoder;
  const original = Object.getOwnPropertyDescriptor(prototype, "dispatchWorkgroups")!;
  let count = 0;
  prototype.dispatchWorkgroups = function (...sizes) {
    count++;
    (original.value as typeof prototype.dispatchWorkgroups).apply(this, sizes);
  };
  try {
    work();
  } finally {
    Object.defineProperty(prototype, "dispatchWorkgroups", original);
  }
  return count;
}

/** Full tuning, or LoRA on the family's default modules or on all of them. */
type Method = "full" | "default" | "all";

function createTuned(model: CausalLm, method: Method): Tuned {
  if (method === "full") return { kind: "full", weights: new FullWeights(model) };
  const modules = model.adaptableModules(model.family.targets[method]);
  const settings = { rank: 3, alpha: 6, useRsLora: false, modules };
  return { kind: "lora", adapter: LoraAdapter.create(model, settings, 1) };
}

/** Dispatches of a step over two packed examples. */
function stepDispatches(numLayers: number, method: Method): number {
  const model = createTinyModel(numLayers);
  const tuned = createTuned(model, method);
  const parameters = parametersOf(model, tuned);
  const optimizer = new AdamW(parameters, { weightDecay: 0.1, maxGradNorm: 1 });
  const input = {
    model,
    view: viewOf(model, tuned),
    parameters,
    isHeadTrained: method === "full",
    batches: makeBatches(createExamples(2), 2, 1, 96),
  };
  const step = (number: number) => {
    const { loss, control } = trainStep(input, optimizer, 1e-3, number);
    tf.dispose([loss, control]);
  };
  step(1);
  const count = countDispatches(() => step(2));
  optimizer.dispose();
  disposeTuned(tuned);
  model.dispose();
  return count;
}

/** GPT-NeoX on an adapter that binds ten buffers: what is there today. Fewer is better. */
const BUDGETS = [
  { method: "full", perLayer: 43, rest: 22 },
  { method: "default", perLayer: 30, rest: 10 },
  { method: "all", perLayer: 46, rest: 12 },
] as const;

describe("a training step", () => {
  it.each(BUDGETS)(
    "($method) takes at most $perLayer dispatches a layer and $rest besides",
    ({ method, perLayer, rest }) => {
      const [one, two] = [stepDispatches(1, method), stepDispatches(2, method)];
      expect(one).toBeGreaterThan(0);
      expect(two - one).toBeLessThanOrEqual(perLayer);
      expect(2 * one - two).toBeLessThanOrEqual(rest);
    },
  );
});
