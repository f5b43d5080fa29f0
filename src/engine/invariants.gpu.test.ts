/** What must stay equal whatever the batching, the cache, the file or the interruption. */
import { beforeAll, describe, expect, inject, it } from "vitest";
import { AppError } from "@/core/errors";
import { defaultSampling } from "@/core/generation";
import type { StepRecord } from "@/core/metrics";
import { defaultRunConfig, type RunConfig } from "@/core/runConfig";
import { makeBatches } from "@/data/pack";
import { readPeftAdapter, writePeftAdapter } from "./formats/peftAdapter";
import { heldOutLoss } from "./evaluate/heldOutLoss";
import type { CausalLm, WeightView } from "./model/causalLm";
import { FullWeights } from "./model/fullWeights";
import { LoraAdapter } from "./model/lora";
import { headLogits } from "./ops/crossEntropy/crossEntropy";
import { startTestBackend } from "./testing/backend";
import { expectClose, take } from "./testing/expectClose";
import { generateTokens } from "./testing/generateTokens";
import { createExamples, createTinyModel } from "./testing/tinyModel";
import { engineMemory, tf } from "./tfjs";
import { TrainingRun, type RunHooks } from "./train/run";
import { parametersOf, type Tuned } from "./train/tuned";

const PAD = 1;
const isWasm = inject("backend") === "wasm";
/** A software WebGPU adapter needs half a second for a step of two layers: the long tests take one. */
const LAYERS = isWasm ? 2 : 1;

beforeAll(startTestBackend);

const CONFIG: RunConfig = {
  ...defaultRunConfig(null),
  rank: 3,
  alpha: 6,
  learningRate: 1e-2,
  warmupSteps: 0,
  schedule: "linear",
  microBatchSize: 4,
  heldOutPercent: 0,
  maxSteps: 10,
  evalEvery: 5,
  checkpointEvery: 1000,
};

function createTuned(model: CausalLm, method: "lora" | "full", seed = 1, rank = 3): Tuned {
  if (method === "full") return { kind: "full", weights: new FullWeights(model) };
  const modules = model.adaptableModules(model.family.targets.all);
  const settings = { rank, alpha: 2 * rank, useRsLora: false, modules };
  return { kind: "lora", adapter: LoraAdapter.create(model, settings, seed) };
}

function createRun(model: CausalLm, tuned: Tuned, config = CONFIG, count = 11): TrainingRun {
  const data = { train: createExamples(count), heldOut: [], padTokenId: PAD };
  return new TrainingRun(model, tuned, data, config);
}

async function train(
  run: TrainingRun,
  stopAt = Infinity,
  extra: Partial<RunHooks> = {},
): Promise<StepRecord[]> {
  const records: StepRecord[] = [];
  await run.train({
    onStep: (record) => records.push(record),
    onEvaluated: () => {},
    onCheckpoint: () => Promise.resolve(),
    betweenSteps: (step) => Promise.resolve(step < stopAt),
    ...extra,
  });
  return records;
}

const losses = (records: StepRecord[]) => records.map(({ trainLoss }) => trainLoss);

async function logits(model: CausalLm, view: WeightView): Promise<Float32Array> {
  const tokenIds = createExamples(1, 9)[0]!.tokenIds;
  return take(
    tf.tidy(() => {
      const { length } = tokenIds;
      const hidden = model.hidden(view, { tokenIds, segments: null });
      return headLogits(tf.reshape(hidden, [length, model.config.hiddenSize]), model.head(view));
    }),
  );
}

async function weightsOf(model: CausalLm, tuned: Tuned): Promise<number[]> {
  const values: number[] = [];
  for (const { variable } of parametersOf(model, tuned)) values.push(...(await variable.data()));
  return values;
}

describe.each(["lora", "full"] as const)("%s", (method) => {
  it("one batch of 4 is four accumulated batches of 1", async () => {
    const model = createTinyModel();
    const whole = createTuned(model, method);
    const parts = createTuned(model, method);
    const a = await train(createRun(model, whole), 4);
    const b = await train(
      createRun(model, parts, { ...CONFIG, microBatchSize: 1, gradAccumSteps: 4 }),
      4,
    );
    expectClose(losses(b), losses(a), 1e-4);
    expectClose(
      b.map(({ gradNorm }) => gradNorm),
      a.map(({ gradNorm }) => gradNorm),
      1e-3,
    );
  });

  it("a resumed run is the uninterrupted one", async () => {
    const model = createTinyModel();
    const whole = createTuned(model, method);
    const uninterrupted = await train(createRun(model, whole));
    const first = createRun(model, createTuned(model, method));
    const before = await train(first, 5);
    const checkpoint = await first.writeCheckpoint();
    const again = createTuned(model, method, 77);
    const resumed = createRun(model, again);
    await resumed.restore(checkpoint, 5);
    const after = await train(resumed);
    const all = losses([...before, ...after]);
    const same = await weightsOf(model, again);
    if (isWasm) {
      expect(all).toEqual(losses(uninterrupted));
      expect(same).toEqual(await weightsOf(model, whole));
    } else {
      expectClose(all, losses(uninterrupted), 1e-5);
      expectClose(same, await weightsOf(model, whole), 1e-5);
    }
  });

  it("the same seed gives the same run", async () => {
    const model = createTinyModel();
    const once = await train(createRun(model, createTuned(model, method)), 6);
    const again = await train(createRun(model, createTuned(model, method)), 6);
    if (isWasm) expect(losses(again)).toEqual(losses(once));
    else expectClose(losses(again), losses(once), 1e-5);
  });

  it("overfits one batch", async () => {
    const model = createTinyModel(LAYERS);
    const learningRate = method === "lora" ? 4e-2 : 2e-2;
    const config = { ...CONFIG, maxSteps: 80, schedule: "constant" as const, learningRate };
    const records = await train(createRun(model, createTuned(model, method, 1, 12), config, 4));
    expect(records.at(-1)!.trainLoss).toBeLessThan(0.05 * records[0]!.trainLoss);
  });

  it("holds as many tensors and bytes after step 50 as after step 3", async () => {
    const model = createTinyModel(LAYERS);
    // In the file's order: the same two batch shapes take turns.
    const config = { ...CONFIG, maxSteps: 51, isShuffled: false };
    const run = createRun(model, createTuned(model, method), config, 8);
    const seen = new Map<number, ReturnType<typeof engineMemory>>();
    await train(run, Infinity, {
      betweenSteps: async (step) => {
        await run.settle();
        seen.set(step, engineMemory());
        return true;
      },
    });
    expect(seen.get(49)).toEqual(seen.get(3));
    expect(seen.get(50)).toEqual(seen.get(4));
  });

  it("a step that is not finite changes nothing and stops the run", async () => {
    const model = createTinyModel();
    const tuned = createTuned(model, method);
    // An absurd rate lets the weights overflow within a few steps.
    const config = { ...CONFIG, learningRate: 1e20, maxGradNorm: 1000, maxSteps: 30 };
    const run = createRun(model, tuned, config);
    await expect(train(run)).rejects.toMatchObject({ code: "run/not-finite" } as AppError);
    expect((await weightsOf(model, tuned)).every((value) => Number.isFinite(value))).toBe(true);
    expect(run.step).toBeLessThan(30);
  });
});

it("a fresh adapter answers as the base", async () => {
  const model = createTinyModel();
  const tuned = createTuned(model, "lora") as { adapter: LoraAdapter };
  const base = await logits(model, model.baseView);
  // On WebGPU another program adds the adapter's zeros, and its compiler may round the sum before them differently.
  expectClose(await logits(model, tuned.adapter.view(model)), base, isWasm ? 0 : 1e-6);
});

it("merged weights answer as the attached adapter, and a PEFT file as the run it came from", async () => {
  const model = createTinyModel();
  const tuned = createTuned(model, "lora") as Tuned & { kind: "lora" };
  await train(createRun(model, tuned), 5);
  const { adapter } = tuned;
  const attached = await logits(model, adapter.view(model));
  const merged = new Map(
    [...adapter.pairs.keys()].map((module) => [
      `${module}.weight`,
      adapter.mergedWeight(model, module),
    ]),
  );
  const view: WeightView = {
    weight: (name) => merged.get(name) ?? model.baseWeight(name),
    adapter: () => null,
  };
  expectClose(await logits(model, view), attached, 1e-5, "merged");

  const layers = (await adapter.toLayers()).map((layer) => ({
    ...layer,
    ...adapter.pairs.get(layer.module)!,
    a: layer.a,
    b: layer.b,
  }));
  const files = writePeftAdapter(
    {
      baseModelName: "tiny",
      revision: "",
      rank: 3,
      alpha: 6,
      useRsLora: false,
      targetModules: model.family.targets.all,
      family: "gpt_neox",
      layers,
    },
    "",
  );
  const read = await readPeftAdapter(files);
  const again = LoraAdapter.fromLayers(model, read, read.layers);
  expect([...(await logits(model, again.view(model)))]).toEqual([...attached]);
});

it("packing does not change the loss", async () => {
  const model = createTinyModel();
  const examples = createExamples(5);
  const together = makeBatches(examples, 5, PAD, 96);
  const alone = makeBatches(examples, 1, PAD, 96);
  const a = await heldOutLoss(model, model.baseView, together);
  const b = await heldOutLoss(model, model.baseView, alone);
  expect(b.countedTokens).toBe(a.countedTokens);
  expect(b.evalLoss).toBeCloseTo(a.evalLoss, 5);
});

it("decodes with the cache what it decodes without", async () => {
  const model = createTinyModel();
  const prompt = [...createExamples(1, 3)[0]!.tokenIds];
  const sampling = { ...defaultSampling(), maxNewTokens: isWasm ? 70 : 12 };
  const cached = await generateTokens(model, model.baseView, prompt, sampling);
  const plain = [...prompt];
  while (plain.length < prompt.length + cached.length) {
    const next = tf.tidy(() => {
      const tokenIds = Int32Array.from(plain);
      const { length } = plain;
      const hidden = model.hidden(model.baseView, { tokenIds, segments: null });
      const { hiddenSize } = model.config;
      const last = tf.slice(hidden, [0, length - 1, 0], [1, 1, hiddenSize]);
      const logit = headLogits(tf.reshape(last, [1, hiddenSize]), model.head(model.baseView));
      return tf.argMax(tf.reshape(logit, [logit.size]));
    });
    plain.push((await next.data())[0]!);
    next.dispose();
  }
  expect(cached).toEqual(plain.slice(prompt.length));
});
