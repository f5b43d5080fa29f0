/** Measuring through the whole contract, on a tiny model: every record of both sides, as events. */
import { beforeAll, describe, expect, it, vi } from "vitest";
import { defaultSampling } from "@/core/generation";
import { defaultRunConfig, type RunConfig } from "@/core/runConfig";
import { createTrainer } from "./trainer";
import type { MeasuredRecord, MeasureRequest, TrainerApi, TrainerEvent } from "./protocol";
import { countingData, dropTinyModel } from "./testing/tinyModel";

const REQUEST: MeasureRequest = {
  dataset: "unseen-facts",
  template: "question-answer",
  count: 3,
  seed: 1,
};

const CONFIG: RunConfig = {
  ...defaultRunConfig(null),
  template: "question-answer",
  maxSeqLen: 64,
  rank: 4,
  alpha: 8,
  learningRate: 1e-2,
  microBatchSize: 2,
  maxSteps: 4,
};

const DATA = countingData(12);

let events: TrainerEvent[] = [];
let trainer: TrainerApi;

const until = (test: (event: TrainerEvent) => boolean) =>
  vi.waitFor(() => expect(events.some(test)).toBe(true), { timeout: 120_000, interval: 5 });

async function tune(maxSteps = CONFIG.maxSteps): Promise<void> {
  events = [];
  await trainer.startRun(crypto.randomUUID(), { ...CONFIG, maxSteps });
  await until(({ type }) => type === "runEnded" || type === "runFailed");
}

async function measure(
  change: Partial<MeasureRequest> = {},
): Promise<{ records: MeasuredRecord[]; totals: number[]; reason: string }> {
  const id = crypto.randomUUID();
  await trainer.measure(id, { ...REQUEST, ...change });
  const own = events.filter((event) => "requestId" in event && event.requestId === id);
  const told = own.flatMap((event) => (event.type === "measured" ? [event] : []));
  const end = own.at(-1);
  expect(told.map(({ done }) => done)).toEqual(told.map((_, i) => i + 1));
  return {
    records: told.map(({ record }) => record),
    totals: [...new Set(told.map(({ total }) => total))],
    reason: end?.type === "measureEnded" ? end.reason : "no end",
  };
}

function questionsOf(records: MeasuredRecord[]) {
  return records.map((record) => {
    if (record.of !== "question") throw new Error("not a question");
    return record;
  });
}

beforeAll(async () => {
  trainer = createTrainer();
  await trainer.subscribe((event) => events.push(event));
  const baseUrl = `${location.origin}/`;
  await trainer.startBackend({ backend: "wasm", hubUrl: "http://127.0.0.1:9", baseUrl });
  await trainer.loadModel(await dropTinyModel());
  await trainer.readData({ kind: "text", name: "counting.jsonl", text: DATA });
});

describe("measuring", () => {
  it("asks the base alone while nothing is tuned, the same questions for the same seed", async () => {
    const { records, totals, reason } = await measure();
    expect({ totals, reason, count: records.length }).toEqual({
      totals: [3],
      reason: "finished",
      count: 3,
    });
    expect(questionsOf(records).every(({ tuned }) => tuned === null)).toBe(true);
    expect((await measure()).records).toEqual(records);
    expect((await measure({ count: 2 })).records).toEqual(records.slice(0, 2));
    expect((await measure({ seed: 2 })).records).not.toEqual(records);
  });

  it("gives the text that the same prompt gets on the Compare place", async () => {
    const [record] = questionsOf((await measure({ count: 1 })).records);
    const { instruction, input } = record!;
    await trainer.compare("same", {
      prompt: { instruction, input },
      template: REQUEST.template,
      sampling: defaultSampling(),
    });
    const end = events.find((event) => event.type === "answerEnded" && event.requestId === "same");
    expect(end).toMatchObject({ side: "base", text: record!.base.text });
    expect(record!.base.isEnded).toBe(end?.type === "answerEnded" && end.reason === "end-of-text");
  });

  it("asks the tuned side anew after training, and remembers the base", async () => {
    const before = questionsOf((await measure()).records);
    await tune();
    const first = questionsOf((await measure()).records);
    await tune(8);
    const second = questionsOf((await measure()).records);
    const bases = (records: typeof first) => records.map(({ base }) => base);
    expect(bases(first)).toEqual(bases(before));
    expect(bases(second)).toEqual(bases(before));
    const tuned = (records: typeof first) => records.map((record) => record.tuned?.text);
    expect(tuned(first)).not.toEqual(bases(first).map(({ text }) => text));
    expect(tuned(second)).not.toEqual(tuned(first));
  });

  it("takes the loss of prose on both sides", async () => {
    const { records } = await measure({ dataset: "ordinary-prose", count: 2 });
    for (const record of records) {
      if (record.of !== "passage") throw new Error("not a passage");
      expect(record.base.tokenCount).toBeGreaterThan(20);
      expect(record.tuned?.tokenCount).toBe(record.base.tokenCount);
      // Text that it has not seen costs an untrained model about as much as guessing among 320 tokens.
      expect(record.base.lossSum / record.base.tokenCount).toBeGreaterThan(1);
      expect(record.tuned?.lossSum).not.toBe(record.base.lossSum);
    }
    expect(records).toHaveLength(2);
  });

  it("stops between two records and within one", async () => {
    const ended = trainer.measure("long", { ...REQUEST, count: 0 });
    await until((event) => event.type === "measured" && event.requestId === "long");
    await trainer.stopCompare("long");
    await ended;
    const own = events.filter((event) => "requestId" in event && event.requestId === "long");
    expect(own.at(-1)).toMatchObject({ type: "measureEnded", reason: "stopped" });
    expect(own.length).toBeLessThan(50);
  });

  it("ends when another model comes, whose answers it must not mix in", async () => {
    const ended = trainer.measure("moved", { ...REQUEST, count: 0 });
    await until((event) => event.type === "measured" && event.requestId === "moved");
    await trainer.loadModel(await dropTinyModel());
    await ended;
    const own = events.filter((event) => "requestId" in event && event.requestId === "moved");
    expect(own.at(-1)).toMatchObject({ type: "measureEnded", reason: "stopped" });
  });

  it("refuses what it cannot measure, and says why", async () => {
    await expect(trainer.measure("x", { ...REQUEST, dataset: "absent" })).rejects.toMatchObject({
      code: "data/unreadable",
      message: "There is no set absent to measure with.",
    });
    // Trained on: it would measure nothing.
    await expect(measure({ dataset: "first-answers" })).rejects.toMatchObject({
      code: "data/unreadable",
    });
    const fresh = createTrainer();
    await expect(fresh.measure("x", REQUEST)).rejects.toMatchObject({ code: "run/no-model" });
  });

  it("waits for no run: it is refused while one trains, and allowed while one is paused", async () => {
    events = [];
    await trainer.startRun("busy", { ...CONFIG, maxSteps: 2000 });
    await expect(measure()).rejects.toMatchObject({ code: "run/busy" });
    await trainer.pauseRun();
    await until(({ type }) => type === "paused");
    expect((await measure({ count: 1 })).reason).toBe("finished");
    await trainer.stopRun();
    await trainer.deleteSavedRun("busy");
  });
});
