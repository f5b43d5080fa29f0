/** GPT-2: learned positions, pre-norm blocks, Conv1D weights [in, out], the embedding as head. */
import type { Gpt2Config } from "../formats/hfConfig";
import { gelu, geluTanh } from "../ops/activation/activation";
import { embedding } from "../ops/embedding/embedding";
import { layerNorm } from "../ops/layerNorm/layerNorm";
import { tf, type Tensor } from "../tfjs";
import { attend } from "./attention";
import {
  layerNormSpecs,
  vectorSpec,
  type Family,
  type ForwardContext,
  type WeightSpec,
} from "./family";

function hidden(context: ForwardContext, config: Gpt2Config, x: Tensor): Tensor {
  const { positions, length } = context;
  const learned = embedding(context.weight("transformer.wpe.weight"), positions);
  x = tf.add(x, tf.reshape(learned, [1, length, config.hiddenSize]));
  for (let layer = 0; layer < config.numLayers; layer++) {
    const name = `transformer.h.${layer}`;
    x = tf.add(x, selfAttention(context, config, layer, norm(context, config, `${name}.ln_1`, x)));
    x = tf.add(x, mlp(context, config, name, norm(context, config, `${name}.ln_2`, x)));
  }
  return norm(context, config, "transformer.ln_f", x);
}

function selfAttention(
  context: ForwardContext,
  config: Gpt2Config,
  layer: number,
  x: Tensor,
): Tensor {
  const name = `transformer.h.${layer}.attn`;
  const { numHeads, headDim, hiddenSize } = config;
  // One product for all three, one behind the other: [1, T, 3, H, D].
  const tensor = context.linear(`${name}.c_attn`, x);
  const place = (i: number) => ({ tensor, offset: i * hiddenSize, stride: headDim });
  const mixed = attend(context, layer, {
    q: place(0),
    k: place(1),
    v: place(2),
    heads: numHeads,
    kvHeads: numHeads,
    headDim,
  });
  return context.linear(`${name}.c_proj`, mixed);
}

function mlp(context: ForwardContext, config: Gpt2Config, name: string, x: Tensor): Tensor {
  const wide = context.linear(`${name}.mlp.c_fc`, x);
  const active = config.hiddenAct === "gelu" ? gelu(wide) : geluTanh(wide);
  return context.linear(`${name}.mlp.c_proj`, active);
}

function norm(context: ForwardContext, config: Gpt2Config, name: string, x: Tensor): Tensor {
  const gain = context.weight(`${name}.weight`);
  return layerNorm(x, gain, context.weight(`${name}.bias`), config.layerNormEps);
}

function weights(config: Gpt2Config): WeightSpec[] {
  const { hiddenSize: C, intermediateSize: wide, vocabSize: V } = config;
  const conv1d = (name: string, input: number, out: number): WeightSpec[] => [
    { name: `${name}.weight`, shape: [input, out], kind: "conv1d" },
    vectorSpec(`${name}.bias`, out),
  ];
  const layers = Array.from({ length: config.numLayers }, (_, layer) => {
    const name = `transformer.h.${layer}`;
    return [
      ...layerNormSpecs(`${name}.ln_1`, C),
      ...conv1d(`${name}.attn.c_attn`, C, 3 * C),
      ...conv1d(`${name}.attn.c_proj`, C, C),
      ...layerNormSpecs(`${name}.ln_2`, C),
      ...conv1d(`${name}.mlp.c_fc`, C, wide),
      ...conv1d(`${name}.mlp.c_proj`, wide, C),
    ];
  });
  return [
    { name: "transformer.wte.weight", shape: [V, C], kind: "embedding" },
    { name: "transformer.wpe.weight", shape: [config.maxPositions, C], kind: "embedding" },
    ...layers.flat(),
    ...layerNormSpecs("transformer.ln_f", C),
  ];
}

export const gpt2: Family<Gpt2Config> = {
  weights,
  // A stored head is the embedding again.
  ignored: [/\.attn\.(masked_)?bias$/, /^lm_head\.weight$/],
  canonicalName: (name) => (/^(h\.|wte\.|wpe\.|ln_f\.)/.test(name) ? `transformer.${name}` : name),
  embeddingName: "transformer.wte.weight",
  headName: () => null,
  targets: { default: ["c_attn"], all: ["c_attn", "c_proj", "c_fc"] },
  rotary: () => ({ dim: 0, theta: 0 }),
  hidden,
};
