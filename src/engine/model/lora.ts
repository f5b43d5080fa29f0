/** Low-rank adapters, y = x·W + s·(x·A)·B with the base frozen. https://arxiv.org/abs/2106.09685 */
import { Random } from "@/core/random";
import type { LoraPair } from "../ops/linear/linear";
import { tf, type Tensor, type Variable } from "../tfjs";
import { copyUnpacked } from "../webgpu/packed";
import type { CausalLm, WeightView } from "./causalLm";

export type LoraSettings = { rank: number; alpha: number; useRsLora: boolean; modules: string[] };

/** One module's pair in PEFT's layout. */
export type LoraLayer = { module: string; a: Float32Array; b: Float32Array };

type Pair = { a: Variable; b: Variable; inFeatures: number; outFeatures: number };

let created = 0;

/** Owns its variables. A lies as [in, rank] and B as [rank, out] on the device. */
export class LoraAdapter {
  readonly settings: LoraSettings;
  /** alpha ÷ rank, or alpha ÷ √rank for rsLoRA (https://arxiv.org/abs/2312.03732). */
  readonly scale: number;
  readonly pairs = new Map<string, Pair>();

  private constructor(settings: LoraSettings) {
    this.settings = settings;
    const { rank, alpha, useRsLora } = settings;
    this.scale = alpha / (useRsLora ? Math.sqrt(rank) : rank);
  }

  /** A fresh adapter as PEFT starts it: A uniform in ±1/√in, B zero, so that tuned = base. */
  static create(model: CausalLm, settings: LoraSettings, seed: number): LoraAdapter {
    const random = new Random(seed, 1);
    return LoraAdapter.#build(model, settings, (_, inFeatures, outFeatures) => {
      const bound = 1 / Math.sqrt(inFeatures);
      const a = new Float32Array(settings.rank * inFeatures);
      for (let i = 0; i < a.length; i++) a[i] = (2 * random.next() - 1) * bound;
      return { a, b: new Float32Array(outFeatures * settings.rank) };
    });
  }

  /** An adapter with the given values (PEFT's layout: A [rank, in], B [out, rank]). */
  static fromLayers(
    model: CausalLm,
    settings: Omit<LoraSettings, "modules">,
    layers: LoraLayer[],
  ): LoraAdapter {
    const byModule = new Map(layers.map((layer) => [layer.module, layer]));
    const modules = [...byModule.keys()];
    return LoraAdapter.#build(
      model,
      { ...settings, modules },
      (module) => byModule.get(module) as LoraLayer,
    );
  }

  static #build(
    model: CausalLm,
    settings: LoraSettings,
    values: (module: string, inFeatures: number, outFeatures: number) => Omit<LoraLayer, "module">,
  ): LoraAdapter {
    const adapter = new LoraAdapter(settings);
    const id = ++created;
    for (const module of settings.modules) {
      const [inFeatures, outFeatures] = model.baseWeight(`${module}.weight`).shape as [
        number,
        number,
      ];
      const { a, b } = values(module, inFeatures, outFeatures);
      const { rank } = settings;
      if (a.length !== rank * inFeatures || b.length !== outFeatures * rank) {
        throw new Error(`LoraAdapter: ${module} has A of ${a.length}, B of ${b.length} values`);
      }
      adapter.pairs.set(module, {
        a: transposedVariable(a, rank, inFeatures, `lora${id}/${module}/a`),
        b: transposedVariable(b, outFeatures, rank, `lora${id}/${module}/b`),
        inFeatures,
        outFeatures,
      });
    }
    return adapter;
  }

  /** The base seen through this adapter. */
  view(model: CausalLm): WeightView {
    return {
      weight: (name) => model.baseWeight(name),
      adapter: (module) => this.#pair(module),
    };
  }

  #pair(module: string): LoraPair | null {
    const pair = this.pairs.get(module);
    return pair ? { a: pair.a, b: pair.b, scale: this.scale } : null;
  }

  /** Values in PEFT's layout. */
  async toLayers(): Promise<LoraLayer[]> {
    const layers: LoraLayer[] = [];
    for (const [module, { a, b }] of this.pairs) {
      layers.push({ module, a: await transposedData(a), b: await transposedData(b) });
    }
    return layers;
  }

  /** W + s·A·B of a module's weight, in the device's layout [in, out]. The caller owns it. */
  mergedWeight(model: CausalLm, module: string): Tensor {
    const weight = model.baseWeight(`${module}.weight`);
    const pair = this.pairs.get(module);
    if (!pair) return copyUnpacked(weight);
    return tf.tidy(() =>
      tf.add(copyUnpacked(weight), tf.mul(tf.matMul(pair.a, pair.b), this.scale)),
    );
  }

  dispose(): void {
    for (const { a, b } of this.pairs.values()) tf.dispose([a, b]);
    this.pairs.clear();
  }
}

function transposedVariable(
  values: Float32Array,
  rows: number,
  columns: number,
  name: string,
): Variable {
  return tf.tidy(() => tf.variable(tf.transpose(tf.tensor2d(values, [rows, columns])), true, name));
}

async function transposedData(tensor: Tensor): Promise<Float32Array> {
  const transposed = tf.transpose(tensor);
  try {
    return (await transposed.data()) as Float32Array;
  } finally {
    transposed.dispose();
  }
}
