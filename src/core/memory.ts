/** How many numbers a model has, and how many bytes tuning it takes: by formula, before anything is loaded. */
import type { BackendName, Method, RunConfig } from "./runConfig";

/** The sizes that decide; a model's config has them all. */
export type ModelShape = {
  family: "gpt_neox" | "gpt2" | "llama";
  hiddenSize: number;
  numLayers: number;
  numHeads: number;
  /** Llama only; as many as heads where it is not given. */
  numKvHeads?: number;
  headDim?: number;
  intermediateSize: number;
  vocabSize: number;
  maxPositions: number;
  tieWordEmbeddings: boolean;
};

/** One linear layer of a block. */
type Linear = { inFeatures: number; outFeatures: number; isUsualTarget: boolean };

function linearLayers(shape: ModelShape): Linear[] {
  const { hiddenSize: C, intermediateSize: wide, numHeads } = shape;
  const headDim = shape.headDim ?? C / numHeads;
  const query = numHeads * headDim;
  const layer = (inFeatures: number, outFeatures: number, isUsualTarget = false): Linear => ({
    inFeatures,
    outFeatures,
    isUsualTarget,
  });
  if (shape.family !== "llama") {
    return [layer(C, 3 * C, true), layer(C, C), layer(C, wide), layer(wide, C)];
  }
  const keys = (shape.numKvHeads ?? numHeads) * headDim;
  return [
    layer(C, query, true),
    layer(C, keys),
    layer(C, keys, true),
    layer(query, C),
    layer(C, wide),
    layer(C, wide),
    layer(wide, C),
  ];
}

/** Parameters of the model: weights, biases (none in Llama) and norms. A tied head counts once. */
export function countParameters(shape: ModelShape): number {
  const { family, hiddenSize: C, numLayers, vocabSize, maxPositions } = shape;
  const hasBias = family !== "llama";
  const linear = linearLayers(shape).reduce(
    (sum, { inFeatures, outFeatures }) => sum + outFeatures * (inFeatures + (hasBias ? 1 : 0)),
    0,
  );
  const norm = hasBias ? 2 * C : C;
  const embedding = vocabSize * C;
  return (
    embedding +
    (shape.tieWordEmbeddings ? 0 : embedding) +
    (family === "gpt2" ? maxPositions * C : 0) +
    numLayers * (linear + 2 * norm) +
    norm
  );
}

/** Parameters of a LoRA adapter: rank · (in + out) for each adapted layer. */
export function countAdapterParameters(
  shape: ModelShape,
  { rank, targetModules }: Pick<RunConfig, "rank" | "targetModules">,
): number {
  const perBlock = linearLayers(shape)
    .filter(({ isUsualTarget }) => isUsualTarget || targetModules === "all-linear")
    .reduce((sum, { inFeatures, outFeatures }) => sum + rank * (inFeatures + outFeatures), 0);
  return shape.numLayers * perBlock;
}

/** The settings that decide how much memory a run takes, beside its method. */
type MemorySettings =
  "rank" | "targetModules" | "microBatchSize" | "maxSeqLen" | "useGradientCheckpointing";

/** The head works through this many logits at a time, as in engine/ops/crossEntropy. */
const HEAD_CHUNK_VALUES = 16 * 2 ** 20;
const BYTES = 4;
/**
 * What a token of the batch takes, as measured (docs/log.md): in each block so many values for each of the model's width
 * and of the MLP's, and so many outside of blocks for each of the model's. The fused blocks of WebGPU keep less.
 */
const KEPT: Record<
  BackendName,
  { block: number; wide: number; gatedWide: number; outside: number }
> = {
  wasm: { block: 13.5, wide: 4.5, gatedWide: 10.2, outside: 16 },
  webgpu: { block: 7.5, wide: 2.8, gatedWide: 4.1, outside: 16 },
};
/** Of a block's share so much is there when the head is at work: the rest comes with its gradient. */
const KEPT_AT_HEAD = 0.7;
/** Measured ÷ counted bytes are then at most this; engine/stepMemory.gpu.test.ts holds it. */
const OVERHEAD: Record<BackendName, number> = { webgpu: 1.1, wasm: 1.05 };

/**
 * Bytes on the device to tune the model, everything in float32 (frozen weights may take half). With P parameters, A of
 * them in the adapter and N tokens in a batch (microBatchSize · maxSeqLen):
 *
 *     LoRA   4·P + 16·A + activations              (16 = weight, gradient, two moments)
 *     full   4·P + 16·P + 4·C·V + activations      (the base stays beside the copy that learns; the gradients of
 *                                                   head and embedding are there at once)
 *
 *     activations = 4 · (outside + max(layers · block, 0.7 · layers · block + head))
 *     block = N · (13.5·C + 4.5·I),   outside = N · 16·C,   head = min(N · V, 16 Mi)       (as on WASM)
 *
 * A block of engine/model keeps so much for its gradient; attention's scores are never stored. With gradient checkpointing all that is there for one block at a time; of the others only
 * their input and its gradient (2·N·C).
 */
export function estimateMemory(
  shape: ModelShape,
  method: Method,
  settings: Pick<RunConfig, MemorySettings>,
  backend: BackendName,
): number {
  const { family, hiddenSize: C, intermediateSize: wide, numLayers, vocabSize } = shape;
  const tokens = settings.microBatchSize * Math.min(settings.maxSeqLen, shape.maxPositions);
  const parameters = countParameters(shape);
  const trained = method === "full" ? parameters : countAdapterParameters(shape, settings);
  const kept = KEPT[backend];
  const block =
    tokens * (kept.block * C + (family === "llama" ? kept.gatedWide : kept.wide) * wide);
  const input = tokens * C;
  const head = Math.min(tokens * vocabSize, HEAD_CHUNK_VALUES);
  const [atHead, atBlocks] = settings.useGradientCheckpointing
    ? [numLayers * input, 2 * numLayers * input + block]
    : [KEPT_AT_HEAD * numLayers * block, numLayers * block];
  const activations = kept.outside * input + Math.max(atHead + head, atBlocks);
  const headGradient = method === "full" ? C * vocabSize : 0;
  return BYTES * (parameters + 4 * trained + activations + headGradient) * OVERHEAD[backend];
}

/** "512 MB", for messages. */
export function formatMegabytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MB`;
}
