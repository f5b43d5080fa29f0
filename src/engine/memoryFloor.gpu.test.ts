/** A model of Pythia-70M's shape can be tuned at all: one LoRA step at 128 tokens within 4 GB. */
import { expect, it } from "vitest";
import { defaultRunConfig } from "@/core/runConfig";
import { parseModelConfig } from "./formats/hfConfig";
import { CausalLm } from "./model/causalLm";
import { familyOf } from "./model/families";
import { LoraAdapter } from "./model/lora";
import { deviceShape } from "./model/weights";
import { startTestBackend } from "./testing/backend";
import { randomIntegers } from "./testing/numbers";
import { backendBytes, tf } from "./tfjs";
import { TrainingRun } from "./train/run";

await startTestBackend();

it("takes a LoRA step of 128 tokens within 4 GB", async () => {
  const config = parseModelConfig({
    model_type: "gpt_neox",
    vocab_size: 50_304,
    hidden_size: 512,
    num_hidden_layers: 6,
    num_attention_heads: 8,
    intermediate_size: 2048,
    hidden_act: "gelu",
    rotary_pct: 0.25,
    rotary_emb_base: 10_000,
    max_position_embeddings: 2048,
    layer_norm_eps: 1e-5,
    use_parallel_residual: true,
    tie_word_embeddings: false,
    bos_token_id: 0,
    eos_token_id: 0,
  });
  const weights = new Map(
    familyOf(config)
      .weights(config)
      .map((spec) => [
        spec.name,
        spec.kind === "vector"
          ? tf.ones(spec.shape)
          : tf.randomNormal(deviceShape(spec), 0, 0.02, "float32", 1),
      ]),
  );
  const model = new CausalLm(config, weights);
  expect(model.parameterCount).toBe(70_426_624);
  const modules = model.adaptableModules(model.family.targets.default);
  const adapter = LoraAdapter.create(model, { rank: 8, alpha: 16, useRsLora: false, modules }, 1);
  const example = {
    line: 1,
    tokenIds: randomIntegers(128, 1, 50_304),
    lossMask: new Uint8Array(128).fill(1, 64),
  };
  const settings = { ...defaultRunConfig(null), maxSteps: 1, microBatchSize: 1, warmupSteps: 0 };
  const data = { train: [example], heldOut: [], padTokenId: 1 };
  const run = new TrainingRun(model, { kind: "lora", adapter }, data, settings);
  const losses: number[] = [];
  await run.train({
    onStep: ({ trainLoss }) => losses.push(trainLoss),
    onEvaluated: () => {},
    onCheckpoint: () => Promise.resolve(),
    betweenSteps: () => new Promise((resolve) => setTimeout(resolve, 0, true)),
  });
  const bytes = backendBytes();
  // Random weights know nothing: every token costs about log 50,304 = 10.8 nats.
  expect(losses).toHaveLength(1);
  expect(losses[0]).toBeGreaterThan(10);
  expect(losses[0]).toBeLessThan(12);
  expect(bytes, `${Math.round(bytes / 2 ** 20)} MB`).toBeLessThan(4 * 2 ** 30);
});
