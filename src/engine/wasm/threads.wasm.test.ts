/** What all threads compute together is, to the last bit, what one computes alone. */
import { beforeAll, expect, it } from "vitest";
import { makeBatches } from "@/data/pack";
import { parseModelConfig } from "../formats/hfConfig";
import { CausalLm } from "../model/causalLm";
import { familyOf } from "../model/families";
import { FullWeights } from "../model/fullWeights";
import { toDevice } from "../model/weights";
import { AdamW } from "../ops/adamW/adamW";
import { multiplyWasm } from "../ops/matMul/wasm";
import { startTestBackend } from "../testing/backend";
import { take } from "../testing/expectClose";
import { randomIntegers, randomNumbers } from "../testing/numbers";
import { tf, toTensor } from "../tfjs";
import { trainStep } from "../train/trainStep";
import { disposeTuned, parametersOf, viewOf, type Tuned } from "../train/tuned";
import { threadReport, withOneThread } from "./kernels";

beforeAll(startTestBackend);

/** Runs it with all threads and with one. A comparison of so many numbers by `toEqual` would take minutes to fail. */
async function expectSameAlone(compute: () => Promise<Float32Array[]>): Promise<void> {
  const together = await compute();
  const alone = await withOneThread(compute);
  expect(together.length).toBe(alone.length);
  together.forEach((values, i) => {
    const differing = values.findIndex((value, at) => !Object.is(value, alone[i]![at]));
    expect(differing, `where result ${i} of ${values.length} numbers differs`).toBe(-1);
  });
}

it("has helpers that do a part, because these tests are cross-origin isolated", () => {
  expect(globalThis.crossOriginIsolated).toBe(true);
  const before = threadReport();
  expect(before.count).toBe(Math.min(8, navigator.hardwareConcurrency));
  expect(before.count).toBeGreaterThan(1);
  const [a, b] = [tf.ones([512, 512]), tf.ones([512, 512])];
  // A busy machine may give a helper no time for a while.
  const isHelped = () => threadReport().helpedPieces > before.helpedPieces;
  for (let i = 0; i < 200 && !isHelped(); i++) toTensor(multiplyWasm({ a, b })).dispose();
  expect(isHelped()).toBe(true);
  tf.dispose([a, b]);
});

it.each([
  [257, 130, 515],
  [1, 512, 4099],
  [2, 700, 2051],
  [1030, 512, 8],
  [8, 515, 1027],
])("multiplies %i × %i by %i columns, turned or not", async (rows, inner, columns) => {
  for (const isATransposed of [false, true]) {
    for (const isBTransposed of [false, true]) {
      const shape = (first: number, second: number, isTurned: boolean): [number, number] =>
        isTurned ? [second, first] : [first, second];
      const a = tf.tensor2d(randomNumbers(rows * inner, 1), shape(rows, inner, isATransposed));
      const b = tf.tensor2d(
        randomNumbers(inner * columns, 2),
        shape(inner, columns, isBTransposed),
      );
      const bias = tf.tensor1d(randomNumbers(columns, 3));
      const product = { a, b, bias, isATransposed, isBTransposed, scale: 0.5 };
      await expectSameAlone(async () => [await take(toTensor(multiplyWasm(product)))]);
      tf.dispose([a, b, bias]);
    }
  }
});

/** Large enough that every kernel of a step is cut. */
function createModel(family: "gpt_neox" | "llama"): CausalLm {
  const config = parseModelConfig({
    model_type: family,
    vocab_size: 2051,
    hidden_size: 252,
    num_hidden_layers: 1,
    num_attention_heads: 6,
    num_key_value_heads: 3,
    intermediate_size: 515,
    hidden_act: family === "llama" ? "silu" : "gelu",
    rotary_pct: 0.2,
    rotary_emb_base: 10_000,
    rope_theta: 10_000,
    rms_norm_eps: 1e-5,
    layer_norm_eps: 1e-5,
    max_position_embeddings: 512,
    use_parallel_residual: true,
    tie_word_embeddings: false,
    bos_token_id: 0,
    eos_token_id: 0,
  });
  const weights = familyOf(config)
    .weights(config)
    .map((spec, i) => {
      const size = spec.shape.reduce((a, b) => a * b, 1);
      return [spec.name, toDevice(spec, randomNumbers(size, i + 1, 0.3))] as const;
    });
  return new CausalLm(config, new Map(weights));
}

it.each(["gpt_neox", "llama"] as const)("does the same steps (%s)", async (family) => {
  const model = createModel(family);
  const examples = [300, 200, 11].map((length, i) => ({
    line: i + 1,
    tokenIds: randomIntegers(length, i + 1, 2051),
    lossMask: new Uint8Array(length).fill(1, 1),
  }));
  const batches = makeBatches(examples, 3, 1, 512);
  const learn = async (): Promise<Float32Array[]> => {
    const tuned: Tuned = { kind: "full", weights: new FullWeights(model) };
    const parameters = parametersOf(model, tuned);
    const optimizer = new AdamW(parameters, { weightDecay: 0.1, maxGradNorm: 1 });
    const view = viewOf(model, tuned);
    const input = { model, view, parameters, isHeadTrained: true, isCheckpointed: false, batches };
    const seen: Float32Array[] = [];
    for (let step = 1; step <= 2; step++) {
      const { loss, control } = trainStep(input, optimizer, 1e-3, step);
      seen.push(await take(loss), await take(control));
    }
    for (const { variable } of parameters) seen.push(Float32Array.from(await variable.data()));
    optimizer.dispose();
    disposeTuned(tuned);
    return seen;
  };
  await expectSameAlone(learn);
  model.dispose();
});
