import type { Projections } from "../ops/selfAttention/selfAttention";
import { tf, type Tensor } from "../tfjs";

/** Capacities are multiples of this, so that buffer sizes repeat from answer to answer. */
const CAPACITY_STEP = 64;

/** Rounds up to a capacity, so that shapes repeat. */
export function roundToCapacity(length: number): number {
  return Math.ceil(length / CAPACITY_STEP) * CAPACITY_STEP;
}

/**
 * Keys and values of the tokens so far, one example: per layer [1, Hkv, capacity, D], zero where
 * nothing was written yet. Owns its tensors.
 */
export class KvCache {
  /** Tokens written. */
  length = 0;
  /** How many of the tokens of the current pass are real; the rest is padding and not written. */
  #realTokens = 0;
  readonly capacity: number;
  readonly #layers: ({ k: Tensor; v: Tensor } | null)[];

  constructor(numLayers: number, capacity: number) {
    this.capacity = roundToCapacity(capacity);
    this.#layers = Array.from({ length: numLayers }, () => null);
  }

  /** Call before a pass over `padded` positions of which the first `real` hold tokens. */
  begin(real: number): void {
    if (this.length + real > this.capacity) {
      throw new Error(`KvCache: ${this.length} + ${real} tokens exceed ${this.capacity}`);
    }
    this.#realTokens = real;
  }

  /** Call after the pass, when all layers have written. */
  end(): void {
    this.length += this.#realTokens;
  }

  /** The layer's memory, for a kernel that writes into it: k and v [1, Hkv, capacity, D], and where. */
  place(
    layer: number,
    { kvHeads, headDim }: Projections,
  ): { k: Tensor; v: Tensor; past: number; count: number } {
    const shape: [number, number, number, number] = [1, kvHeads, this.capacity, headDim];
    const held = (this.#layers[layer] ??= {
      k: tf.keep(tf.zeros(shape)),
      v: tf.keep(tf.zeros(shape)),
    });
    return { ...held, past: this.length, count: this.#realTokens };
  }

  dispose(): void {
    for (const layer of this.#layers) if (layer) tf.dispose([layer.k, layer.v]);
    this.#layers.fill(null);
  }
}
