/** GPT-NeoX and Pythia, https://arxiv.org/abs/2204.06745: rotary positions, attention and MLP side by side. */
import type { GptNeoxConfig } from "../formats/hfConfig";
import { normBranches } from "../ops/layerNorm/branches";
import { layerNorm } from "../ops/layerNorm/layerNorm";
import { addToResidual, type Branch } from "../ops/residual/residual";
import type { Tensor } from "../tfjs";
import { attend } from "./attention";
import {
  layerNormSpecs,
  linearSpecs,
  type Family,
  type ForwardContext,
  type WeightSpec,
} from "./family";

function hidden(context: ForwardContext, config: GptNeoxConfig, x: Tensor): Tensor {
  for (let layer = 0; layer < config.numLayers; layer++) {
    x = context.block(`gpt_neox.layers.${layer}`, x, (input) =>
      block(context, config, layer, input),
    );
  }
  const { gain, bias } = normWeights(context, "gpt_neox.final_layer_norm");
  return layerNorm(x, gain, bias, config.layerNormEps);
}

function block(context: ForwardContext, config: GptNeoxConfig, layer: number, x: Tensor): Tensor {
  const name = `gpt_neox.layers.${layer}`;
  const toAttention = normWeights(context, `${name}.input_layernorm`);
  const toMlp = normWeights(context, `${name}.post_attention_layernorm`);
  const eps = config.layerNormEps;
  // Parallel: x + attention(norm₁(x)) + mlp(norm₂(x)). Sequential: the MLP sees the attention.
  if (config.useParallelResidual) {
    const { residual, norms } = normBranches(x, [toAttention, toMlp], eps);
    return addToResidual(residual, [
      attentionBranch(context, config, layer, norms[0]!),
      mlpBranch(context, config, name, norms[1]!),
    ]);
  }
  const first = normBranches(x, [toAttention], eps);
  const attention = attentionBranch(context, config, layer, first.norms[0]!);
  const second = normBranches(addToResidual(first.residual, [attention]), [toMlp], eps);
  return addToResidual(second.residual, [mlpBranch(context, config, name, second.norms[0]!)]);
}

function attentionBranch(
  context: ForwardContext,
  config: GptNeoxConfig,
  layer: number,
  x: Tensor,
): Branch {
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
  return { x: mixed, layer: context.layer(`${name}.dense`) };
}

function mlpBranch(
  context: ForwardContext,
  config: GptNeoxConfig,
  name: string,
  x: Tensor,
): Branch {
  return {
    x,
    layer: context.layer(`${name}.mlp.dense_4h_to_h`),
    hidden: {
      kind: config.hiddenAct === "gelu" ? "gelu" : "gelu-tanh",
      layer: context.layer(`${name}.mlp.dense_h_to_4h`),
      gate: null,
    },
  };
}

function normWeights(context: ForwardContext, name: string): { gain: Tensor; bias: Tensor } {
  return { gain: context.weight(`${name}.weight`), bias: context.weight(`${name}.bias`) };
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
