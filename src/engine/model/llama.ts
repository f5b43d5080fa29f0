/** Llama, SmolLM and TinyLlama, https://arxiv.org/abs/2302.13971: RMSNorm, rotary positions, SiLU gate, grouped heads. */
import type { LlamaConfig } from "../formats/hfConfig";
import { normBranches } from "../ops/layerNorm/branches";
import { addToResidual, type Branch } from "../ops/residual/residual";
import { rmsNorm } from "../ops/rmsNorm/rmsNorm";
import type { Tensor } from "../tfjs";
import { attend } from "./attention";
import {
  linearSpecs,
  vectorSpec,
  type Family,
  type ForwardContext,
  type WeightSpec,
} from "./family";

function hidden(context: ForwardContext, config: LlamaConfig, x: Tensor): Tensor {
  for (let layer = 0; layer < config.numLayers; layer++) {
    x = context.block(`model.layers.${layer}`, x, (input) => block(context, config, layer, input));
  }
  return rmsNorm(x, context.weight("model.norm.weight"), config.rmsNormEps);
}

function block(context: ForwardContext, config: LlamaConfig, layer: number, x: Tensor): Tensor {
  const name = `model.layers.${layer}`;
  const eps = config.rmsNormEps;
  const first = normBranches(x, [normWeights(context, `${name}.input_layernorm`)], eps);
  const attention = attentionBranch(context, config, layer, first.norms[0]!);
  const middle = addToResidual(first.residual, [attention]);
  const second = normBranches(middle, [normWeights(context, `${name}.post_attention_layernorm`)], eps); // prettier-ignore
  return addToResidual(second.residual, [mlpBranch(context, name, second.norms[0]!)]);
}

function attentionBranch(
  context: ForwardContext,
  config: LlamaConfig,
  layer: number,
  x: Tensor,
): Branch {
  const name = `model.layers.${layer}.self_attn`;
  const modules = ["q_proj", "k_proj", "v_proj"].map((part) => `${name}.${part}`);
  const [q, k, v] = context
    .linears(modules, x)
    .map((tensor) => ({ tensor, offset: 0, stride: config.headDim }));
  const mixed = attend(context, layer, {
    q: q!,
    k: k!,
    v: v!,
    heads: config.numHeads,
    kvHeads: config.numKvHeads,
    headDim: config.headDim,
  });
  return { x: mixed, layer: context.layer(`${name}.o_proj`) };
}

/** down(silu(gate(x)) · up(x)), https://arxiv.org/abs/2002.05202. */
function mlpBranch(context: ForwardContext, name: string, x: Tensor): Branch {
  return {
    x,
    layer: context.layer(`${name}.mlp.down_proj`),
    hidden: {
      kind: "silu",
      layer: context.layer(`${name}.mlp.up_proj`),
      gate: context.layer(`${name}.mlp.gate_proj`),
    },
  };
}

function normWeights(context: ForwardContext, name: string): { gain: Tensor; bias: null } {
  return { gain: context.weight(`${name}.weight`), bias: null };
}

function weights(config: LlamaConfig): WeightSpec[] {
  const { hiddenSize: C, intermediateSize: wide, vocabSize: V, headDim } = config;
  const queryWidth = config.numHeads * headDim;
  const kvWidth = config.numKvHeads * headDim;
  const layers = Array.from({ length: config.numLayers }, (_, layer) => {
    const name = `model.layers.${layer}`;
    return [
      vectorSpec(`${name}.input_layernorm.weight`, C),
      ...linearSpecs(`${name}.self_attn.q_proj`, queryWidth, C, config.attentionBias),
      ...linearSpecs(`${name}.self_attn.k_proj`, kvWidth, C, config.attentionBias),
      ...linearSpecs(`${name}.self_attn.v_proj`, kvWidth, C, config.attentionBias),
      ...linearSpecs(`${name}.self_attn.o_proj`, C, queryWidth, config.attentionBias),
      vectorSpec(`${name}.post_attention_layernorm.weight`, C),
      ...linearSpecs(`${name}.mlp.gate_proj`, wide, C, config.mlpBias),
      ...linearSpecs(`${name}.mlp.up_proj`, wide, C, config.mlpBias),
      ...linearSpecs(`${name}.mlp.down_proj`, C, wide, config.mlpBias),
    ];
  });
  return [
    { name: "model.embed_tokens.weight", shape: [V, C], kind: "embedding" },
    ...layers.flat(),
    vectorSpec("model.norm.weight", C),
    ...(config.tieWordEmbeddings ? [] : linearSpecs("lm_head", V, C, false)),
  ];
}

export const llama: Family<LlamaConfig> = {
  weights,
  // A tied head may be stored as well; an untied one is in `weights` and so never looked up here.
  ignored: [/\.rotary_emb\.inv_freq$/, /^lm_head\.weight$/],
  canonicalName: (name) => name,
  embeddingName: "model.embed_tokens.weight",
  headName: (config) => (config.tieWordEmbeddings ? null : "lm_head.weight"),
  targets: {
    default: ["q_proj", "v_proj"],
    all: ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"],
  },
  rotary: (config) => ({ dim: config.headDim, theta: config.ropeTheta }),
  hidden,
};
