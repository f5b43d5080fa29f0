/** What is compiled ahead is all that the first step needs, costs no memory, and disturbs nothing. */
import { beforeAll, expect, it } from "vitest";
import { defaultRunConfig, type RunConfig } from "@/core/runConfig";
import type { CausalLm } from "../model/causalLm";
import { FullWeights } from "../model/fullWeights";
import { LoraAdapter } from "../model/lora";
import { startTestBackend } from "../testing/backend";
import { count, type Counts } from "../testing/count";
import { createExamples, createTinyModel } from "../testing/tinyModel";
import { engineMemory } from "../tfjs";
import { compileAhead } from "../webgpu/compileAhead";
import { TrainingRun } from "./run";
import { disposeTuned, type Tuned } from "./tuned";

beforeAll(startTestBackend);

const NOTHING: Counts = { dispatches: 0, submits: 0, pipelines: 0, pipelinesAhead: 0 };

const CONFIG: RunConfig = { ...defaultRunConfig(null), gradAccumSteps: 2, maxSteps: 1 };

function createTuned(model: CausalLm, method: "lora" | "full"): Tuned {
  if (method === "full") return { kind: "full", weights: new FullWeights(model) };
  const modules = model.adaptableModules(model.family.targets.all);
  const settings = { rank: 3, alpha: 6, useRsLora: false, modules };
  return { kind: "lora", adapter: LoraAdapter.create(model, settings, 1) };
}

/** `work` with a run, which is freed. */
function withRun<T>(model: CausalLm, method: "lora" | "full", work: (run: TrainingRun) => T) {
  const tuned = createTuned(model, method);
  const examples = createExamples(20);
  const data = { train: examples.slice(0, 18), heldOut: examples.slice(18), padTokenId: 1 };
  const run = new TrainingRun(model, tuned, data, { ...CONFIG, method });
  const free = () => {
    run.dispose();
    disposeTuned(tuned);
  };
  return { result: work(run), free };
}

const rehearse = (model: CausalLm, method: "lora" | "full") =>
  compileAhead(() => withRun(model, method, (run) => run.rehearse()).free());

/** The losses of the first step and of measuring before and after it. */
async function train(model: CausalLm, method: "lora" | "full"): Promise<number[]> {
  const losses: number[] = [];
  const { result, free } = withRun(model, method, (run) =>
    run.train({
      onStep: ({ trainLoss }) => losses.push(trainLoss),
      onEvaluated: ({ evalLoss }) => losses.push(evalLoss),
      onCheckpoint: () => Promise.resolve(),
      betweenSteps: () => Promise.resolve(true),
    }),
  );
  await result;
  free();
  return losses;
}

it("leaves nothing to compile for the first step, and computes nothing", async () => {
  const model = createTinyModel(1);
  const before = engineMemory();
  const ahead = await count(() => rehearse(model, "full"));
  expect(ahead.pipelinesAhead).toBeGreaterThan(10);
  expect({ ...ahead, pipelinesAhead: 0 }).toEqual(NOTHING);
  expect(engineMemory()).toEqual(before);
  const ofRun = await count(() => train(model, "full"));
  expect(ofRun.dispatches).toBeGreaterThan(50);
  expect(ofRun.pipelines + ofRun.pipelinesAhead).toBe(0);
  model.dispose();
});

it("does not hinder whoever trains before it is done", async () => {
  const model = createTinyModel(1);
  let ahead = Promise.resolve();
  let losses: number[] = [];
  const counts = await count(async () => {
    ahead = rehearse(model, "lora");
    losses = await train(model, "lora");
  });
  expect(counts.pipelinesAhead).toBeGreaterThan(3);
  // It did not wait.
  expect(counts.pipelines).toBeGreaterThan(3);
  await ahead;
  expect(losses.length).toBe(3);
  const again = await count(async () => expect(await train(model, "lora")).toEqual(losses));
  expect(again.pipelines).toBe(0);
  model.dispose();
});
