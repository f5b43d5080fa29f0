/** A captured step is the step that was captured: on other data, at other rates, with other work in between. */
import { beforeAll, describe, expect, it } from "vitest";
import { defaultSampling } from "@/core/generation";
import { nextTask } from "@/core/nextTask";
import { makeBatch, type Batch } from "@/data/pack";
import { heldOutLoss } from "../evaluate/heldOutLoss";
import { compareAnswers } from "../generate/compare";
import type { CausalLm, WeightView } from "../model/causalLm";
import { FullWeights } from "../model/fullWeights";
import { LoraAdapter } from "../model/lora";
import { AdamW } from "../ops/adamW/adamW";
import { startTestBackend } from "../testing/backend";
import { take } from "../testing/expectClose";
import { createExamples, createTinyModel } from "../testing/tinyModel";
import { engineMemory, tf } from "../tfjs";
import { StepRunner, type StepResult } from "./stepRunner";
import { trainStep, type StepModel } from "./trainStep";
import { disposeTuned, parametersOf, viewOf, type Tuned } from "./tuned";

beforeAll(startTestBackend);

function createTuned(model: CausalLm, method: "lora" | "full"): Tuned {
  if (method === "full") return { kind: "full", weights: new FullWeights(model) };
  const modules = model.adaptableModules(model.family.targets.all);
  return {
    kind: "lora",
    adapter: LoraAdapter.create(model, { rank: 3, alpha: 6, useRsLora: false, modules }, 1),
  };
}

function createSide(model: CausalLm, method: "lora" | "full", isCheckpointed = false) {
  const tuned = createTuned(model, method);
  const parameters = parametersOf(model, tuned);
  const optimizer = new AdamW(parameters, { weightDecay: 0.1, maxGradNorm: 1 });
  const view = viewOf(model, tuned);
  const isHeadTrained = method === "full";
  const stepModel: StepModel = { model, view, parameters, isHeadTrained, isCheckpointed };
  return { tuned, optimizer, stepModel };
}

const EXAMPLES = createExamples(12);
const batchOf = (...indexes: number[]) =>
  makeBatch(
    indexes.map((index) => EXAMPLES[index]!),
    1,
    1024,
  );

/** One shape again and again, another in between, and two micro-batches. */
const STEPS: Batch[][] = [
  [batchOf(0, 1)],
  [batchOf(2, 3)],
  [batchOf(0, 1, 2, 3, 4, 5, 6, 7)],
  [batchOf(4, 5)],
  [batchOf(6), batchOf(7)],
  [batchOf(1, 6)],
  [batchOf(8), batchOf(9)],
];

const rate = (step: number) => 0.01 / step;

/** What both sides answer: tokens are drawn on the GPU, for both in one batch where they share their weights. */
async function answer(model: CausalLm, view: WeightView): Promise<string[]> {
  const sampling = { temperature: 1.2, topK: 9, topP: 0.9, repetitionPenalty: 1.3 };
  const texts: string[] = [];
  await compareAnswers(
    model,
    [
      { side: "base", view: model.baseView },
      { side: "tuned", view },
    ],
    {
      promptIds: [3, 1, 2],
      sampling: { ...defaultSampling(), ...sampling, maxNewTokens: 6 },
      eosTokenId: null,
      turnMarker: "",
      decode: (ids) => ids.join(" "),
    },
    ({ side, text, reason }) => reason && texts.push(`${side}: ${text}`),
    () => false,
  );
  return texts;
}

describe.each(["lora", "full"] as const)("%s", (method) => {
  it.each([false, true])(
    "gives the numbers of plain steps, bit for bit (checkpointed: %s)",
    async (isCheckpointed) => {
      const model = createTinyModel(1);
      const plain = createSide(model, method, isCheckpointed);
      const captured = createSide(model, method, isCheckpointed);
      const runner = new StepRunner(captured.stepModel, captured.optimizer);
      for (const [i, batches] of STEPS.entries()) {
        const want = trainStep(
          { ...plain.stepModel, batches },
          plain.optimizer,
          rate(i + 1),
          i + 1,
        );
        const [loss] = await take(want.loss);
        const control = await take(want.control);
        // From the third step on it is cut into parts.
        if (i === 2) runner.noteDuration(1900);
        const got: StepResult = await runner.run(batches, rate(i + 1), i + 1);
        expect(got.loss, `loss of step ${i + 1}`).toBe(loss);
        expect([...got.control], `control of step ${i + 1}`).toEqual([...control]);
        // Other work takes its memory from where the steps do not.
        const view = captured.stepModel.view;
        const evaluated = await heldOutLoss(model, view, [batchOf(10, 11)]);
        const wanted = await heldOutLoss(model, plain.stepModel.view, [batchOf(10, 11)]);
        expect(evaluated).toEqual(wanted);
        // As while a run trains: both sides answer between two steps, and it may be paused.
        if (i % 2 === 0) continue;
        expect(await answer(model, view)).toEqual(await answer(model, plain.stepModel.view));
        await nextTask();
      }
      for (const side of [plain, captured]) {
        side.optimizer.dispose();
        disposeTuned(side.tuned);
      }
      runner.forget();
      model.dispose();
    },
  );

  it("keeps what it needs from the third step on, and gives it back", async () => {
    const model = createTinyModel(1);
    const side = createSide(model, method);
    const runner = new StepRunner(side.stepModel, side.optimizer);
    const step = (i: number) => runner.run([batchOf(i % 4, 4 + (i % 4))], 1e-3, i + 1);
    for (let i = 0; i < 3; i++) await step(i);
    const before = { ...engineMemory(), tensors: tf.memory().numTensors };
    for (let i = 3; i < 40; i++) await step(i);
    expect({ ...engineMemory(), tensors: tf.memory().numTensors }).toEqual(before);
    runner.forget();
    expect(engineMemory().usedBytes).toBeLessThan(before.usedBytes);
    side.optimizer.dispose();
    disposeTuned(side.tuned);
    model.dispose();
  });
});
