/** Which examples go into which step, and their tokens side by side in one array. */
import { Random } from "@/core/random";
import type { EncodedExample } from "./encode";

/** Row-major [rows, length], padded on the right. Masks come from positions, never from the filler's id. */
export type Batch = {
  rows: number;
  length: number;
  tokenIds: Int32Array;
  /** 1 where a token's own loss counts; 0 on padding. */
  lossMask: Uint8Array;
  /** Per example the index of its first token in the flat rows, and its length: [first, length, …]. */
  segments: Int32Array;
  /** Tokens whose loss counts. */
  countedTokens: number;
  /** All tokens but padding. */
  realTokens: number;
};

/** Row lengths are multiples of this, so that shapes, and with them compiled pipelines, repeat. */
export const LENGTH_STEP = 16;

/** Epochs draw from streams of their own, from here on, so that any epoch can be recomputed alone. */
const FIRST_EPOCH_STREAM = 1000;

/** Order of the examples in an epoch (from 0): the file's, or a new one each epoch, by seed. */
export function epochOrder(
  count: number,
  epoch: number,
  seed: number,
  isShuffled: boolean,
): number[] {
  const inOrder = Array.from({ length: count }, (_, i) => i);
  return isShuffled ? new Random(seed, FIRST_EPOCH_STREAM + epoch).shuffled(inOrder) : inOrder;
}

/** Optimizer steps of one epoch; the last may have fewer examples. */
export function countSteps(count: number, microBatchSize: number, gradAccumSteps: number): number {
  return Math.ceil(count / (microBatchSize * gradAccumSteps));
}

/** One epoch as steps of micro-batches of example indexes: `plan[step][microBatch]`. */
export function planEpoch(
  order: readonly number[],
  microBatchSize: number,
  gradAccumSteps: number,
): number[][][] {
  return chunk(chunk(order, microBatchSize), gradAccumSteps);
}

function chunk<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let start = 0; start < items.length; start += size) {
    chunks.push(items.slice(start, start + size));
  }
  return chunks;
}

/** The examples as one padded batch. They must not be longer than `maxSeqLen`. */
export function makeBatch(
  examples: readonly EncodedExample[],
  padTokenId: number,
  maxSeqLen: number,
): Batch {
  const rows = examples.length;
  const longest = Math.max(1, ...examples.map(({ tokenIds }) => tokenIds.length));
  if (longest > maxSeqLen) {
    throw new Error(`makeBatch: an example has ${longest} tokens, maxSeqLen is ${maxSeqLen}`);
  }
  const length = Math.min(Math.ceil(longest / LENGTH_STEP) * LENGTH_STEP, maxSeqLen);
  const tokenIds = new Int32Array(rows * length).fill(padTokenId);
  const lossMask = new Uint8Array(rows * length);
  const segments = new Int32Array(2 * rows);
  let countedTokens = 0;
  let realTokens = 0;
  for (const [row, example] of examples.entries()) {
    tokenIds.set(example.tokenIds, row * length);
    lossMask.set(example.lossMask, row * length);
    segments.set([row * length, example.tokenIds.length], 2 * row);
    realTokens += example.tokenIds.length;
    for (const isCounted of example.lossMask) countedTokens += isCounted;
  }
  return { rows, length, tokenIds, lossMask, segments, countedTokens, realTokens };
}

/** All the examples, in their order, as batches of `microBatchSize`; the last may be smaller. */
export function makeBatches(
  examples: readonly EncodedExample[],
  microBatchSize: number,
  padTokenId: number,
  maxSeqLen: number,
): Batch[] {
  return chunk(examples, microBatchSize).map((rows) => makeBatch(rows, padTokenId, maxSeqLen));
}
