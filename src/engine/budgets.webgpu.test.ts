/**
 * What a training step may ask of any GPU, whatever its speed: dispatches, submissions, pipelines and bytes. Shapes are
 * those of the benchmarks; where they are large, nothing is computed.
 */
import { beforeAll, expect, it } from "vitest";
import { defaultSampling } from "@/core/generation";
import { makeBatch } from "@/data/pack";
import { parseModelConfig, type ModelConfig } from "./formats/hfConfig";
import { compareAnswers } from "./generate/compare";
import { CausalLm } from "./model/causalLm";
import { familyOf } from "./model/families";
import { FullWeights } from "./model/fullWeights";
import { LoraAdapter } from "./model/lora";
import { deviceShape } from "./model/weights";
import { AdamW } from "./ops/adamW/adamW";
import { startTestBackend } from "./testing/backend";
import { count } from "./testing/count";
import { withoutComputing } from "./testing/withoutComputing";
import { backendBytes, freeUnusedBuffers, tf, toTensor } from "./tfjs";
import { StepRunner } from "./train/stepRunner";
import { disposeTuned, parametersOf, viewOf, type Tuned } from "./train/tuned";
import { canPack, pack } from "./webgpu/packed";
import { webgpuOutput } from "./webgpu/run";

beforeAll(startTestBackend);

/** Full tuning, or LoRA on the family's default modules or on all of them. */
type Method = "full" | "default" | "all";

function createTuned(model: CausalLm, method: Method): Tuned {
  if (method === "full") return { kind: "full", weights: new FullWeights(model) };
  const modules = model.adaptableModules(model.family.targets[method]);
  const settings = { rank: 3, alpha: 6, useRsLora: false, modules };
  return { kind: "lora", adapter: LoraAdapter.create(model, settings, 1) };
}

type Shape = { layers: number; width: number; heads: number; vocabSize: number; tokens: number };

const S: Shape = { layers: 4, width: 128, heads: 4, vocabSize: 512, tokens: 256 };
/** Pythia-70M with all tokens counted but the first. */
const P: Shape = { layers: 6, width: 512, heads: 8, vocabSize: 50_304, tokens: 512 };

function neoxConfig({ layers, width, heads, vocabSize, tokens }: Shape): ModelConfig {
  return parseModelConfig({
    model_type: "gpt_neox",
    vocab_size: vocabSize,
    hidden_size: width,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    intermediate_size: 4 * width,
    hidden_act: "gelu",
    rotary_pct: 0.25,
    rotary_emb_base: 10000,
    max_position_embeddings: tokens,
    layer_norm_eps: 1e-5,
    use_parallel_residual: true,
    tie_word_embeddings: false,
    bos_token_id: 0,
    eos_token_id: 0,
  });
}

function llamaConfig({ layers, width, heads, vocabSize, tokens }: Shape): ModelConfig {
  return parseModelConfig({
    model_type: "llama",
    vocab_size: vocabSize,
    hidden_size: width,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    num_key_value_heads: heads / 2,
    intermediate_size: 3 * width,
    hidden_act: "silu",
    rope_theta: 10000,
    max_position_embeddings: tokens,
    rms_norm_eps: 1e-5,
    tie_word_embeddings: true,
    bos_token_id: 0,
    eos_token_id: 0,
  });
}

/** Weights as float32 or as packed float16, their values whatever they are. */
function createModel(config: ModelConfig, isHalf: boolean): CausalLm {
  const weights = familyOf(config)
    .weights(config)
    .map((spec) => {
      const shape = deviceShape(spec);
      const size = shape.reduce((product, length) => product * length, 1);
      const isPacked = isHalf && canPack(shape);
      const tensor = isPacked ? pack(new Uint16Array(size), shape) : toTensor(webgpuOutput(shape));
      return [spec.name, tensor] as const;
    });
  return new CausalLm(config, new Map(weights));
}

function createStep(model: CausalLm, tokens: number, method: Method) {
  const tuned = createTuned(model, method);
  const parameters = parametersOf(model, tuned);
  const optimizer = new AdamW(parameters, { weightDecay: 0.1, maxGradNorm: 1 });
  const isHeadTrained = method === "full";
  const view = viewOf(model, tuned);
  const runner = new StepRunner(
    { model, view, parameters, isHeadTrained, isCheckpointed: false },
    optimizer,
  );
  const tokenIds = new Int32Array(tokens).fill(1);
  const batch = makeBatch(
    [{ line: 1, tokenIds, lossMask: new Uint8Array(tokens).fill(1) }],
    1,
    tokens,
  );
  const run = (step: number) => runner.run([batch], 1e-3, step);
  const dispose = () => {
    runner.forget();
    optimizer.dispose();
    disposeTuned(tuned);
  };
  return { run, dispose };
}

const GIGABYTE = 1e9;

/** On an adapter that binds ten buffers to a program. */
const BUDGETS = [
  { method: "full", isHalf: false, dispatches: 160, gigabytes: 1.6 },
  { method: "default", isHalf: false, dispatches: 140, gigabytes: 0.6 },
  { method: "default", isHalf: true, dispatches: 140, gigabytes: 0.4 },
  { method: "all", isHalf: true, dispatches: 260, gigabytes: 0.6 },
] as const;

it.each(BUDGETS)(
  "a step of $method (float16 base: $isHalf) takes at most $dispatches dispatches and $gigabytes GB",
  async ({ method, isHalf, dispatches, gigabytes }) => {
    await withoutComputing(async () => {
      const before = backendBytes();
      const model = createModel(neoxConfig(P), isHalf);
      const { run, dispose } = createStep(model, P.tokens, method);
      await run(1);
      const bytes = backendBytes() - before;
      const counts = await count(() => run(2));
      // Less would mean that not everything was counted.
      expect(counts.dispatches).toBeGreaterThan(60);
      expect(counts.dispatches).toBeLessThanOrEqual(dispatches);
      expect(counts.submits).toBeLessThanOrEqual(6);
      expect(counts.pipelines + counts.pipelinesAhead).toBe(0);
      expect(bytes).toBeGreaterThan(0.1 * GIGABYTE);
      expect(bytes).toBeLessThanOrEqual(gigabytes * GIGABYTE);
      dispose();
      model.dispose();
      freeUnusedBuffers();
    });
  },
);

/** Of a layer of Llama, which has seven products where GPT-NeoX has four, on an adapter that binds ten buffers. */
const OF_LLAMA = [
  { method: "full", dispatches: 32 },
  { method: "default", dispatches: 28 },
  { method: "all", dispatches: 47 },
] as const;

it.each(OF_LLAMA)("a layer of Llama takes $dispatches dispatches ($method)", async (test) => {
  const dispatchesOf = async (layers: number) => {
    const model = createModel(llamaConfig({ ...S, layers }), false);
    const { run, dispose } = createStep(model, S.tokens, test.method);
    await run(1);
    const { dispatches } = await count(() => run(2));
    dispose();
    model.dispose();
    return dispatches;
  };
  await withoutComputing(async () => {
    expect((await dispatchesOf(5)) - (await dispatchesOf(4))).toBe(test.dispatches);
  });
});

it("neither memory nor pipelines grow from step 3 to step 200", async () => {
  await withoutComputing(async () => {
    const model = createModel(neoxConfig(S), false);
    const { run, dispose } = createStep(model, S.tokens, "full");
    for (let step = 1; step <= 3; step++) await run(step);
    const before = { bytes: backendBytes(), tensors: tf.memory().numTensors };
    const { pipelines, pipelinesAhead } = await count(async () => {
      for (let step = 4; step <= 200; step++) await run(step);
    });
    expect({ bytes: backendBytes(), tensors: tf.memory().numTensors }).toEqual(before);
    expect(pipelines + pipelinesAhead).toBe(0);
    dispose();
    model.dispose();
  });
});

/** Of one more token: greedy or drawn, by the base alone or by both sides. */
const TOKEN_BUDGETS = [
  { sides: 1, temperature: 0, method: "default", dispatches: 42 },
  { sides: 1, temperature: 1, method: "default", dispatches: 42 },
  { sides: 2, temperature: 0, method: "default", dispatches: 48 },
  { sides: 2, temperature: 1, method: "default", dispatches: 48 },
  { sides: 2, temperature: 1, method: "all", dispatches: 72 },
] as const;

it.each(TOKEN_BUDGETS)(
  "a token of $sides sides ($method, temperature $temperature) takes at most $dispatches dispatches",
  async ({ sides, temperature, method, dispatches }) => {
    await withoutComputing(async () => {
      const model = createModel(neoxConfig(P), false);
      const tuned = createTuned(model, method);
      const views = [
        { side: "base" as const, view: model.baseView },
        { side: "tuned" as const, view: viewOf(model, tuned) },
      ].slice(0, sides);
      const answer = (maxNewTokens: number) => {
        const sampling = { ...defaultSampling(), temperature, topK: 40, topP: 0.9, maxNewTokens };
        const prompt = { promptIds: [1, 2, 3], eosTokenId: null, turnMarker: "" };
        const options = { ...prompt, sampling, decode: () => "" };
        const ignore = () => {};
        return count(() => compareAnswers(model, views, options, ignore, () => false));
      };
      await answer(2);
      const short = await answer(2);
      const long = await answer(22);
      const [token, submits] = [long.dispatches - short.dispatches, long.submits - short.submits];
      expect(token / 20).toBeGreaterThan(30);
      expect(token / 20).toBeLessThanOrEqual(dispatches);
      expect(submits / 20).toBeLessThanOrEqual(5);
      expect(long.pipelines).toBe(0);
      disposeTuned(tuned);
      model.dispose();
      freeUnusedBuffers();
    });
  },
);
