/** The whole pipeline against a run of another implementation: ids, masks, losses, norms, rates. */
import { beforeAll, describe, expect, inject, it } from "vitest";
import { defaultSampling } from "@/core/generation";
import { defaultRunConfig, type RunConfig } from "@/core/runConfig";
import { createTemplate } from "@/data/templates/createTemplate";
import { readDataset } from "@/data/dataset";
import { encodeAll, finish, type EncodedExample } from "@/data/encode";
import { createTokenizer } from "@/data/tokenizer";
import type { CausalLm } from "./model/causalLm";
import { FullWeights } from "./model/fullWeights";
import { LoraAdapter, type LoraLayer } from "./model/lora";
import { startTestBackend } from "./testing/backend";
import { expectClose } from "./testing/expectClose";
import { fetchBlob, fetchJson, hasShared, loadTestModel, readAllTensors } from "./testing/files";
import { generateTokens } from "./testing/generateTokens";
import { TrainingRun } from "./train/run";
import { disposeTuned, type Tuned } from "./train/tuned";
import type { StepRecord } from "@/core/metrics";

type ExpectedStep = {
  loss: number;
  grad_norm: number;
  learning_rate: number;
  counted_tokens: number;
};
type Expected = {
  examples: { input_ids: number[]; loss_mask: number[] }[];
  lora_config: { r: number; lora_alpha: number };
  full: ExpectedStep[];
  lora: ExpectedStep[];
  lora_greedy: { prompt: string; token_ids: number[] };
};

/** All 24 on WASM; on a software WebGPU adapter a step takes seconds. */
const STEPS = inject("backend") === "wasm" ? 24 : 5;
const MODEL = "/@shared/models/stories260k";
const RUN = "/@shared/oracle/sft-run";

await startTestBackend();
const isShared = await hasShared();

// Registered only where the files are: they are not the project's to copy.
if (isShared) {
  describe("a run of stories260k", followTheRun);
  it("stories260k tells its known story greedily, with a key-value cache", tellTheStory);
} else {
  it("is left out: ../shared, with stories260k and its run, is absent here", () => {});
}

function followTheRun(): void {
  let model: CausalLm;
  let expected: Expected;
  let examples: EncodedExample[];
  let padTokenId: number;

  const config: RunConfig = {
    ...defaultRunConfig(null),
    learningRate: 1e-3,
    schedule: "cosine",
    warmupSteps: 3,
    weightDecay: 0,
    maxGradNorm: 1,
    microBatchSize: 8,
    gradAccumSteps: 1,
    epochs: 3,
    maxSeqLen: 256,
    template: "alpaca",
    heldOutPercent: 0,
    isShuffled: false,
  };

  beforeAll(async () => {
    model = await loadTestModel(MODEL);
    expected = await fetchJson(`${RUN}/expected.json`);
    const tokenizer = createTokenizer(
      await fetchJson(`${MODEL}/tokenizer.json`),
      await fetchJson(`${MODEL}/tokenizer_config.json`),
      model.config.vocabSize,
    );
    padTokenId = tokenizer.padTokenId;
    const dataset = readDataset(
      "train.jsonl",
      await (await fetchBlob(`${RUN}/train.jsonl`)).text(),
    );
    const template = createTemplate("alpaca", tokenizer);
    examples = finish(encodeAll(dataset.conversations, template, tokenizer, config)).examples;
  });

  it("has the same token ids and loss masks", () => {
    expect(examples.length).toBe(expected.examples.length);
    examples.forEach(({ tokenIds, lossMask }, i) => {
      expect([...tokenIds]).toEqual(expected.examples[i]!.input_ids);
      expect([...lossMask]).toEqual(expected.examples[i]!.loss_mask);
    });
  });

  async function train(tuned: Tuned): Promise<StepRecord[]> {
    const run = new TrainingRun(model, tuned, { train: examples, heldOut: [], padTokenId }, config);
    expect(run.totalSteps).toBe(24);
    const records: StepRecord[] = [];
    await run.train({
      onStep: (record) => records.push(record),
      onEvaluated: () => {},
      onCheckpoint: () => Promise.resolve(),
      betweenSteps: (step) => Promise.resolve(step < STEPS),
    });
    run.dispose();
    return records;
  }

  function expectSteps(records: StepRecord[], wanted: ExpectedStep[]): void {
    expect(records.length).toBe(STEPS);
    records.forEach((record, i) => {
      const want = wanted[i] as ExpectedStep;
      expectClose([record.trainLoss], [want.loss], 1e-3, `loss of step ${i + 1}`);
      expectClose([record.gradNorm], [want.grad_norm], 1e-3, `gradient norm of step ${i + 1}`);
      expect(record.learningRate).toBeCloseTo(want.learning_rate, 12);
      expect(record.countedTokens).toBe(want.counted_tokens);
    });
  }

  it(`follows ${STEPS} steps of full tuning`, async () => {
    const tuned: Tuned = { kind: "full", weights: new FullWeights(model) };
    expectSteps(await train(tuned), expected.full);
    disposeTuned(tuned);
  });

  it(`follows ${STEPS} steps of LoRA`, async () => {
    const tensors = await readAllTensors(`${RUN}/lora_init.safetensors`);
    const layers = new Map<string, LoraLayer>();
    for (const [name, values] of tensors) {
      const match = /^(?:base_model\.model\.)?(.+)\.lora_([AB])(?:\.default)?\.weight$/.exec(name);
      if (!match) throw new Error(`unexpected tensor ${name}`);
      const module = match[1] as string;
      const layer = layers.get(module) ?? {
        module,
        a: new Float32Array(),
        b: new Float32Array(),
      };
      layer[match[2] === "A" ? "a" : "b"] = values as Float32Array;
      layers.set(module, layer);
    }
    const { r, lora_alpha } = expected.lora_config;
    const settings = { rank: r, alpha: lora_alpha, useRsLora: false };
    const adapter = LoraAdapter.fromLayers(model, settings, [...layers.values()]);
    const tuned: Tuned = { kind: "lora", adapter };
    expectSteps(await train(tuned), expected.lora);
    if (STEPS === 24) {
      const { token_ids: ids } = expected.lora_greedy;
      const promptLength = examples[0]!.lossMask.indexOf(1);
      const sampling = { ...defaultSampling(), maxNewTokens: ids.length - promptLength };
      const prompt = ids.slice(0, promptLength);
      const got = await generateTokens(model, adapter.view(model), prompt, sampling);
      expect([...prompt, ...got]).toEqual(ids);
    }
    disposeTuned(tuned);
  });
}

async function tellTheStory(): Promise<void> {
  const model = await loadTestModel(MODEL);
  const { greedy_token_ids: ids } = await fetchJson<{ greedy_token_ids: number[] }>(
    `${MODEL}/expected.json`,
  );
  const sampling = { ...defaultSampling(), maxNewTokens: ids.length - 1 };
  const got = await generateTokens(model, model.baseView, [ids[0]!], sampling);
  expect([ids[0]!, ...got]).toEqual(ids);
  model.dispose();
}
