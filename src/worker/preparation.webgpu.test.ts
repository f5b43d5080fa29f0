/** Tune pressed after a while of reading waits for no compiler. */
import { afterAll, expect, it, vi } from "vitest";
import { defaultRunConfig, type RunConfig } from "@/core/runConfig";
import { count } from "@/engine/testing/count";
import type { TrainerEvent } from "./protocol";
import { dropTinyModel } from "./testing/tinyModel";
import { createTrainer } from "./trainer";

afterAll(() => vi.restoreAllMocks());

const CONFIG: RunConfig = { ...defaultRunConfig(null), template: "alpaca", maxSteps: 2 };
const DATA = Array.from({ length: 12 }, (_, i) =>
  JSON.stringify({ instruction: `Say ${i}.`, output: `It is ${i}.` }),
).join("\n");

it("compiles for the newest settings while nothing runs", async () => {
  const trainer = createTrainer();
  let tell: (event: TrainerEvent) => void = () => {};
  const ended = new Promise<TrainerEvent>((resolve) => (tell = resolve));
  await trainer.subscribe((event) => {
    if (event.type === "runEnded" || event.type === "runFailed") tell(event);
  });
  const baseUrl = `${location.origin}/`;
  await trainer.startBackend({ backend: "webgpu", hubUrl: "http://127.0.0.1:9", baseUrl });
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
