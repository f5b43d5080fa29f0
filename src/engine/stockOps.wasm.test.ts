/** On WASM the work is done by own kernels: of the stock ones none broadcasts, none turns, none copies. */
import { beforeAll, describe, expect, it } from "vitest";
import { makeBatches } from "@/data/pack";
import type { Method } from "@/core/runConfig";
import type { CausalLm } from "./model/causalLm";
import { FullWeights } from "./model/fullWeights";
import { KvCache } from "./model/kvCache";
import { LoraAdapter } from "./model/lora";
import { AdamW } from "./ops/adamW/adamW";
import { headLogits } from "./ops/crossEntropy/crossEntropy";
import { startTestBackend } from "./testing/backend";
import { createExamples, createTinyModel } from "./testing/tinyModel";
import { tf } from "./tfjs";
import { trainStep } from "./train/trainStep";
import { disposeTuned, parametersOf, viewOf, type Tuned } from "./train/tuned";

beforeAll(startTestBackend);

/** Another shape of the same memory. */
const VIEWS = ["Identity", "Reshape"];
/** Registered under a stock name, but our own. */
const OWN = ["BatchMatMul"];
/** A column of the losses and its sum: one number for each counted token. */
const SMALL = ["Slice", "Sum"];

type StockOp = { name: string; inputs: string[]; output: number };

/** The stock ops of `work` that touch numbers. */
async function stockOps(work: () => void): Promise<StockOp[]> {
  const { kernels } = await tf.profile(() => {
    work();
    return [];
  });
  return kernels
    .filter(({ name }) => name !== "unnamed scope" && ![...VIEWS, ...OWN].includes(name))
    .map(({ name, inputShapes, outputShapes }) => ({
      name,
      inputs: inputShapes.map((shape) => String(shape)),
      output: tf.util.sizeFromShape(outputShapes[0]!),
    }));
}

function create(model: CausalLm, method: Method): Tuned {
  if (method === "full") return { kind: "full", weights: new FullWeights(model) };
  const modules = model.adaptableModules(model.family.targets.all);
  const options = { rank: 4, alpha: 8, useRsLora: false, modules };
  return { kind: "lora", adapter: LoraAdapter.create(model, options, 1) };
}

describe.each(["full", "lora"] as const)("%s", (method) => {
  it("takes a step with sums of two equal shapes alone", async () => {
    const numLayers = 2;
    const model = createTinyModel(numLayers);
    const tuned = create(model, method);
    const parameters = parametersOf(model, tuned);
    const optimizer = new AdamW(parameters, { weightDecay: 0.1, maxGradNorm: 1 });
    const batches = makeBatches(createExamples(4), 4, 1, 96);
    const isHeadTrained = method === "full";
    const view = viewOf(model, tuned);
    const ops = await stockOps(() => {
      const input = { model, view, parameters, isHeadTrained, isCheckpointed: false, batches };
      const { loss, control } = trainStep(input, optimizer, 1e-3, 1);
      tf.dispose([loss, control]);
    });
    const counted = batches[0]!.countedTokens;
    const large = ops.filter(({ name, output }) => output > 1 && !SMALL.includes(name));
    for (const { name, inputs } of large) expect([name, ...inputs]).toEqual(["Add", ...inputs]);
    for (const { inputs } of large) expect(inputs[0]).toBe(inputs[1]);
    for (const { name, output } of ops) {
      if (SMALL.includes(name)) expect(output).toBeLessThanOrEqual(counted);
    }
    // Two branches come to the residual stream of a layer, and three gradients leave it.
    expect(large.length).toBeGreaterThan(0);
    expect(large.length).toBeLessThanOrEqual(4 * numLayers);
    optimizer.dispose();
    disposeTuned(tuned);
    model.dispose();
  });

  it("writes a token with as many ops at the 10th place as at the 80th", async () => {
    const model = createTinyModel(2);
    const tuned = create(model, method);
    const view = viewOf(model, tuned);
    const pass = (cache: KvCache, count: number) => {
      cache.begin(count);
      tf.tidy(() => {
        const tokenIds = new Int32Array(count).fill(1);
        const hidden = model.hidden(view, { tokenIds, segments: null }, cache);
        headLogits(tf.reshape(hidden, [count, model.config.hiddenSize]), model.head(view));
      });
      cache.end();
    };
    const opsAt = async (position: number) => {
      const cache = new KvCache(2, 96);
      pass(cache, position);
      const ops = await stockOps(() => pass(cache, 1));
      cache.dispose();
      return ops;
    };
    const early = await opsAt(10);
    expect(await opsAt(80)).toEqual(early);
    expect(new Set(early.map(({ name }) => name))).toEqual(new Set(["Add"]));
    expect(early).toHaveLength(4);
    disposeTuned(tuned);
    model.dispose();
  });
});
