/** float16 weights give what their float32 values give: nothing is lost by packing them. */
import { beforeAll, expect, it } from "vitest";
import { decodeFloat16, encodeFloat16 } from "../formats/float16";
import { CausalLm } from "../model/causalLm";
import { FullWeights } from "../model/fullWeights";
import { LoraAdapter } from "../model/lora";
import { AdamW } from "../ops/adamW/adamW";
import { embedding } from "../ops/embedding/embedding";
import { startTestBackend } from "../testing/backend";
import { expectClose, take } from "../testing/expectClose";
import { randomNumbers } from "../testing/numbers";
import { createExamples, createTinyModel } from "../testing/tinyModel";
import { tf, type Tensor } from "../tfjs";
import { makeBatch } from "@/data/pack";
import { StepRunner } from "../train/stepRunner";
import { parametersOf, viewOf } from "../train/tuned";
import { gemm } from "./gemm/gemm";
import { canPack, copyUnpacked, isPacked, pack } from "./packed";

beforeAll(startTestBackend);

function createPair(shape: [number, number], seed: number): { packed: Tensor; plain: Tensor } {
  const halves = encodeFloat16(randomNumbers(shape[0] * shape[1], seed));
  return { packed: pack(halves, shape), plain: tf.tensor2d(decodeFloat16(halves), shape) };
}

it.each([
  [1, 4],
  [17, 12],
  [65, 128],
])("of [%i, %i] is unpacked, picked from and multiplied with as it is", async (rows, columns) => {
  const { packed, plain } = createPair([rows, columns], 1);
  expect([...(await take(copyUnpacked(packed)))]).toEqual([...(await plain.data())]);
  const ids = Int32Array.of(0, rows - 1, Math.floor(rows / 2));
  expect([...(await take(embedding(packed, ids)))]).toEqual([
    ...(await take(embedding(plain, ids))),
  ]);
  for (const M of [1, 7]) {
    const x = tf.tensor2d(randomNumbers(M * rows, 2), [M, rows]);
    const y = tf.tensor2d(randomNumbers(M * columns, 3), [M, columns]);
    const direct = (b: Tensor) => gemm([{ a: x, b }]).c;
    const turned = (b: Tensor) => gemm([{ a: y, b, transposeB: true }]).c;
    expectClose(await take(direct(packed)), await take(direct(plain)), 1e-6, "x·b");
    expectClose(await take(turned(packed)), await take(turned(plain)), 1e-6, "y·bᵀ");
    tf.dispose([x, y]);
  }
  tf.dispose([packed, plain]);
});

it("trains an adapter as float32 weights of the same values do, and copies them for full tuning", async () => {
  const source = createTinyModel(1);
  const [plainWeights, packedWeights] = [new Map<string, Tensor>(), new Map<string, Tensor>()];
  for (const [name, tensor] of source.base) {
    const halves = encodeFloat16((await tensor.data()) as Float32Array);
    const plain = () => tf.tensor(decodeFloat16(halves), tensor.shape);
    plainWeights.set(name, plain());
    packedWeights.set(name, canPack(tensor.shape) ? pack(halves, tensor.shape) : plain());
  }
  const losses: number[][] = [];
  for (const weights of [plainWeights, packedWeights]) {
    const model = new CausalLm(source.config, weights);
    const modules = model.adaptableModules(model.family.targets.all);
    const settings = { rank: 3, alpha: 6, useRsLora: false, modules };
    const adapter = LoraAdapter.create(model, settings, 1);
    const tuned = { kind: "lora" as const, adapter };
    const parameters = parametersOf(model, tuned);
    const optimizer = new AdamW(parameters, { weightDecay: 0, maxGradNorm: 1 });
    const view = viewOf(model, tuned);
    const runner = new StepRunner(
      { model, view, parameters, isHeadTrained: false, isCheckpointed: false },
      optimizer,
    );
    const batch = makeBatch(createExamples(4), 1, 96);
    const found: number[] = [];
    for (let step = 1; step <= 5; step++) found.push((await runner.run([batch], 0.01, step)).loss);
    losses.push(found);
    runner.forget();
  }
  expect(losses[1]![4]).toBeLessThan(losses[1]![0]!);
  expectClose(losses[1]!, losses[0]!, 1e-5, "losses");

  expect([...packedWeights.values()].filter(isPacked).length).toBeGreaterThan(3);
  const full = new FullWeights(new CausalLm(source.config, packedWeights));
  for (const [name, variable] of full.variables) {
    expect([...(await variable.data())], name).toEqual([...(await plainWeights.get(name)!.data())]);
  }
});
