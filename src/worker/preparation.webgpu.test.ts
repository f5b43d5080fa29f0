/** Tune pressed after a while of reading waits for no compiler. */
import { afterAll, expect, it, vi } from "vitest";
import { defaultRunConfig, type RunConfig } from "@/core/runConfig";
import { count } from "@/engine/testing/count";
import { TrainingRun } from "@/engine/train/run";
import { createReadingApi } from "./dataReading";
import { createLoadingApi, Loader } from "./loading";
import { Preparation } from "./preparation";
import type { TrainerEvent } from "./protocol";
import { dropTinyModel } from "./testing/tinyModel";
import { createTrainer } from "./trainer";
import { TrainerState } from "./trainerState";

afterAll(() => vi.restoreAllMocks());

const CONFIG: RunConfig = { ...defaultRunConfig(null), template: "alpaca", maxSteps: 2 };
const DATA = Array.from({ length: 12 }, (_, i) =>
  JSON.stringify({ instruction: `Say ${i}.`, output: `It is ${i}.` }),
).join("\n");

const START = { backend: "webgpu", hubUrl: "http://127.0.0.1:9", baseUrl: `${location.origin}/` } as const; // prettier-ignore

it("waits for its turn at the model", async () => {
  const state = new TrainerState();
  const loading = createLoadingApi(state, new Loader(state));
  await loading.startBackend(START);
  await loading.loadModel(await dropTinyModel());
  await createReadingApi(state).readData({ kind: "text", name: "counting.jsonl", text: DATA });
  const encoding = await state.encode(state.requireModel(), CONFIG);
  const rehearse = vi.spyOn(TrainingRun.prototype, "rehearse").mockReturnValue();
  const waiting = vi.spyOn(state.lock, "run");
  const release = await state.lock.acquire();
  new Preparation(state).request(encoding, CONFIG, 64);
  await vi.waitFor(() => expect(waiting).toHaveBeenCalled(), 5000);
  expect(rehearse).not.toHaveBeenCalled();
  release();
  await vi.waitFor(() => expect(rehearse).toHaveBeenCalled());
  vi.restoreAllMocks();
});

it("compiles for the newest settings while nothing runs", async () => {
  const trainer = createTrainer();
  let tell: (event: TrainerEvent) => void = () => {};
  const ended = new Promise<TrainerEvent>((resolve) => (tell = resolve));
  await trainer.subscribe((event) => {
    if (event.type === "runEnded" || event.type === "runFailed") tell(event);
  });
  await trainer.startBackend(START);
  await trainer.loadModel(await dropTinyModel());
  await trainer.readData({ kind: "text", name: "counting.jsonl", text: DATA });
  const compile = vi.spyOn(GPUDevice.prototype, "createComputePipelineAsync");
  await trainer.encodeData({ ...CONFIG, method: "full" });
  await trainer.encodeData(CONFIG);
  await vi.waitFor(() => expect(compile).toHaveBeenCalled(), 10_000);
  await Promise.all(compile.mock.results.map(({ value }) => value as Promise<unknown>));
  const { pipelines, dispatches } = await count(async () => {
    await trainer.startRun("run", CONFIG);
    expect(await ended).toMatchObject({ type: "runEnded", step: CONFIG.maxSteps });
  });
  expect(dispatches).toBeGreaterThan(50);
  expect(pipelines).toBe(0);
  await trainer.deleteSavedRun("run");
});
