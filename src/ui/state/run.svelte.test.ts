import { describe, expect, it, vi } from "vitest";
import { AppError } from "@/core/errors";
import { defaultRunConfig } from "@/core/runConfig";
import { FakeTrainer, SAVED_RUN, type FakeOptions } from "../testing/fakeTrainer";
import { RunState } from "./run.svelte";

const CONFIG = { ...defaultRunConfig(null), maxSteps: 30 };

async function createRun(options: FakeOptions = {}) {
  const trainer = new FakeTrainer({ stepMs: 2, tokenMs: 0, ...options });
  const run = new RunState(trainer);
  await trainer.subscribe((event) => {
    if ("runId" in event) run.apply(event);
  });
  await trainer.encodeData(CONFIG);
  return { trainer, run };
}

describe("RunState", () => {
  it("follows a run from start to end", async () => {
    const { run } = await createRun();
    const started = run.start(CONFIG, 30);
    expect(run.status.kind).toBe("starting");
    await started;
    expect(run.isLocked).toBe(true);
    await vi.waitFor(() => expect(run.status).toMatchObject({ kind: "ended", reason: "finished" }));
    expect(run.steps).toHaveLength(30);
    expect(run.evals.map(({ step }) => step)).toEqual([0, 20]);
    expect(run.savedStep).toBe(20);
    expect(run.tokensPerSecond).toBeGreaterThan(0);
    expect(run.msLeft).toBe(0);
  });

  it("pauses, resumes, stops and continues", async () => {
    const { run } = await createRun({ stepMs: 5 });
    await run.start(CONFIG, 30);
    await vi.waitFor(() => expect(run.currentStep).toBeGreaterThan(2));
    await run.pause();
    await vi.waitFor(() => expect(run.status.kind).toBe("paused"));
    const pausedAt = run.currentStep;
    await run.resume();
    await vi.waitFor(() => expect(run.currentStep).toBeGreaterThan(pausedAt));
    await run.stop();
    await vi.waitFor(() => expect(run.status).toMatchObject({ kind: "ended" }));
    const stoppedAt = run.currentStep;
    await run.continueFor(3);
    await vi.waitFor(() => expect(run.currentStep).toBe(stoppedAt + 3));
  });

  it("drops events of a run that it does not know", async () => {
    const { run, trainer } = await createRun();
    trainer.emit({ type: "runEnded", runId: "another", reason: "finished", step: 9 });
    expect(run.status.kind).toBe("idle");
  });

  it("shows why a run failed and at which step", async () => {
    const { run } = await createRun({ failStep: 8 });
    await run.start(CONFIG, 30);
    await vi.waitFor(() => expect(run.status.kind).toBe("failed"));
    expect(run.status).toMatchObject({ step: 7, error: { code: "run/not-finite" } });
  });

  it("fails when the trainer refuses to start", async () => {
    const refused = new AppError("model/too-large", "needs 9 GB");
    const { run } = await createRun({ fail: { startRun: refused } });
    await run.start(CONFIG, 30);
    expect(run.status).toMatchObject({ kind: "failed", error: { code: "model/too-large" } });
  });

  it("takes a refused command back and keeps the reason", async () => {
    const refused = new AppError("run/busy", "not now");
    const { run } = await createRun({ stepMs: 50, fail: { pauseRun: refused } });
    await run.start(CONFIG, 30);
    await run.pause();
    expect(run.status.kind).toBe("training");
    expect(run.commandError).toMatchObject({ code: "run/busy" });
  });

  it("ends a restored run that is stopped before it went on", async () => {
    const { run, trainer } = await createRun({ savedRuns: [SAVED_RUN] });
    vi.spyOn(trainer, "stopRun").mockResolvedValue();
    run.adopt(await trainer.restoreRun(SAVED_RUN.runId));
    expect(run.status).toMatchObject({ kind: "paused", step: 120 });
    await run.stop();
    expect(run.status).toMatchObject({ kind: "ended", reason: "stopped", step: 120 });
  });
});
