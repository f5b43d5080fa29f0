/** GPT-2 with random weights: the family of the figures that torchlette has published. */
import { Random } from "@/core/random";
import { parseModelConfig } from "@/engine/formats/hfConfig";
import { CausalLm } from "@/engine/model/causalLm";
import { familyOf } from "@/engine/model/families";
import { FullWeights } from "@/engine/model/fullWeights";
import { LoraAdapter } from "@/engine/model/lora";
import { toDevice } from "@/engine/model/weights";
import type { Tuned } from "@/engine/train/tuned";
import { LORA, type Method, type Shape } from "../pages/material";
import { openRun, type PacedRun } from "../pages/ours";

const SPREAD = 0.05;

function createModel(shape: Shape): CausalLm {
  const config = parseModelConfig({
    model_type: "gpt2",
    vocab_size: shape.vocab,
    n_embd: shape.hidden,
    n_layer: shape.layers,
    n_head: shape.heads,
    n_positions: Math.max(1024, shape.length),
    activation_function: "gelu_new",
    layer_norm_epsilon: 1e-5,
    bos_token_id: 0,
    eos_token_id: 0,
  });
  const random = new Random(1, 99);
  const weights = familyOf(config)
    .weights(config)
    .map((spec) => {
      const size = spec.shape.reduce((product, length) => product * length, 1);
      const values = Float32Array.from({ length: size }, () => (2 * random.next() - 1) * SPREAD);
      return [spec.name, toDevice(spec, values)] as const;
    });
  return new CausalLm(config, new Map(weights));
}

/** LoRA sits on the layers that the page adapts by default. */
export function openGpt2(shape: Shape, method: Method): PacedRun {
  const model = createModel(shape);
  const modules = model.adaptableModules(model.family.targets.default);
  const tuned: Tuned =
    method === "full"
      ? { kind: "full", weights: new FullWeights(model) }
      : {
          kind: "lora",
          adapter: LoraAdapter.create(model, { ...LORA, useRsLora: false, modules }, 1),
        };
  return openRun(shape, method, model, tuned);
}
