/** Which examples go into which step, and their tokens one behind the other in one array. */
import { Random } from "@/core/random";
import type { EncodedExample } from "./encode";

/**
 * Examples one behind the other in one row, padded at its end. Where each begins is in `segments`: attention
 * keeps to them, so packing changes speed and not the result. Masks come from positions, never from the filler's id.
 */
export type Batch = {
  tokenIds: Int32Array;
  /** 1 where a token's own loss counts; 0 on padding and on an example's first token, which nothing predicts. */
  lossMask: Uint8Array;
  /** Per example the index of its first token, and its length: [first, length, …]. */
  segments: Int32Array;
  /** Tokens whose loss counts. */
  countedTokens: number;
  /** All tokens but padding. */
  realTokens: number;
};

/** A batch's length is a multiple of this, so that shapes, and with them compiled pipelines and buffers, repeat. */
const LENGTH_STEP = 64;

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

/** The examples as one batch. None may be longer than `maxSeqLen`. */
export function makeBatch(
  examples: readonly EncodedExample[],
  padTokenId: number,
  maxSeqLen: number,
): Batch {
  let realTokens = 0;
  for (const { tokenIds } of examples) {
    if (tokenIds.length > maxSeqLen) {
      throw new Error(
        `makeBatch: an example has ${tokenIds.length} tokens, maxSeqLen is ${maxSeqLen}`,
      );
    }
    realTokens += tokenIds.length;
  }
  const length = Math.max(1, Math.ceil(realTokens / LENGTH_STEP)) * LENGTH_STEP;
  const tokenIds = new Int32Array(length).fill(padTokenId);
  const lossMask = new Uint8Array(length);
  const segments = new Int32Array(2 * examples.length);
  let countedTokens = 0;
  let first = 0;
  for (const [i, example] of examples.entries()) {
    tokenIds.set(example.tokenIds, first);
    lossMask.set(example.lossMask, first);
    lossMask[first] = 0;
    segments.set([first, example.tokenIds.length], 2 * i);
    first += example.tokenIds.length;
  }
  for (const isCounted of lossMask) countedTokens += isCounted;
  return { tokenIds, lossMask, segments, countedTokens, realTokens };
}

/** All the examples, in their order, as batches of `microBatchSize`; the last may be smaller. */
export function makeBatches(
  examples: readonly EncodedExample[],
  microBatchSize: number,
  padTokenId: number,
  maxSeqLen: number,
): Batch[] {
  return chunk(examples, microBatchSize).map((part) => makeBatch(part, padTokenId, maxSeqLen));
}
