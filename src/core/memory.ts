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

/** The head works through this many logits at a time, as in engine/ops/crossEntropy. */
const HEAD_CHUNK_VALUES = 16 * 2 ** 20;
const BYTES = 4;
/**
 * Measured ÷ counted bytes of a step: 0.95 to 1.04 in six cases on WASM, one on WebGPU (docs/log.md).
 */
const OVERHEAD: Record<BackendName, number> = { webgpu: 1.1, wasm: 1.05 };

/**
 * Bytes on the device to tune the model, everything in float32. With P parameters, A of them in the
 * adapter and N tokens in a batch (microBatchSize · maxSeqLen):
 *
 *     LoRA   4·P + 16·A + activations + head      (16 = weight, gradient, two moments)
 *     full   4·P + 16·P + activations + head      (the base stays beside the copy that learns)
 *
 *     activations = 4 · layers · N · (40·C + 4·I)
 *     head        = 2 · 4 · min(N · V, 16 Mi)     (logits of a chunk, and their gradient)
 *               (+ 4 · C · V in full tuning, for the gradient of the head beside that of the embedding)
 *
 * A block of engine/model keeps about twenty values as wide as the model and two as wide as the MLP
 * for its gradient, and as many gradients until the step is over; attention's scores are never
 * stored. The sum is multiplied by what the backend was measured to take beyond it.
 */
export function estimateMemory(
  shape: ModelShape,
  method: Method,
  settings: Pick<RunConfig, "rank" | "targetModules" | "microBatchSize" | "maxSeqLen">,
  backend: BackendName,
): number {
  const { hiddenSize: C, intermediateSize: wide, numLayers, vocabSize } = shape;
  const maxSeqLen = Math.min(settings.maxSeqLen, shape.maxPositions);
  const tokens = settings.microBatchSize * maxSeqLen;
  const parameters = countParameters(shape);
  const trained = method === "full" ? parameters : countAdapterParameters(shape, settings);
  const activations = numLayers * tokens * (40 * C + 4 * wide);
  const chunk = 2 * Math.min(tokens * vocabSize, HEAD_CHUNK_VALUES);
  const headGradient = method === "full" ? C * vocabSize : 0;
  const values = parameters + 4 * trained + activations + chunk + headGradient;
  return BYTES * values * OVERHEAD[backend];
}

/** "512 MB", for messages. */
export function formatMegabytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MB`;
}
