/** What a person does with the data while a run trains, and the other way round: nothing gets lost. */
import { beforeAll, expect, it } from "vitest";
import { defaultRunConfig, type RunConfig } from "@/core/runConfig";
import type { DataEdit } from "@/data/edits/edits";
import { createTrainer } from "./trainer";
import type { TrainerApi, TrainerEvent } from "./protocol";
import { countingData, dropTinyModel } from "./testing/tinyModel";

const RECORDS = 60;
const DATA = countingData(RECORDS);
const CONFIG: RunConfig = {
  ...defaultRunConfig(null),
  template: "alpaca",
  maxSeqLen: 128,
  microBatchSize: 2,
  maxSteps: 12,
  evalEvery: 1000,
  checkpointEvery: 1000,
  sampleEvery: 1000,
};
const EXCLUDE: DataEdit = { kind: "exclude", ids: [0, 1, 2] };

let trainer: TrainerApi;
let events: TrainerEvent[] = [];

beforeAll(async () => {
  trainer = createTrainer();
  await trainer.subscribe((event) => void events.push(event));
  const baseUrl = `${location.origin}/`;
  await trainer.startBackend({ backend: "wasm", hubUrl: "http://127.0.0.1:9", baseUrl });
  await trainer.loadModel(await dropTinyModel());
  await trainer.readData({ kind: "text", name: "counting.jsonl", text: DATA });
});

/** The losses of a run, with whatever is done meanwhile. */
async function train(meanwhile: () => Promise<unknown>): Promise<number[]> {
  events = [];
  await trainer.startRun("busy", CONFIG);
  await meanwhile();
  // Not as the last one: what was looked at meanwhile may end later.
  const hasEnded = () => events.some(({ type }) => type === "runEnded");
  await expect.poll(hasEnded, { timeout: 60_000 }).toBe(true);
  await trainer.deleteSavedRun("busy");
  return events.flatMap((event) =>
    event.type === "steps" ? event.records.map(({ trainLoss }) => trainLoss) : [],
  );
}

it("the data is looked at while a run trains, and the run is that of a run alone", async () => {
  const alone = await train(() => Promise.resolve());
  expect(alone).toHaveLength(CONFIG.maxSteps);
  const looking = trainer.examineData(CONFIG);
  const together = await train(async () => {
    const other = { ...CONFIG, maxSeqLen: 120 };
    const [report, profile, kept] = await Promise.all([
      trainer.examineData(other),
      trainer.profileData(other),
      trainer.compareKeeping(10),
    ]);
    expect(report?.recordCount).toBe(RECORDS);
    expect(profile?.lengths?.limit).toBe(120);
    expect(kept?.leftOut).toHaveLength(RECORDS - 10);
    expect((await trainer.readRows([5]))[0]?.line).toBe(6);
  });
  // A later look ends the earlier one.
  expect([null, RECORDS]).toContain((await looking)?.recordCount ?? null);
  expect(together).toHaveLength(alone.length);
  for (const [i, loss] of alone.entries()) expect(together[i]).toBeCloseTo(loss, 5);
});

it("what would change the data is refused while a run trains, and works after it", async () => {
  await trainer.editData(EXCLUDE, "Exclude three");
  const { mapping } = await trainer.readData({ kind: "text", name: "counting.jsonl", text: DATA });
  await trainer.editData(EXCLUDE, "Exclude three");
  const mendable = await trainer.examineData(CONFIG);
  expect(mendable).not.toBeNull();
  await train(async () => {
    const source = { kind: "text", name: "other", text: DATA } as const;
    const refused = await Promise.allSettled([
      trainer.editData({ kind: "exclude", ids: [5] }, "Exclude another"),
      trainer.undoEdit(),
      trainer.mendData("duplicates"),
      trainer.setMapping(mapping),
      trainer.readData(source),
      trainer.addData(source),
      trainer.setMix({ seed: 1, parts: [] }),
    ]);
    for (const outcome of refused) {
      expect(outcome).toMatchObject({
        status: "rejected",
        reason: {
          code: "run/busy",
          message: "A run is training: stop it before you change the data.",
        },
      });
    }
  });
  expect(await trainer.undoEdit()).toMatchObject({
    name: "counting.jsonl",
    recordCount: RECORDS,
    undoLabel: null,
  });
});
