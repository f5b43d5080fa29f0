/** A small random GPT-NeoX and examples for it, for any adapter. */
import type { EncodedExample } from "@/data/encode";
import { parseModelConfig } from "../formats/hfConfig";
import { CausalLm } from "../model/causalLm";
import { familyOf } from "../model/families";
import { toDevice } from "../model/weights";
import { randomIntegers, randomNumbers } from "./numbers";

const TINY_VOCAB = 61;

export function createTinyModel(numLayers = 2, seed = 1): CausalLm {
  const config = parseModelConfig({
    model_type: "gpt_neox",
    vocab_size: TINY_VOCAB,
    hidden_size: 24,
    num_hidden_layers: numLayers,
    num_attention_heads: 3,
    intermediate_size: 40,
    hidden_act: "gelu",
    rotary_pct: 0.5,
    rotary_emb_base: 10000,
    max_position_embeddings: 96,
    layer_norm_eps: 1e-5,
    use_parallel_residual: true,
    tie_word_embeddings: false,
    bos_token_id: 0,
    eos_token_id: 0,
  });
  const weights = new Map(
    familyOf(config)
      .weights(config)
      .map((spec, i) => {
        const size = spec.shape.reduce((a, b) => a * b, 1);
        const isGain = spec.kind === "vector" && spec.name.endsWith("norm.weight");
        // With a flat head no adapter could make any token certain.
        const scale = isGain ? 0.1 : spec.name === "embed_out.weight" ? 1.2 : 0.3;
        const values = randomNumbers(size, seed * 1000 + i, scale);
        return [spec.name, toDevice(spec, isGain ? values.map((x) => 1 + x) : values)] as const;
      }),
  );
  return new CausalLm(config, weights);
}

/** Examples of 5 to 20 tokens, the last few of each counted. */
export function createExamples(count: number, seed = 1): EncodedExample[] {
  return Array.from({ length: count }, (_, i) => {
    const length = 5 + ((i * 7 + seed) % 16);
    const lossMask = new Uint8Array(length).fill(1, Math.max(1, length - 4));
    return { line: i + 1, tokenIds: randomIntegers(length, seed * 100 + i, TINY_VOCAB), lossMask };
  });
}
