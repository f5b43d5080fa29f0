/** TabTune's own engine, through the run that the page trains with. */
import { defaultRunConfig, type RunConfig } from "@/core/runConfig";
import { startBackend, type Backend } from "@/engine/device";
import { parseModelConfig } from "@/engine/formats/hfConfig";
import { CausalLm } from "@/engine/model/causalLm";
import { FullWeights } from "@/engine/model/fullWeights";
import { LoraAdapter } from "@/engine/model/lora";
import { toDevice } from "@/engine/model/weights";
import { TrainingRun, type RunHooks } from "@/engine/train/run";
import { disposeTuned, type Tuned } from "@/engine/train/tuned";
import {
  configOf,
  LORA,
  OPTIMIZER,
  randomAdapters,
  randomTokens,
  randomWeights,
  type Method,
  type Shape,
  type StepJob,
  type Stepper,
} from "./material";

/** More steps than any benchmark takes. */
const STEPS = 1000;

export function createModel(shape: Shape): CausalLm {
  const config = parseModelConfig(configOf(shape));
  const weights = new Map<string, ReturnType<typeof toDevice>>();
  for (const { name, shape: size, values } of randomWeights(shape)) {
    const kind = size.length < 2 ? "vector" : name.includes("embed_in") ? "embedding" : "linear";
    weights.set(name, toDevice({ name, shape: size, kind }, values));
  }
  return new CausalLm(config, weights);
}

export function createTuned(model: CausalLm, shape: Shape, method: Method): Tuned {
  if (method === "full") return { kind: "full", weights: new FullWeights(model) };
  const settings = { ...LORA, useRsLora: false };
  return { kind: "lora", adapter: LoraAdapter.fromLayers(model, settings, randomAdapters(shape)) };
}

function runConfig(shape: Shape, method: Method): RunConfig {
  return {
    ...defaultRunConfig(null, method),
    ...LORA,
    learningRate: OPTIMIZER.learningRate,
    weightDecay: OPTIMIZER.weightDecay,
    maxGradNorm: OPTIMIZER.maxGradNorm,
    schedule: "constant",
    warmupSteps: 0,
    microBatchSize: shape.batch,
    gradAccumSteps: 1,
    epochs: STEPS,
    maxSeqLen: shape.length,
    evalEvery: STEPS,
    checkpointEvery: STEPS,
    isShuffled: false,
  };
}

/** A promise that is kept from outside. */
function createGate() {
  let open = () => {};
  let fail: (error: Error) => void = () => {};
  const passed = new Promise<void>((resolve, reject) => ([open, fail] = [resolve, reject]));
  return { passed, open, fail };
}

export type PacedRun = Stepper & {
  /** Trains so many steps as the page does, one issued while another is computed; milliseconds of all of them. */
  stepFreely(count: number): Promise<number>;
  dispose(): Promise<void>;
};

/** A run that waits before each step until it is asked. Owns all it makes, and the model that it is given. */
export function openRun(
  shape: Shape,
  method: Method,
  model = createModel(shape),
  tuned = createTuned(model, shape, method),
): PacedRun {
  const tokens = randomTokens(shape);
  const { batch, length } = shape;
  const train = Array.from({ length: batch }, (_, i) => ({
    line: i + 1,
    tokenIds: tokens.slice(i * length, (i + 1) * length),
    lossMask: new Uint8Array(length).fill(1),
  }));
  const data = { train, heldOut: [], padTokenId: 1 };
  const run = new TrainingRun(model, tuned, data, runConfig(shape, method));

  let [startedAt, scriptMs, loss, stepsAhead] = [0, 0, NaN, 0];
  let begin: (goesOn: boolean) => void = () => {};
  let settled = createGate();
  const hooks: RunHooks = {
    onStep: ({ trainLoss }) => (loss = trainLoss),
    onEvaluated() {},
    onCheckpoint: () => Promise.resolve(),
    async betweenSteps() {
      if (stepsAhead-- > 0) return true;
      // The step has been issued; on a GPU it is still on its way.
      scriptMs = performance.now() - startedAt;
      await run.settle();
      const goesOn = new Promise<boolean>((resolve) => (begin = resolve));
      settled.open();
      return goesOn;
    },
  };
  const ended = run.train(hooks).catch((error: Error) => settled.fail(error));
  const begins = async (count: number) => {
    await settled.passed;
    settled = createGate();
    stepsAhead = count - 1;
    startedAt = performance.now();
    begin(true);
    await settled.passed;
    return performance.now() - startedAt;
  };
  return {
    step: async () => ({ ms: await begins(1), loss, scriptMs }),
    stepFreely: begins,
    async dispose() {
      await settled.passed;
      begin(false);
      await ended;
      run.dispose();
      disposeTuned(tuned);
      model.dispose();
    },
  };
}

export async function open({ shape, method, backend }: StepJob): Promise<Stepper> {
  await startBackend(backend);
  const run = openRun(shape, method);
  // On WASM the script is the computation.
  const isGpu = backend === "webgpu";
  return {
    async step() {
      const time = await run.step();
      return isGpu ? time : { ...time, scriptMs: null };
    },
  };
}

/** What the engine says that it computes on. */
export async function describe({ backend }: { backend: Backend["name"] }): Promise<string> {
  return (await startBackend(backend)).adapter;
}
