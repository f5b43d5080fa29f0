/** GPT-2: learned positions, pre-norm blocks, Conv1D weights [in, out], the embedding as head. */
import type { Gpt2Config } from "../formats/hfConfig";
import { embedding } from "../ops/embedding/embedding";
import { normBranches } from "../ops/layerNorm/branches";
import { layerNorm } from "../ops/layerNorm/layerNorm";
import { addToResidual, type Branch } from "../ops/residual/residual";
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
  const learned = embedding(context.weight("transformer.wpe.weight"), context.positions);
  x = tf.add(x, tf.reshape(learned, x.shape));
  for (let layer = 0; layer < config.numLayers; layer++) {
    x = context.block(`transformer.h.${layer}`, x, (input) => block(context, config, layer, input));
  }
  const { gain, bias } = normWeights(context, "transformer.ln_f");
  return layerNorm(x, gain, bias, config.layerNormEps);
}

function block(context: ForwardContext, config: Gpt2Config, layer: number, x: Tensor): Tensor {
  const name = `transformer.h.${layer}`;
  const eps = config.layerNormEps;
  const first = normBranches(x, [normWeights(context, `${name}.ln_1`)], eps);
  const attention = attentionBranch(context, config, layer, first.norms[0]!);
  const middle = addToResidual(first.residual, [attention]);
  const second = normBranches(middle, [normWeights(context, `${name}.ln_2`)], eps);
  return addToResidual(second.residual, [mlpBranch(context, config, name, second.norms[0]!)]);
}

function attentionBranch(
  context: ForwardContext,
  config: Gpt2Config,
  layer: number,
  x: Tensor,
): Branch {
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
  return { x: mixed, layer: context.layer(`${name}.c_proj`) };
}

function mlpBranch(context: ForwardContext, config: Gpt2Config, name: string, x: Tensor): Branch {
  return {
    x,
    layer: context.layer(`${name}.mlp.c_proj`),
    hidden: {
      kind: config.hiddenAct === "gelu" ? "gelu" : "gelu-tanh",
      layer: context.layer(`${name}.mlp.c_fc`),
      gate: null,
    },
  };
}

function normWeights(context: ForwardContext, name: string): { gain: Tensor; bias: Tensor } {
  return { gain: context.weight(`${name}.weight`), bias: context.weight(`${name}.bias`) };
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
