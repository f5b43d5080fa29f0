/** Who chooses the next tokens of the rows of a batch: the CPU from logits that are read, or the GPU, where they lie. */
import type { SamplingConfig } from "@/core/generation";
import { Random } from "@/core/random";
import { argMaxWebGPU } from "../ops/argMax/webgpu";
import { sampleToken } from "../ops/sample/reference";
import { penalizeRepetitionWebGPU, sampleWebGPU } from "../ops/sample/webgpu";
import { isWebGPU, tf, type Tensor } from "../tfjs";

/** The draws' own stream of randomness. */
const DRAW_STREAM = 2;

/** Owns what it remembers of the text. */
export interface Chooser {
  /** How many passes may be on their way before their tokens are read. */
  readonly ahead: number;
  /** A token for each row of logits [B, V], which it takes: for the next pass, lent until the next choice; and when they are read. */
  choose(logits: Tensor): Promise<{ next: Int32Array | Tensor; ids: Promise<Int32Array> }>;
  /** From now on this row goes on alone: what was chosen for it. */
  keepOnly(row: number): Int32Array | Tensor;
  dispose(): void;
}

/** All rows begin with the prompt, and the same draws serve them all. */
export function createChooser(
  sampling: SamplingConfig,
  promptIds: readonly number[],
  rows: number,
  vocabSize: number,
): Chooser {
  return isWebGPU()
    ? new GpuChooser(sampling, promptIds, rows, vocabSize)
    : new CpuChooser(sampling, promptIds, rows);
}

class CpuChooser implements Chooser {
  readonly ahead = 1;
  readonly #sampling: SamplingConfig;
  readonly #random: Random;
  #seen: Set<number>[];
  #newest = new Int32Array(0);

  constructor(sampling: SamplingConfig, promptIds: readonly number[], rows: number) {
    this.#sampling = sampling;
    this.#random = new Random(sampling.seed, DRAW_STREAM);
    this.#seen = Array.from({ length: rows }, () => new Set(promptIds));
  }

  async choose(logits: Tensor) {
    const width = logits.shape[1] as number;
    // A copy: sampling changes it, and TensorFlow.js keeps what it hands out.
    const values = Float32Array.from(await logits.data());
    logits.dispose();
    const draw = this.#random.next();
    const next = Int32Array.from(this.#seen, (seen, row) => {
      const own = values.subarray(row * width, (row + 1) * width);
      const id = sampleToken(own, seen, this.#sampling, draw);
      seen.add(id);
      return id;
    });
    this.#newest = next;
    return { next, ids: Promise.resolve(next) };
  }

  keepOnly(row: number): Int32Array {
    this.#seen = [this.#seen[row]!];
    return this.#newest.slice(row, row + 1);
  }

  dispose(): void {}
}

class GpuChooser implements Chooser {
  /** Otherwise every token would wait for the way to the CPU and back. */
  readonly ahead = 4;
  readonly #sampling: SamplingConfig;
  readonly #random: Random;
  /** [B], the tokens chosen last. */
  #newest: Tensor;
  /** [B, V], where repetition counts: 1 for what a row has seen before its newest token. */
  #seen: Tensor | null = null;

  constructor(
    sampling: SamplingConfig,
    promptIds: readonly number[],
    rows: number,
    vocabSize: number,
  ) {
    this.#sampling = sampling;
    this.#random = new Random(sampling.seed, DRAW_STREAM);
    this.#newest = tf.tensor1d(new Int32Array(rows).fill(promptIds.at(-1)!), "int32");
    if (sampling.repetitionPenalty === 1) return;
    const seen = new Int32Array(rows * vocabSize);
    for (let row = 0; row < rows; row++) for (const id of promptIds) seen[row * vocabSize + id] = 1;
    this.#seen = tf.tensor2d(seen, [rows, vocabSize], "int32");
  }

  choose(logits: Tensor) {
    const { temperature, repetitionPenalty } = this.#sampling;
    if (this.#seen) penalizeRepetitionWebGPU(logits, this.#seen, this.#newest, repetitionPenalty);
    const next =
      temperature > 0
        ? sampleWebGPU(logits, this.#sampling, this.#random.next())
        : argMaxWebGPU(logits);
    tf.dispose([logits, this.#newest]);
    this.#newest = next;
    return Promise.resolve({ next, ids: readIds(next.clone()) });
  }

  keepOnly(row: number): Tensor {
    const keep = (all: Tensor): Tensor => {
      const own = tf.slice(all, row, 1);
      all.dispose();
      return own;
    };
    this.#newest = keep(this.#newest);
    if (this.#seen) this.#seen = keep(this.#seen);
    return this.#newest;
  }

  dispose(): void {
    this.#newest.dispose();
    this.#seen?.dispose();
  }
}

/** Frees the tensor. */
async function readIds(ids: Tensor): Promise<Int32Array> {
  try {
    return (await ids.data()) as Int32Array;
  } finally {
    ids.dispose();
  }
}
