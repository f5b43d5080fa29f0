/** Calls that overtake each other on their way to the model: nobody loses it under a run, and who is late is told. */
import { beforeAll, expect, it, vi } from "vitest";
import { defaultRunConfig, type RunConfig } from "@/core/runConfig";
import { createReadingApi } from "./dataReading";
import { createLoadingApi, Loader } from "./loading";
import type { TrainerEvent } from "./protocol";
import { createRunsApi } from "./runs";
import { countingData, dropTinyModel } from "./testing/tinyModel";
import { TrainerState } from "./trainerState";

const DATA = countingData(12);
const CONFIG: RunConfig = { ...defaultRunConfig(null), template: "alpaca", maxSteps: 2 };

const state = new TrainerState();
const loader = new Loader(state);
const runs = createRunsApi(state, loader);
const loading = createLoadingApi(state, loader);
let events: TrainerEvent[] = [];

beforeAll(async () => {
  state.emit = (event) => void events.push(event);
  const baseUrl = `${location.origin}/`;
  await loading.startBackend({ backend: "wasm", hubUrl: "http://127.0.0.1:9", baseUrl });
  await loading.loadModel(await dropTinyModel());
  await createReadingApi(state).readData({ kind: "text", name: "counting.jsonl", text: DATA });
});

const start = (runId: string) => () => runs.startRun(runId, CONFIG);
const load = async () => loading.loadModel(await dropTinyModel());

/** Makes the calls while somebody else has the model, so that they come to it in this order; → what became of each. */
async function inTurn(...calls: (() => Promise<unknown>)[]) {
  events = [];
  const waiting = vi.spyOn(state.lock, "run");
  const release = await state.lock.acquire();
  const made: Promise<unknown>[] = [];
  for (const call of calls) {
    const outcome = call();
    outcome.catch(() => undefined);
    made.push(outcome);
    await expect.poll(() => waiting.mock.calls.length).toBe(made.length);
  }
  release();
  waiting.mockRestore();
  return Promise.allSettled(made);
}

const ended = () =>
  expect
    .poll(() => events.at(-1), { timeout: 60_000 })
    .toMatchObject({ type: "runEnded", step: 2 });

it("of two presses of Tune the first counts", async () => {
  expect(await inTurn(start("first"), start("second"))).toMatchObject([
    { status: "fulfilled" },
    {
      status: "rejected",
      reason: {
        code: "run/busy",
        message: "A run is training: stop it before you start another.",
      },
    },
  ]);
  await ended();
});

it("a model that comes when a run has begun is refused", async () => {
  expect(await inTurn(start("run"), load)).toMatchObject([
    { status: "fulfilled" },
    {
      status: "rejected",
      reason: {
        code: "run/busy",
        message: "A run is training: stop it before you load another model.",
      },
    },
  ]);
  await ended();
  expect(state.session?.run.step).toBe(CONFIG.maxSteps);
});

it("a run whose model has been replaced does not begin", async () => {
  expect(await inTurn(load, start("late"))).toMatchObject([
    { status: "fulfilled" },
    {
      status: "rejected",
      reason: { code: "run/no-model", message: "Another model came meanwhile: try again." },
    },
  ]);
  await runs.startRun("late", CONFIG);
  await ended();
  for (const runId of ["first", "run", "late"]) await runs.deleteSavedRun(runId);
});
