/** The whole contract on a tiny model, without a Worker: what the page can ask for, end to end. */
import { AutoTokenizer, env } from "@huggingface/transformers";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { defaultSampling } from "@/core/generation";
import type { StepRecord } from "@/core/metrics";
import { defaultRunConfig, type RunConfig } from "@/core/runConfig";
import { readPeftAdapter } from "@/engine/formats/peftAdapter";
import { unzipFiles } from "@/engine/formats/zip";
import { createTrainer } from "./trainer";
import type { CompareRequest, TrainerApi, TrainerEvent } from "./protocol";
import { countingData, dropTinyModel } from "./testing/tinyModel";

const isWasm = inject("backend") === "wasm";
const STEPS = isWasm ? 8 : 4;

const DATA = countingData(12);

const CONFIG: RunConfig = {
  ...defaultRunConfig(null),
  template: "alpaca",
  maxSeqLen: 128,
  rank: 4,
  alpha: 8,
  learningRate: 1e-2,
  microBatchSize: 2,
  maxSteps: STEPS,
  evalEvery: 4,
  checkpointEvery: 2,
  sampleEvery: 2,
};

const REQUEST: CompareRequest = {
  prompt: { instruction: "Say 3.", input: "" },
  template: "alpaca",
  sampling: { ...defaultSampling(), maxNewTokens: 5 },
};

/** Events so far, and a promise for the first one of a kind from now on. */
class Events {
  readonly all: TrainerEvent[] = [];
  #waiting: ((event: TrainerEvent) => void)[] = [];

  readonly push = (event: TrainerEvent) => {
    this.all.push(event);
    for (const wake of [...this.#waiting]) wake(event);
  };

  next(...types: TrainerEvent["type"][]): Promise<TrainerEvent> {
    return new Promise((resolve) => {
      const wake = (event: TrainerEvent) => {
        if (!types.includes(event.type)) return;
        this.#waiting = this.#waiting.filter((other) => other !== wake);
        resolve(event);
      };
      this.#waiting.push(wake);
    });
  }

  steps(runId: string): StepRecord[] {
    return this.all.flatMap((event) =>
      event.type === "steps" && event.runId === runId ? event.records : [],
    );
  }
}

async function createReady(): Promise<{ trainer: TrainerApi; events: Events }> {
  const trainer = createTrainer();
  const events = new Events();
  await trainer.subscribe(events.push);
  const baseUrl = `${location.origin}/`;
  await trainer.startBackend({ backend: inject("backend"), hubUrl: "http://127.0.0.1:9", baseUrl });
  await trainer.loadModel(await dropTinyModel());
  await trainer.readData({ kind: "text", name: "counting.jsonl", text: DATA });
  return { trainer, events };
}

async function answersOf(
  trainer: TrainerApi,
  events: Events,
): Promise<{ base: string; tuned: string }> {
  const requestId = crypto.randomUUID();
  await trainer.compare(requestId, REQUEST);
  const text = (side: "base" | "tuned") => {
    const end = events.all.find(
      (event) =>
        event.type === "answerEnded" && event.requestId === requestId && event.side === side,
    );
    if (end?.type !== "answerEnded") throw new Error(`no end of the ${side} answer`);
    return end.text;
  };
  return { base: text("base"), tuned: text("tuned") };
}

let trainer: TrainerApi;
let events: Events;

beforeAll(async () => {
  ({ trainer, events } = await createReady());
});

/** One story: each test goes on where the one before left off. */
describe("a run through the contract", () => {
  const runId = crypto.randomUUID();
  let tunedAnswer = "";

  it("counts the examples and shows them token by token", async () => {
    const summary = await trainer.encodeData(CONFIG);
    expect(summary.trainCount + summary.heldOutCount).toBe(12);
    expect(summary.heldOutCount).toBe(1);
    expect(summary.totalSteps).toBe(STEPS);
    const [view] = await trainer.viewExamples(3, 1, CONFIG);
    expect(view?.conversation.messages[0]?.content).toBe("Say 3.");
    const kinds = view?.tokens.map(({ kind }) => kind).join(" ");
    expect(kinds).toMatch(/^(masked )+(trained ?)+$/);
  });

  it("trains, answers the pinned prompts on both sides, measures, and saves", async () => {
    await trainer.setPinnedPrompts([REQUEST.prompt], REQUEST.sampling);
    const ended = events.next("runEnded", "runFailed");
    await trainer.startRun(runId, CONFIG);
    expect(await ended).toMatchObject({ type: "runEnded", reason: "finished", step: STEPS });
    const steps = events.steps(runId);
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: STEPS }, (_, i) => i + 1));
    expect(steps.at(-1)!.trainLoss).toBeLessThan(steps[0]!.trainLoss);
    const pinned = events.all.filter(
      (event) => event.type === "answerEnded" && event.requestId === "pinned:0",
    );
    expect(new Set(pinned.map((event) => event.type === "answerEnded" && event.side))).toEqual(
      new Set(["base", "tuned"]),
    );
    expect(events.all.some(({ type }) => type === "evaluated")).toBe(true);
    expect(await trainer.listSavedRuns()).toEqual(
      expect.arrayContaining([expect.objectContaining({ runId, step: STEPS })]),
    );
  });

  it("compares with the same prompt on both sides", async () => {
    const { base, tuned } = await answersOf(trainer, events);
    expect(tuned).not.toBe(base);
    tunedAnswer = tuned;
  });

  it("gives an adapter that, attached again, answers the same", async () => {
    const { fileName, blob } = await trainer.exportAdapter();
    expect(fileName).toBe("tiny-counting-adapter.zip");
    const adapter = await readPeftAdapter(await unzipFiles(blob));
    expect(adapter.rank).toBe(4);
    const other = await createReady();
    const file = new File([blob], fileName);
    expect(await other.trainer.importAdapter([file])).toBe("alpaca");
    expect((await answersOf(other.trainer, other.events)).tuned).toBe(tunedAnswer);
  });

  it("gives a merged model that, loaded back, answers as base what the tuned side did", async () => {
    const { blob, fileName } = await trainer.exportModel();
    const other = await createReady();
    const files = [new File([blob], fileName)];
    const summary = await other.trainer.loadModel({ kind: "files", name: "merged", files });
    expect(summary.hasChatTemplate).toBe(true);
    expect((await answersOf(other.trainer, other.events)).base).toBe(tunedAnswer);
  });

  it("gives tokenizer files that transformers.js renders the training prompt with", async () => {
    const { blob } = await trainer.exportModel();
    const files = await unzipFiles(blob);
    env.allowLocalModels = false;
    env.useBrowserCache = false;
    env.useCustomCache = true;
    env.customCache = {
      match: (request: string) => {
        const file = files.get(request.split("/").at(-1) ?? "");
        return Promise.resolve(file && new Response(file));
      },
      put: () => Promise.resolve(),
    };
    const tokenizer = await AutoTokenizer.from_pretrained("tabtune/export");
    const prompt = tokenizer.apply_chat_template([{ role: "user", content: "Say 3." }], {
      tokenize: false,
      add_generation_prompt: true,
    });
    expect(prompt).toBe(
      "Below is an instruction that describes a task. Write a response that appropriately completes the request.\n\n### Instruction:\nSay 3.\n\n### Response:\n",
    );
  });

  it("comes back in another session and goes on", async () => {
    const other = await createReady();
    const restored = await other.trainer.restoreRun(runId);
    expect(restored.saved.step).toBe(STEPS);
    expect(restored.steps).toHaveLength(STEPS);
    expect(restored.dataset.recordCount).toBe(12);
    expect((await answersOf(other.trainer, other.events)).tuned).toBe(tunedAnswer);
    const ended = other.events.next("runEnded", "runFailed");
    await other.trainer.continueRun(2);
    expect(await ended).toMatchObject({ reason: "finished", step: STEPS + 2 });
    await other.trainer.deleteSavedRun(runId);
    expect((await trainer.listSavedRuns()).some((run) => run.runId === runId)).toBe(false);
  });
});

it("pauses between steps, answers meanwhile, resumes, and stops with a save", async () => {
  const runId = crypto.randomUUID();
  const started = events.next("steps", "runFailed");
  await trainer.startRun(runId, { ...CONFIG, maxSteps: 500, sampleEvery: 1000 });
  expect((await started).type).toBe("steps");
  const paused = events.next("paused");
  await trainer.pauseRun();
  await paused;
  const before = events.steps(runId).length;
  await answersOf(trainer, events);
  expect(events.steps(runId)).toHaveLength(before);
  const more = events.next("steps");
  await trainer.resumeRun();
  await more;
  const ended = events.next("runEnded");
  await trainer.stopRun();
  expect(await ended).toMatchObject({ reason: "stopped" });
  const saved = (await trainer.listSavedRuns()).find((run) => run.runId === runId);
  expect(saved?.step).toBe(events.steps(runId).at(-1)?.step);
  await trainer.deleteSavedRun(runId);
});

it("says what stands in the way", async () => {
  const fresh = createTrainer();
  await fresh.subscribe(() => {});
  await expect(fresh.compare("x", REQUEST)).rejects.toMatchObject({ code: "run/no-model" });
  await expect(trainer.startRun("x", { ...CONFIG, rank: 0 })).rejects.toMatchObject({
    code: "run/bad-config",
  });
  await expect(
    trainer.startRun("x", { ...CONFIG, method: "full", maxSeqLen: 16 }),
  ).rejects.toMatchObject({ code: "data/no-trained-tokens" });
  await expect(trainer.restoreRun("absent")).rejects.toMatchObject({ code: "run/cannot-resume" });
});
