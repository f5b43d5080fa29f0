/** A causal language model on the device: base weights, and forward passes through a view of them. */
import type { ModelConfig } from "../formats/hfConfig";
import type { Head } from "../ops/crossEntropy/crossEntropy";
import { embedding } from "../ops/embedding/embedding";
import { embeddingWebGPU } from "../ops/embedding/webgpu";
import { linear, linears, type LinearLayer, type LoraPair } from "../ops/linear/linear";
import { createRopeTable, type RopeTable } from "../ops/rope/rope";
import type { Segments } from "../ops/selfAttention/selfAttention";
import { tf, type Tensor, type Variable } from "../tfjs";
import { familyOf } from "./families";
import type { Family, ForwardContext, WeightSpec } from "./family";
import { recomputedInBackward } from "./gradientCheckpointing";
import type { KvCache } from "./kvCache";
import type { WeightMap } from "./weights";

/** What a side of the comparison sees: some weights, and adapters on some modules. */
export type WeightView = {
  weight(name: string): Tensor;
  adapter(module: string): LoraPair | null;
};

export type TokenBatch = {
  /** On the GPU where the pass before it made them there. */
  tokenIds: Int32Array | Tensor;
  /** Where the examples lie among the tokens; null when all of them are one. */
  segments: Segments | null;
  /** Of `positionsOf`, where they are known already. */
  positions?: Int32Array;
};

/** Owns the base weights and the tables made for them. */
export class CausalLm {
  readonly config: ModelConfig;
  readonly family: Family;
  readonly base: WeightMap;
  readonly specs: Map<string, WeightSpec>;
  readonly baseView: WeightView;
  readonly #rope: RopeTable | null;

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
   * Tokens → normalized hidden states [B, T, C]. Without a cache B is 1 and the segments are examples from their
   * start; with one, each of its B examples goes on behind what it holds of it, by equally many tokens, and the first
   * pass may be padded on the right. `isCheckpointed` keeps only each block's input for the gradient. The caller
   * owns the result.
   */
  hidden(
    view: WeightView,
    { tokenIds, segments: given, positions }: TokenBatch,
    cache: KvCache | null = null,
    isCheckpointed = false,
  ): Tensor {
    const size = tokenIds instanceof Int32Array ? tokenIds.length : tokenIds.size;
    const examples = cache?.examples ?? 1;
    const length = size / examples;
    const offset = cache?.length ?? 0;
    const segments =
      given ?? Int32Array.from({ length: 2 * examples }, (_, i) => (i % 2 ? 1 : i / 2) * length);
    const longest = segments.reduce((most, value, i) => (i % 2 ? Math.max(most, value) : most), 0);
    if (offset + longest > this.config.maxPositions) {
      throw new Error(
        `hidden: ${offset} + ${longest} exceeds ${this.config.maxPositions} positions`,
      );
    }
    return tf.tidy(() => {
      const context: ForwardContext = {
        weight: (name) => view.weight(name),
        layer: (module) => this.#layer(view, module),
        linear: (module, x) => linear(x, this.#layer(view, module)),
        linears: (modules, x) =>
          linears(
            x,
            modules.map((module) => this.#layer(view, module)),
          ),
        block: (name, x, compute) =>
          isCheckpointed
            ? recomputedInBackward(compute, x, this.#variablesUnder(name, view))
            : compute(x),
        rope: this.#rope,
        segments,
        positions: positions ?? positionsOf(segments, size, offset),
        cache,
      };
      const table = view.weight(this.family.embeddingName);
      const embedded =
        tokenIds instanceof Int32Array
          ? embedding(table, tokenIds)
          : embeddingWebGPU(table, tokenIds);
      const x = tf.reshape(embedded, [examples, length, this.config.hiddenSize]);
      return this.family.hidden(context, this.config, x);
    });
  }

  #layer(view: WeightView, module: string): LinearLayer {
    return {
      weight: view.weight(`${module}.weight`),
      bias: this.specs.has(`${module}.bias`) ? view.weight(`${module}.bias`) : null,
      adapter: view.adapter(module),
    };
  }

  /** All that a pass through a view reads, but adapters. */
  tensors(view: WeightView): Tensor[] {
    const weights = [...this.specs.keys()].map((name) => view.weight(name));
    return this.#rope ? [...weights, this.#rope.joined] : weights;
  }

  /** What a view trains of the module `name` and those in it. */
  #variablesUnder(name: string, view: WeightView): Variable[] {
    const tensors: Tensor[] = [];
    for (const spec of this.specs.keys()) {
      if (!spec.startsWith(`${name}.`)) continue;
      tensors.push(view.weight(spec));
      const adapter = spec.endsWith(".weight")
        ? view.adapter(spec.slice(0, -".weight".length))
        : null;
      if (adapter) tensors.push(adapter.a, adapter.b);
    }
    return tensors.filter((tensor): tensor is Variable => tensor instanceof tf.Variable);
  }

  dispose(): void {
    tf.dispose([...this.base.values()]);
    if (this.#rope) tf.dispose([...Object.values(this.#rope)]);
  }
}

/** Each token's position in its example, 0 outside all of them. */
export function positionsOf(segments: Segments, size: number, offset: number): Int32Array {
  const positions = new Int32Array(size);
  for (let i = 0; i < segments.length; i += 2) {
    for (let t = 0; t < segments[i + 1]!; t++) positions[segments[i]! + t] = offset + t;
  }
  return positions;
}
