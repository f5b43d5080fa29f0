/** GPT-2: learned positions, pre-norm blocks, Conv1D weights [in, out], the embedding as head. */
import type { Gpt2Config } from "../formats/hfConfig";
import { gelu, geluTanh } from "../ops/activation/activation";
import { layerNorm } from "../ops/layerNorm/layerNorm";
import { tf, type Tensor } from "../tfjs";
import { attend, splitHeads } from "./attention";
import {
  layerNormSpecs,
  vectorSpec,
  type Family,
  type ForwardContext,
  type WeightSpec,
} from "./family";

function hidden(context: ForwardContext, config: Gpt2Config, x: Tensor): Tensor {
  const { offset, length } = context;
  const positions = tf.slice(
    context.weight("transformer.wpe.weight"),
    [offset, 0],
    [length, config.hiddenSize],
  );
  x = tf.add(x, positions);
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
  const [q, k, v] = tf.split(context.linear(`${name}.c_attn`, x), 3, 2) as [Tensor, Tensor, Tensor];
  const heads = (part: Tensor) => splitHeads(part, config.numHeads);
  return context.linear(`${name}.c_proj`, attend(context, layer, heads(q), heads(k), heads(v)));
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
