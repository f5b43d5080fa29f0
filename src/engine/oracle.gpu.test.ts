/** Forward, gradients, AdamW and LoRA against committed float64 results of five tiny models. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ModelFiles } from "@/core/modelFiles";
import { defaultSampling } from "@/core/generation";
import type { Batch } from "@/data/pack";
import { readPeftAdapter } from "./formats/peftAdapter";
import type { CausalLm, WeightView } from "./model/causalLm";
import { FullWeights } from "./model/fullWeights";
import { LoraAdapter } from "./model/lora";
import { fromDevice } from "./model/weights";
import { AdamW } from "./ops/adamW/adamW";
import { headLogits } from "./ops/crossEntropy/crossEntropy";
import { startTestBackend } from "./testing/backend";
import { expectClose, take } from "./testing/expectClose";
import { fetchBlob, fetchJson, hasShared, loadTestModel, readAllTensors } from "./testing/files";
import { generateTokens } from "./testing/generateTokens";
import { tf } from "./tfjs";
import { prepareStep, stepGradients, trainStep, type StepInput } from "./train/trainStep";
import { disposeTuned, parametersOf, viewOf, type Tuned } from "./train/tuned";

const COMMITTED = ["gpt-neox-parallel", "gpt2", "llama-gqa-tied"];
const ALL = [...COMMITTED, "gpt-neox-sequential", "llama-untied"];

/** Sizes of the cases' batches, fixed by their README. */
const ROWS = 2;
const LENGTH = 24;

type Curve = { loss: number; grad_norm: number }[];
type Expected = {
  loss: number;
  grad_norm: number;
  optimizer: { lr: number; weight_decay: number; max_grad_norm: number };
  full_finetune_curve: Curve;
  lora_curve: Curve;
  greedy: { prompt: number[]; completion: number[] };
};

await startTestBackend();
const isShared = await hasShared();
const cases = isShared
  ? ALL.map((name) => ({ name, folder: `/@shared/oracle/models/${name}` }))
  : COMMITTED.map((name) => ({ name, folder: `/@fixtures/oracle/${name}` }));

it(`runs ${isShared ? "all five cases" : "the three committed cases, as ../shared is absent"}`, () => {
  expect(cases.length).toBe(isShared ? 5 : 3);
});

const gradientsOf = (input: StepInput) => stepGradients(input, prepareStep(input.batches));

describe.each(cases)("$name", ({ folder }) => {
  let model: CausalLm;
  let expected: Expected;
  let tensors: Map<string, Float32Array | Int32Array>;

  beforeAll(async () => {
    model = await loadTestModel(folder);
    expected = await fetchJson(`${folder}/expected.json`);
    tensors = await readAllTensors(`${folder}/expected.safetensors`);
  });
  afterAll(() => model.dispose());

  const values = (name: string) => tensors.get(name) as Float32Array;

  function batch(index: number): Batch {
    const part = (name: string) =>
      (tensors.get(name) as Int32Array).subarray(
        index * ROWS * LENGTH,
        (index + 1) * ROWS * LENGTH,
      );
    // A row's first token has nothing before it to be predicted from.
    const lossMask = Uint8Array.from(part("loss_mask"), (on, i) => (i % LENGTH > 0 ? on : 0));
    const countedTokens = lossMask.filter((on) => on === 1).length;
    return {
      tokenIds: part("input_ids"),
      lossMask,
      segments: Int32Array.from({ length: 2 * ROWS }, (_, i) =>
        i % 2 ? LENGTH : (i / 2) * LENGTH,
      ),
      countedTokens,
      realTokens: ROWS * LENGTH,
    };
  }

  async function logits(view: WeightView): Promise<Float32Array> {
    const { tokenIds, segments } = batch(0);
    return take(
      tf.tidy(() => {
        const hidden = model.hidden(view, { tokenIds, segments });
        const flat = tf.reshape(hidden, [ROWS * LENGTH, model.config.hiddenSize]);
        return headLogits(flat, model.head(view));
      }),
    );
  }

  async function loadAdapter(): Promise<LoraAdapter> {
    const files: ModelFiles = new Map();
    for (const name of ["adapter_config.json", "adapter_model.safetensors"]) {
      files.set(name, await fetchBlob(`${folder}/adapter/${name}`));
    }
    const { rank, alpha, useRsLora, layers } = await readPeftAdapter(files);
    return LoraAdapter.fromLayers(model, { rank, alpha, useRsLora }, layers);
  }

  function stepInput(tuned: Tuned, index: number, isCheckpointed = false): StepInput {
    return {
      model,
      view: viewOf(model, tuned),
      parameters: parametersOf(model, tuned),
      isHeadTrained: tuned.kind === "full",
      isCheckpointed,
      batches: [batch(index)],
    };
  }

  async function expectGradients(tuned: Tuned, nameOf: (name: string) => string): Promise<void> {
    const input = stepInput(tuned, 0);
    const { loss, gradients } = gradientsOf(input);
    await take(loss);
    for (const [i, { spec }] of input.parameters.entries()) {
      const gradient = gradients[i]!;
      expectClose(await fromDevice(spec, gradient), values(nameOf(spec.name)), 1e-3, spec.name);
      gradient.dispose();
    }
  }

  /** Loss and gradients in the order of the parameters, on the host. */
  async function takeGradients(tuned: Tuned, isCheckpointed: boolean): Promise<number[][]> {
    const { loss, gradients } = gradientsOf(stepInput(tuned, 0, isCheckpointed));
    const taken: number[][] = [];
    for (const tensor of [loss, ...gradients]) taken.push([...(await take(tensor))]);
    return taken;
  }

  async function expectSameCheckpointed(tuned: Tuned): Promise<void> {
    const plain = await takeGradients(tuned, false);
    const before = tf.memory().numTensors;
    const checkpointed = await takeGradients(tuned, true);
    expect(tf.memory().numTensors).toBe(before);
    expect(checkpointed).toEqual(plain);
  }

  async function expectCurve(tuned: Tuned, curve: Curve, isCheckpointed = false): Promise<void> {
    const { lr, weight_decay: weightDecay, max_grad_norm: maxGradNorm } = expected.optimizer;
    const optimizer = new AdamW(parametersOf(model, tuned), { weightDecay, maxGradNorm });
    for (const [i, want] of curve.entries()) {
      const { loss, control } = trainStep(
        stepInput(tuned, i, isCheckpointed),
        optimizer,
        lr,
        i + 1,
      );
      expectClose(await take(loss), [want.loss], 1e-3, `loss of step ${i + 1}`);
      const [, , norm] = await take(control);
      expectClose([norm!], [want.grad_norm], 1e-3, `gradient norm of step ${i + 1}`);
    }
    optimizer.dispose();
  }

  it("gives the expected logits", async () => {
    expectClose(await logits(model.baseView), values("logits"), 1e-4, "logits");
  });

  it("gives the expected loss and every gradient, full tuning", async () => {
    const tuned: Tuned = { kind: "full", weights: new FullWeights(model) };
    const { loss, gradients } = gradientsOf(stepInput(tuned, 0));
    expectClose(await take(loss), [expected.loss], 1e-5, "loss");
    tf.dispose(gradients);
    await expectGradients(tuned, (name) => `grad.${name}`);
    disposeTuned(tuned);
  });

  it("follows six AdamW steps of full tuning, to the same weights", async () => {
    const tuned: Tuned = { kind: "full", weights: new FullWeights(model) };
    await expectCurve(tuned, expected.full_finetune_curve);
    for (const { spec, variable } of parametersOf(model, tuned)) {
      // Some gradients are zero up to rounding (GPT-2's key biases): Adam turns that into steps.
      const gradient = values(`grad.${spec.name}`);
      const isReal = (_: number, i: number) => Math.abs(gradient[i]!) > 1e-7;
      const got = (await fromDevice(spec, variable)).filter(isReal);
      expectClose(got, values(`after.${spec.name}`).filter(isReal), 1e-3, spec.name);
    }
    disposeTuned(tuned);
  });

  it("gives the expected logits and gradients with an adapter", async () => {
    const adapter = await loadAdapter();
    expectClose(await logits(adapter.view(model)), values("lora.logits"), 1e-4, "lora.logits");
    await expectGradients(
      { kind: "lora", adapter },
      (name) => `lora.grad.base_model.model.${name}`,
    );
    adapter.dispose();
  });

  it("follows six AdamW steps of LoRA", async () => {
    const adapter = await loadAdapter();
    await expectCurve({ kind: "lora", adapter }, expected.lora_curve);
    adapter.dispose();
  });

  it("gives the very same gradients with gradient checkpointing, full tuning and LoRA", async () => {
    const full: Tuned = { kind: "full", weights: new FullWeights(model) };
    await expectSameCheckpointed(full);
    disposeTuned(full);
    const lora: Tuned = { kind: "lora", adapter: await loadAdapter() };
    await expectSameCheckpointed(lora);
    await expectCurve(lora, expected.lora_curve, true);
    disposeTuned(lora);
  });

  it("continues a prompt greedily as expected", async () => {
    const { prompt, completion } = expected.greedy;
    const sampling = { ...defaultSampling(), maxNewTokens: completion.length };
    const got = await generateTokens(model, model.baseView, prompt, sampling);
    expect(got).toEqual(completion);
  });
});
