/** 200 steps of full fine-tuning, by captured steps where there are any, beside PyTorch's in float64. */
import { beforeAll, expect, it } from "vitest";
import type { Batch } from "@/data/pack";
import { FullWeights } from "./model/fullWeights";
import { AdamW } from "./ops/adamW/adamW";
import { startTestBackend } from "./testing/backend";
import { fetchJson, loadTestModel, readAllTensors } from "./testing/files";
import { StepRunner } from "./train/stepRunner";
import { disposeTuned, parametersOf, viewOf, type Tuned } from "./train/tuned";

beforeAll(startTestBackend);

const FOLDER = "/@fixtures/oracle/gpt-neox-parallel";
const [BATCHES, ROWS, LENGTH] = [6, 2, 24];

type Expected = { peak: number; decay: number; maxGradNorm: number; losses: number[] };

it("stays with the reference", async () => {
  const { peak, decay, maxGradNorm, losses } = await fetchJson<Expected>(
    "/@fixtures/trajectory/expected.json",
  );
  const model = await loadTestModel(FOLDER);
  const tensors = await readAllTensors(`${FOLDER}/expected.safetensors`);
  const batches = Array.from({ length: BATCHES }, (_, index): Batch => {
    const part = (name: string) =>
      tensors.get(name)!.subarray(index * ROWS * LENGTH, (index + 1) * ROWS * LENGTH);
    const lossMask = Uint8Array.from(part("loss_mask"), (on, i) => (i % LENGTH > 0 ? on : 0));
    return {
      tokenIds: Int32Array.from(part("input_ids")),
      lossMask,
      segments: Int32Array.of(0, LENGTH, LENGTH, LENGTH),
      countedTokens: lossMask.filter((on) => on === 1).length,
      realTokens: ROWS * LENGTH,
    };
  });
  const tuned: Tuned = { kind: "full", weights: new FullWeights(model) };
  const parameters = parametersOf(model, tuned);
  const optimizer = new AdamW(parameters, { weightDecay: decay, maxGradNorm });
  const view = viewOf(model, tuned);
  const runner = new StepRunner(
    { model, view, parameters, isHeadTrained: true, isCheckpointed: false },
    optimizer,
  );
  for (const [i, want] of losses.entries()) {
    const learningRate = peak * (1 - i / losses.length);
    const { loss } = await runner.run([batches[i % BATCHES]!], learningRate, i + 1);
    const error = Math.abs(loss / want - 1);
    expect(error, `step ${i + 1}: ${loss}, not ${want}`).toBeLessThan(1e-4);
  }
  expect(losses.length).toBe(200);
  runner.forget();
  optimizer.dispose();
  disposeTuned(tuned);
  model.dispose();
});
