/**
 * Drivers have bugs: a program may compute wrong numbers on one device and no error be told. Before anyone trains, a
 * tiny model is tuned on this device, and its losses are compared with those that the reference gives.
 */
import { AppError } from "@/core/errors";
import { Random } from "@/core/random";
import { makeBatch } from "@/data/pack";
import { encodeFloat16 } from "./formats/float16";
import { parseModelConfig } from "./formats/hfConfig";
import { CausalLm } from "./model/causalLm";
import { familyOf } from "./model/families";
import { FullWeights } from "./model/fullWeights";
import { LoraAdapter } from "./model/lora";
import { toDevice } from "./model/weights";
import { AdamW } from "./ops/adamW/adamW";
import { tf, toTensor } from "./tfjs";
import { StepRunner } from "./train/stepRunner";
import { disposeTuned, parametersOf, viewOf, type Tuned } from "./train/tuned";
import { gemmWithTile } from "./webgpu/gemm/gemm";
import { describeTile, type Tile } from "./webgpu/gemm/tiles";
import {
  avoidSubgroups,
  avoidTile,
  canUseSubgroups,
  usableTiles,
  usesTiles,
  useTiles,
} from "./webgpu/gemm/tune";
import { pack } from "./webgpu/packed";
import { areRowsRight } from "./webgpu/rowTrial";
import { webgpuOutput } from "./webgpu/run";
import { useRowLanes } from "./webgpu/sums";

const TOLERANCE = 1e-3;
const TOKENS = 64;
const STEPS = 3;

/** Losses and gradient norms of `tuneTinyModel`; a test asserts that the reference gives them. */
export const EXPECTED: readonly number[] = [
  5.3073344, 1.9744511, 3.9935799, 1.5281794, 3.0633628, 1.2822311, 5.3073344, 0.51607275,
  5.1895275, 0.51646852, 5.0457377, 0.59101993,
];

/**
 * Tests this device. What computes wrongly and has another program is left out, and a sentence says so; null when all is
 * right. Throws `gpu/failed` when the device cannot be used.
 */
export async function selfTest(): Promise<string | null> {
  const avoided = usesTiles() ? await avoidWrongTiles() : [];
  if (canUseSubgroups() && !(await areRowsRight("subgroups"))) {
    avoidSubgroups();
    avoided.push("sums within subgroups");
  }
  if (await isRight()) {
    if (avoided.length === 0) return null;
    return `Some programs compute wrong numbers on this device, and others are used instead: ${avoided.join(", ")}.`;
  }
  // Without shared memory and barriers programs are slower, and simpler for a driver.
  useTiles(false);
  useRowLanes(1);
  if (await isRight()) {
    return "Programs with shared memory compute wrong numbers on this device: slower ones without it are used.";
  }
  throw new AppError(
    "gpu/failed",
    "The graphics device computes wrong numbers: a tiny model does not learn on it as it should.",
  );
}

async function isRight(): Promise<boolean> {
  const found = await tuneTinyModel();
  return EXPECTED.every((value, i) => Math.abs(found[i]! - value) <= TOLERANCE * Math.abs(value));
}

/** Three steps of full tuning and of LoRA, each with its loss and gradient norm. */
export async function tuneTinyModel(): Promise<number[]> {
  const random = new Random(1);
  const numbers = (size: number, scale: number) =>
    Float32Array.from({ length: size }, () => scale * (2 * random.next() - 1));
  const config = parseModelConfig({
    model_type: "gpt_neox",
    vocab_size: 68,
    hidden_size: 32,
    num_hidden_layers: 1,
    num_attention_heads: 2,
    intermediate_size: 64,
    hidden_act: "gelu",
    rotary_pct: 0.5,
    rotary_emb_base: 10000,
    max_position_embeddings: TOKENS,
    layer_norm_eps: 1e-5,
    use_parallel_residual: true,
    tie_word_embeddings: false,
    bos_token_id: 0,
    eos_token_id: 0,
  });
  const weights = familyOf(config)
    .weights(config)
    .map((spec) => {
      const size = spec.shape.reduce((product, length) => product * length, 1);
      const isGain = spec.kind === "vector" && spec.name.endsWith("norm.weight");
      const values = numbers(size, 0.4);
      return [spec.name, toDevice(spec, isGain ? values.map((x) => 1 + x) : values)] as const;
    });
  const model = new CausalLm(config, new Map(weights));
  const example = () => ({
    line: 1,
    tokenIds: Int32Array.from({ length: TOKENS / 2 - 3 }, () => random.integer(config.vocabSize)),
    lossMask: new Uint8Array(TOKENS / 2 - 3).fill(1),
  });
  const batch = makeBatch([example(), example()], 0, TOKENS);
  const modules = model.adaptableModules(model.family.targets.all);
  const settings = { rank: 4, alpha: 8, useRsLora: false, modules };
  const found: number[] = [];
  for (const tuned of [
    { kind: "full", weights: new FullWeights(model) },
    { kind: "lora", adapter: LoraAdapter.create(model, settings, 1) },
  ] satisfies Tuned[]) {
    const parameters = parametersOf(model, tuned);
    const optimizer = new AdamW(parameters, { weightDecay: 0.1, maxGradNorm: 1 });
    const view = viewOf(model, tuned);
    const isHeadTrained = tuned.kind === "full";
    const runner = new StepRunner(
      { model, view, parameters, isHeadTrained, isCheckpointed: false },
      optimizer,
    );
    for (let step = 1; step <= STEPS; step++) {
      const { loss, control } = await runner.run([batch], 0.01, step);
      found.push(loss, control[2]!);
    }
    runner.forget();
    optimizer.dispose();
    disposeTuned(tuned);
  }
  model.dispose();
  return found;
}

/** Leaves out each tile whose product is wrong; → how they are called. */
export async function avoidWrongTiles(): Promise<string[]> {
  const avoided: string[] = [];
  for (const [i, tile] of usableTiles(true).entries()) {
    if (await isTileRight(tile, i)) continue;
    avoidTile(tile);
    avoided.push(`products of ${describeTile(tile)}`);
  }
  return avoided;
}

/** A product that fills no tile, its factors lying in one of the three ways. */
async function isTileRight(tile: Tile, layout: number): Promise<boolean> {
  const [M, N, K] = [tile.rows + 4, tile.columns + 8, tile.inner + 12];
  const random = new Random(layout);
  // Float16 holds such numbers exactly.
  const [a, b] = [M * K, K * N].map((size) =>
    Float32Array.from({ length: size }, () => random.integer(1024) / 1024),
  );
  const [transposeA, transposeB] = [layout % 3 === 1, layout % 3 === 2];
  const bShape: [number, number] = transposeB ? [N, K] : [K, N];
  const factors = [
    tf.tensor2d(a!, transposeA ? [K, M] : [M, K]),
    tile.isHalf ? pack(encodeFloat16(b!), bShape) : tf.tensor2d(b!, bShape),
  ];
  const c = toTensor(webgpuOutput([M, N]));
  gemmWithTile(tile, { a: factors[0]!, b: factors[1]!, transposeA, transposeB }, c);
  const values = await c.data();
  tf.dispose([...factors, c]);
  for (let m = 0; m < M; m++) {
    for (let n = 0; n < N; n++) {
      let sum = 0;
      for (let k = 0; k < K; k++) {
        sum += a![transposeA ? k * M + m : m * K + k]! * b![transposeB ? n * K + k : k * N + n]!;
      }
      if (!(Math.abs(values[m * N + n]! - sum) <= TOLERANCE * sum)) return false;
    }
  }
  return true;
}
