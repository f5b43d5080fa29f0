/** GPT-NeoX and Pythia, https://arxiv.org/abs/2204.06745: rotary positions, attention and MLP side by side. */
import type { GptNeoxConfig } from "../formats/hfConfig";
import { gelu, geluTanh } from "../ops/activation/activation";
import { layerNorm } from "../ops/layerNorm/layerNorm";
import { tf, type Tensor } from "../tfjs";
import { attend } from "./attention";
import {
  layerNormSpecs,
  linearSpecs,
  type Family,
  type ForwardContext,
  type WeightSpec,
} from "./family";

function hidden(context: ForwardContext, config: GptNeoxConfig, x: Tensor): Tensor {
  for (let layer = 0; layer < config.numLayers; layer++) x = block(context, config, layer, x);
  return norm(context, config, "gpt_neox.final_layer_norm", x);
}

function block(context: ForwardContext, config: GptNeoxConfig, layer: number, x: Tensor): Tensor {
  const name = `gpt_neox.layers.${layer}`;
  const attended = selfAttention(
    context,
    config,
    layer,
    norm(context, config, `${name}.input_layernorm`, x),
  );
  const feedForward = (input: Tensor) =>
    mlp(context, config, name, norm(context, config, `${name}.post_attention_layernorm`, input));
  // Parallel: x + attention(norm₁(x)) + mlp(norm₂(x)). Sequential: the MLP sees the attention.
  if (config.useParallelResidual) return tf.add(tf.add(x, attended), feedForward(x));
  const middle = tf.add(x, attended);
  return tf.add(middle, feedForward(middle));
}

function selfAttention(
  context: ForwardContext,
  config: GptNeoxConfig,
  layer: number,
  x: Tensor,
): Tensor {
  const { numHeads, headDim } = config;
  const name = `gpt_neox.layers.${layer}.attention`;
  // One product for all three, side by side in each head: [1, T, H, 3, D].
  const tensor = context.linear(`${name}.query_key_value`, x);
  const place = (i: number) => ({ tensor, offset: i * headDim, stride: 3 * headDim });
  const mixed = attend(context, layer, {
    q: place(0),
    k: place(1),
    v: place(2),
    heads: numHeads,
    kvHeads: numHeads,
    headDim,
  });
  return context.linear(`${name}.dense`, mixed);
}

function mlp(context: ForwardContext, config: GptNeoxConfig, name: string, x: Tensor): Tensor {
  const wide = context.linear(`${name}.mlp.dense_h_to_4h`, x);
  const active = config.hiddenAct === "gelu" ? gelu(wide) : geluTanh(wide);
  return context.linear(`${name}.mlp.dense_4h_to_h`, active);
}

function norm(context: ForwardContext, config: GptNeoxConfig, name: string, x: Tensor): Tensor {
  const gain = context.weight(`${name}.weight`);
  return layerNorm(x, gain, context.weight(`${name}.bias`), config.layerNormEps);
}

function weights(config: GptNeoxConfig): WeightSpec[] {
  const { hiddenSize: C, intermediateSize: wide, vocabSize: V } = config;
  const layers = Array.from({ length: config.numLayers }, (_, layer) => {
    const name = `gpt_neox.layers.${layer}`;
    return [
      ...layerNormSpecs(`${name}.input_layernorm`, C),
      ...layerNormSpecs(`${name}.post_attention_layernorm`, C),
      ...linearSpecs(`${name}.attention.query_key_value`, 3 * C, C, config.hasAttentionBias),
      ...linearSpecs(`${name}.attention.dense`, C, C, config.hasAttentionBias),
      ...linearSpecs(`${name}.mlp.dense_h_to_4h`, wide, C, true),
      ...linearSpecs(`${name}.mlp.dense_4h_to_h`, C, wide, true),
    ];
  });
  return [
    { name: "gpt_neox.embed_in.weight", shape: [V, C], kind: "embedding" },
    ...layers.flat(),
    ...layerNormSpecs("gpt_neox.final_layer_norm", C),
    ...(config.tieWordEmbeddings ? [] : linearSpecs("embed_out", V, C, false)),
  ];
}

export const gptNeox: Family<GptNeoxConfig> = {
  weights,
  ignored: [/\.attention\.(masked_)?bias$/, /\.rotary_emb\.inv_freq$/],
  canonicalName: (name) => name,
  embeddingName: "gpt_neox.embed_in.weight",
  headName: (config) => (config.tieWordEmbeddings ? null : "embed_out.weight"),
  targets: {
    default: ["query_key_value"],
    all: ["query_key_value", "dense", "dense_h_to_4h", "dense_4h_to_h"],
  },
  rotary: (config) => ({
    dim: Math.floor(config.headDim * config.rotaryPct),
    theta: config.ropeTheta,
  }),
  hidden,
};
