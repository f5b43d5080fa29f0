/** A causal language model on the device: base weights, and forward passes through a view of them. */
import type { ModelConfig } from "../formats/hfConfig";
import type { Head } from "../ops/crossEntropy/crossEntropy";
import { embedding } from "../ops/embedding/embedding";
import { linear, type LoraPair } from "../ops/linear/linear";
import { createRopeTable, type RopeTable } from "../ops/rope/rope";
import { tf, type Tensor } from "../tfjs";
import { familyOf } from "./families";
import type { Family, ForwardContext, WeightSpec } from "./family";
import type { KvCache } from "./kvCache";
import type { WeightMap } from "./weights";

/** What a side of the comparison sees: some weights, and adapters on some modules. */
export type WeightView = {
  weight(name: string): Tensor;
  adapter(module: string): LoraPair | null;
};

/** Far below any score, yet finite: a row that is masked whole must not become NaN. */
const MASKED = -1e9;

export type TokenBatch = { tokenIds: Int32Array; batch: number; length: number };

/** Owns the base weights and the tables made for them. */
export class CausalLm {
  readonly config: ModelConfig;
  readonly family: Family;
  readonly base: WeightMap;
  readonly specs: Map<string, WeightSpec>;
  readonly baseView: WeightView;
  readonly #rope: RopeTable | null;
  readonly #masks = new Map<number, Tensor>();

  constructor(config: ModelConfig, base: WeightMap) {
    this.config = config;
    this.base = base;
    this.family = familyOf(config);
    this.specs = new Map(this.family.weights(config).map((spec) => [spec.name, spec]));
    const { dim, theta } = this.family.rotary(config);
    this.#rope = dim > 0 ? createRopeTable(config.maxPositions, dim, theta) : null;
    this.baseView = { weight: (name) => this.baseWeight(name), adapter: () => null };
  }

  baseWeight(name: string): Tensor {
    const tensor = this.base.get(name);
    if (!tensor) throw new Error(`CausalLm: no weight ${name}`);
    return tensor;
  }

  get parameterCount(): number {
    return [...this.specs.values()].reduce(
      (sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1),
      0,
    );
  }

  /** Modules an adapter can sit on: linear and conv1d weights but the head. */
  adaptableModules(leafNames: readonly string[]): string[] {
    const head = this.family.headName(this.config);
    return [...this.specs.values()]
      .filter(({ name, kind }) => (kind === "linear" || kind === "conv1d") && name !== head)
      .map(({ name }) => name.slice(0, -".weight".length))
      .filter((module) => leafNames.includes(module.slice(module.lastIndexOf(".") + 1)));
  }

  head(view: WeightView): Head {
    const name = this.family.headName(this.config);
    return {
      weight: view.weight(name ?? this.family.embeddingName),
      isTied: name === null,
      vocabSize: this.config.vocabSize,
    };
  }

  /**
   * Tokens → normalized hidden states [B, T, C]. Without a cache the rows are examples from their
   * start; with one, a single example goes on behind what the cache holds, and its first pass may
   * be padded on the right. The caller owns the result.
   */
  hidden(view: WeightView, tokens: TokenBatch, cache: KvCache | null = null): Tensor {
    const { tokenIds, batch, length } = tokens;
    const offset = cache?.length ?? 0;
    if (offset + length > this.config.maxPositions) {
      throw new Error(
        `hidden: ${offset} + ${length} exceeds ${this.config.maxPositions} positions`,
      );
    }
    return tf.tidy(() => {
      const context: ForwardContext = {
        weight: (name) => view.weight(name),
        linear: (module, x) => {
          const bias = this.specs.has(`${module}.bias`) ? view.weight(`${module}.bias`) : null;
          return linear(x, view.weight(`${module}.weight`), bias, view.adapter(module));
        },
        rope: this.#rope && sliceRope(this.#rope, offset, length),
        mask: cache ? cacheMask(offset, length, cache.capacity) : this.#causalMask(length),
        cache,
        batch,
        length,
        offset,
      };
      const embedded = embedding(view.weight(this.family.embeddingName), tokenIds);
      const x = tf.reshape(embedded, [batch, length, this.config.hiddenSize]);
      return this.family.hidden(context, this.config, x);
    });
  }

  /** One per row length; there are few lengths. */
  #causalMask(length: number): Tensor {
    let mask = this.#masks.get(length);
    if (!mask) {
      mask = tf.keep(cacheMask(0, length, length));
      this.#masks.set(length, mask);
    }
    return mask;
  }

  dispose(): void {
    tf.dispose([...this.base.values()]);
    tf.dispose([...this.#masks.values()]);
    if (this.#rope) tf.dispose([this.#rope.cos, this.#rope.sin]);
  }
}

function sliceRope({ cos, sin }: RopeTable, offset: number, length: number): RopeTable {
  const dim = cos.shape[1] as number;
  return {
    cos: tf.slice(cos, [offset, 0], [length, dim]),
    sin: tf.slice(sin, [offset, 0], [length, dim]),
  };
}

/** Query i stands at offset + i and sees the keys up to there: [length, keys]. */
function cacheMask(offset: number, length: number, keys: number): Tensor {
  const values = new Float32Array(length * keys);
  for (let i = 0; i < length; i++) {
    values.fill(MASKED, i * keys + Math.min(keys, offset + i + 1), (i + 1) * keys);
  }
  return tf.tensor2d(values, [length, keys]);
}
