import type { Projections } from "../ops/selfAttention/selfAttention";
import { tf, type Tensor } from "../tfjs";

/** Capacities are multiples of this, so that buffer sizes repeat from answer to answer. */
const CAPACITY_STEP = 64;

/** Rounds up to a capacity, so that shapes repeat. */
function roundToCapacity(length: number): number {
  return Math.ceil(length / CAPACITY_STEP) * CAPACITY_STEP;
}

/**
 * Keys and values of the tokens so far, of one example or of several of one length: per layer
 * [B, Hkv, capacity, D], zero where nothing was written yet. Owns its tensors.
 */
export class KvCache {
  /** Tokens written, of each example. */
  length = 0;
  #examples: number;
  /** How many of the tokens of the current pass are real; the rest is padding and not written. */
  #realTokens = 0;
  readonly capacity: number;
  readonly #layers: ({ k: Tensor; v: Tensor } | null)[];

  constructor(numLayers: number, capacity: number, examples = 1) {
    this.#examples = examples;
    this.capacity = roundToCapacity(capacity);
    this.#layers = Array.from({ length: numLayers }, () => null);
  }

  get examples(): number {
    return this.#examples;
  }

  /** Call before a pass in which the first `real` positions of each example hold tokens. */
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

  /** The layer's memory, for a kernel that writes into it: k and v [B, Hkv, capacity, D], and where. */
  place(
    layer: number,
    { kvHeads, headDim }: Projections,
  ): { k: Tensor; v: Tensor; past: number; count: number } {
    const shape: [number, number, number, number] = [
      this.#examples,
      kvHeads,
      this.capacity,
      headDim,
    ];
    const held = (this.#layers[layer] ??= {
      k: tf.keep(tf.zeros(shape)),
      v: tf.keep(tf.zeros(shape)),
    });
    return { ...held, past: this.length, count: this.#realTokens };
  }

  /** From now on this example goes on alone. */
  keepOnly(example: number): void {
    this.#examples = 1;
    this.#layers.forEach((layer, i) => {
      if (!layer) return;
      const [k, v] = [layer.k, layer.v].map((all) => {
        const [, ...shape] = all.shape as [number, number, number, number];
        return tf.keep(tf.slice(all, [example, 0, 0, 0], [1, ...shape]));
      });
      tf.dispose([layer.k, layer.v]);
      this.#layers[i] = { k: k!, v: v! };
    });
  }

  dispose(): void {
    for (const layer of this.#layers) if (layer) tf.dispose([layer.k, layer.v]);
    this.#layers.fill(null);
  }
}
