import type { Projections } from "../ops/selfAttention/selfAttention";
import { tf, type Tensor } from "../tfjs";

/** Far below any score, yet finite: a row that is masked whole must not become NaN. */
const MASKED = -1e9;

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

  /** Call after the pass, when all layers have appended. */
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

  /** Additive [T, capacity]: query i of this pass sees the keys up to its own. */
  mask(length: number): Tensor {
    const values = new Float32Array(length * this.capacity);
    for (let i = 0; i < length; i++) {
      const seen = Math.min(this.capacity, this.length + i + 1);
      values.fill(MASKED, i * this.capacity + seen, (i + 1) * this.capacity);
    }
    return tf.tensor2d(values, [length, this.capacity]);
  }

  /** Writes k and v [1, Hkv, T, D] behind what is there; returns the whole cache of the layer. */
  append(layer: number, k: Tensor, v: Tensor): { k: Tensor; v: Tensor } {
    const old = this.#layers[layer];
    const next = {
      k: this.#written(old?.k ?? null, k),
      v: this.#written(old?.v ?? null, v),
    };
    tf.keep(next.k);
    tf.keep(next.v);
    if (old) tf.dispose([old.k, old.v]);
    this.#layers[layer] = next;
    return next;
  }

  #written(old: Tensor | null, added: Tensor): Tensor {
    return tf.tidy(() => {
      const length = added.shape[2] as number;
      if (old === null) {
        const isReal = Float32Array.from({ length }, (_, i) => (i < this.#realTokens ? 1 : 0));
        const clean = tf.mul(added, tf.tensor4d(isReal, [1, 1, length, 1]));
        return tf.pad(clean, [
          [0, 0],
          [0, 0],
          [0, this.capacity - length],
          [0, 0],
        ]);
      }
      if (length !== 1) throw new Error(`KvCache: ${length} tokens after the first pass, not 1`);
      // A product with a one-hot column instead of a copy: static shapes, stock ops, no atomics.
      const place = new Float32Array(this.capacity);
      place[this.length] = 1;
      return tf.add(old, tf.mul(added, tf.tensor4d(place, [1, 1, this.capacity, 1])));
    });
  }

  dispose(): void {
    for (const layer of this.#layers) if (layer) tf.dispose([layer.k, layer.v]);
    this.#layers.fill(null);
  }
}
