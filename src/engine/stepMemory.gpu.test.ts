/** The memory that a step takes, next to the estimate that is shown before a model is loaded. */
import { expect, inject, it } from "vitest";
import { estimateMemory } from "@/core/memory";
import type { Method } from "@/core/runConfig";
import { makeBatches } from "@/data/pack";
import { parseModelConfig } from "./formats/hfConfig";
import { CausalLm } from "./model/causalLm";
import { familyOf } from "./model/families";
import { FullWeights } from "./model/fullWeights";
import { LoraAdapter } from "./model/lora";
import { deviceShape } from "./model/weights";
import { AdamW } from "./ops/adamW/adamW";
import { startTestBackend } from "./testing/backend";
import { randomIntegers } from "./testing/numbers";
import { withoutComputing } from "./testing/withoutComputing";
import { freeUnusedBuffers, tf, webgpuInternals } from "./tfjs";
import { StepRunner } from "./train/stepRunner";
import { disposeTuned, parametersOf, viewOf, type Tuned } from "./train/tuned";

await startTestBackend();

const backend = inject("backend");
const RANK = 16;
const bytes = { now: 0, peak: 0 };

function count(change: number): void {
  bytes.now += change;
  bytes.peak = Math.max(bytes.peak, bytes.now);
}

/** Counts what the WASM heap lends. */
function watchHeap(): void {
  type Heap = { _malloc(size: number): number; _free(address: number): void };
  const heap = (tf.backend() as unknown as { wasm: Heap }).wasm;
  const sizes = new Map<number, number>();
  // At their first call both replace themselves.
  heap._free(heap._malloc(8));
  const [malloc, free] = [heap._malloc.bind(heap), heap._free.bind(heap)];
  heap._malloc = (size) => {
    const address = malloc(size);
    sizes.set(address, size);
    count(size);
    return address;
  };
  heap._free = (address) => {
    count(-(sizes.get(address) ?? 0));
    sizes.delete(address);
    free(address);
  };
}

/** Counts the buffers of the GPU, lent or waiting in a pool. */
function watchDevice(): void {
  const { device } = webgpuInternals();
  const create = device.createBuffer.bind(device);
  device.createBuffer = (descriptor) => {
    const buffer = create(descriptor);
    const destroy = buffer.destroy.bind(buffer);
    count(descriptor.size);
    buffer.destroy = () => {
      count(-descriptor.size);
      destroy();
    };
    return buffer;
  };
}

/** The pool of TensorFlow.js keeps what earlier cases left: their sizes are not this one's. */
function emptyPool(): void {
  if (backend === "wasm") return;
  const internals = webgpuInternals();
  if ((internals.commandEncoder as unknown) !== null) internals.submitQueue();
  freeUnusedBuffers();
}

if (backend === "wasm") watchHeap();
else watchDevice();

const COMMON = { bos_token_id: 0, eos_token_id: 0, max_position_embeddings: 512 };
const neox = (hidden: number, layers: number, wide: number, vocabSize: number) =>
  parseModelConfig({
    ...COMMON,
    model_type: "gpt_neox",
    vocab_size: vocabSize,
    tie_word_embeddings: false,
    hidden_size: hidden,
    num_hidden_layers: layers,
    num_attention_heads: 4,
    intermediate_size: wide,
    hidden_act: "gelu",
    rotary_pct: 0.25,
    rotary_emb_base: 10_000,
    layer_norm_eps: 1e-5,
    use_parallel_residual: true,
  });
const MODELS = {
  "GPT-NeoX": neox(256, 5, 682, 2048),
  "GPT-NeoX with many words": neox(256, 2, 1024, 8000),
  "GPT-2": parseModelConfig({
    ...COMMON,
    model_type: "gpt2",
    vocab_size: 2048,
    n_embd: 192,
    n_layer: 12,
    n_head: 6,
    n_inner: 768,
    n_positions: 512,
    activation_function: "gelu_new",
    layer_norm_epsilon: 1e-5,
  }),
  Llama: parseModelConfig({
    ...COMMON,
    model_type: "llama",
    vocab_size: 2048,
    tie_word_embeddings: false,
    hidden_size: 192,
    num_hidden_layers: 10,
    num_attention_heads: 6,
    num_key_value_heads: 2,
    intermediate_size: 512,
    hidden_act: "silu",
    rms_norm_eps: 1e-5,
    rope_theta: 10_000,
  }),
};
type Case = { name: keyof typeof MODELS; method: Method; rows: number; isCheckpointed: boolean };
const LENGTH = 64;

/** Peak of two steps, from nothing: weights, optimizer and all. */
async function measure({ name, method, rows, isCheckpointed }: Case): Promise<number> {
  emptyPool();
  bytes.peak = bytes.now;
  const before = bytes.now;
  const config = MODELS[name];
  const weights = familyOf(config)
    .weights(config)
    .map((spec) => [spec.name, tf.fill(deviceShape(spec), 0.01)] as const);
  const model = new CausalLm(config, new Map(weights));
  const modules = model.adaptableModules(model.family.targets.all);
  const options = { rank: RANK, alpha: 16, useRsLora: false, modules };
  const tuned: Tuned =
    method === "full"
      ? { kind: "full", weights: new FullWeights(model) }
      : { kind: "lora", adapter: LoraAdapter.create(model, options, 1) };
  const parameters = parametersOf(model, tuned);
  const optimizer = new AdamW(parameters, { weightDecay: 0, maxGradNorm: 1 });
  const view = viewOf(model, tuned);
  const step = { model, view, parameters, isHeadTrained: method === "full", isCheckpointed };
  const examples = Array.from({ length: rows }, (_, i) => ({
    line: 1,
    tokenIds: randomIntegers(LENGTH, i + 1, 2048),
    lossMask: new Uint8Array(LENGTH).fill(1, 1),
  }));
  const runner = new StepRunner(step, optimizer);
  for (let i = 1; i <= 2; i++) {
    await runner.run(makeBatches(examples, rows, 1, LENGTH * rows), 1e-3, i);
  }
  runner.forget();
  optimizer.dispose();
  disposeTuned(tuned);
  model.dispose();
  return bytes.peak - before;
}

/** Measured ÷ estimated: never above 1, and not so low that a model that fits is refused. */
const [LEAST, MOST] = [0.8, 1];
const MB = 2 ** 20;

const CASES = (Object.keys(MODELS) as Case["name"][]).flatMap((name) =>
  (["lora", "full"] as const).flatMap((method) =>
    [false, true].map((isCheckpointed): Case => ({ name, method, rows: 2, isCheckpointed })),
  ),
);

it.each(CASES)("$name, $method, checkpointed: $isCheckpointed", async (one) => {
  // What is asked for is the same when nothing is computed, and a software GPU computes slowly.
  const run = () => measure(one);
  const measured = await (backend === "webgpu" ? withoutComputing(run) : run());
  const { name, method, rows, isCheckpointed } = one;
  const settings = {
    rank: RANK,
    targetModules: "all-linear",
    microBatchSize: rows,
    maxSeqLen: LENGTH,
    useGradientCheckpointing: isCheckpointed,
  } as const;
  const estimate = estimateMemory(MODELS[name], method, settings, backend);
  const said = `${(measured / MB).toFixed(1)} MB of ${(estimate / MB).toFixed(1)} MB`;
  expect(measured / estimate, said).toBeGreaterThan(LEAST);
  expect(measured / estimate, said).toBeLessThanOrEqual(MOST);
});
