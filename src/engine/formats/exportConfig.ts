import type { ModelConfig } from "./hfConfig";

/**
 * config.json for export, from our fields alone: nothing of the original is carried over that could
 * contradict the weights. The old keys are written because transformers v4 and llama.cpp need
 * them, and v5 reads them too.
 */
export function toExportConfig(
  config: ModelConfig,
  dtype: "float32" | "float16" = "float32",
): Record<string, unknown> {
  const shared = {
    vocab_size: config.vocabSize,
    tie_word_embeddings: config.tieWordEmbeddings,
    bos_token_id: config.bosTokenId,
    // The list, where there is one: generation elsewhere must stop where it did before.
    eos_token_id: config.raw["eos_token_id"] ?? config.eosTokenId,
    initializer_range: 0.02,
    torch_dtype: dtype,
    use_cache: true,
  };
  switch (config.family) {
    case "gpt_neox":
      return {
        architectures: ["GPTNeoXForCausalLM"],
        model_type: "gpt_neox",
        hidden_size: config.hiddenSize,
        num_hidden_layers: config.numLayers,
        num_attention_heads: config.numHeads,
        intermediate_size: config.intermediateSize,
        max_position_embeddings: config.maxPositions,
        rotary_pct: config.rotaryPct,
        rotary_emb_base: config.ropeTheta,
        use_parallel_residual: config.useParallelResidual,
        hidden_act: config.hiddenAct === "gelu" ? "gelu" : "gelu_pytorch_tanh",
        layer_norm_eps: config.layerNormEps,
        attention_bias: config.hasAttentionBias,
        attention_dropout: 0,
        hidden_dropout: 0,
        ...shared,
      };
    case "gpt2":
      return {
        architectures: ["GPT2LMHeadModel"],
        model_type: "gpt2",
        n_embd: config.hiddenSize,
        n_layer: config.numLayers,
        n_head: config.numHeads,
        n_inner: config.intermediateSize,
        n_positions: config.maxPositions,
        n_ctx: config.maxPositions,
        activation_function: config.hiddenAct === "gelu" ? "gelu" : "gelu_new",
        layer_norm_epsilon: config.layerNormEps,
        attn_pdrop: 0,
        embd_pdrop: 0,
        resid_pdrop: 0,
        ...shared,
      };
    case "llama":
      return {
        architectures: ["LlamaForCausalLM"],
        model_type: "llama",
        hidden_size: config.hiddenSize,
        num_hidden_layers: config.numLayers,
        num_attention_heads: config.numHeads,
        num_key_value_heads: config.numKvHeads,
        head_dim: config.headDim,
        intermediate_size: config.intermediateSize,
        max_position_embeddings: config.maxPositions,
        rms_norm_eps: config.rmsNormEps,
        rope_theta: config.ropeTheta,
        hidden_act: "silu",
        attention_bias: config.attentionBias,
        mlp_bias: config.mlpBias,
        attention_dropout: 0,
        ...shared,
      };
  }
}
