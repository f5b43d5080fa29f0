import { describe, expect, it, vi } from "vitest";
import { AppError } from "@/core/errors";
import { SAVED_RUN } from "../testing/fakeTrainer";
import { createFakeApp } from "../testing/renderApp";

describe("AppState", () => {
  it("brings up backend, bundled model, bundled data and three prompts", async () => {
    const { app, trainer } = createFakeApp();
    expect(app.blocker).not.toBeNull();
    await app.start();
    expect(app.device.summary?.backend).toBe("webgpu");
    expect(app.model.summary?.name).toBe("tabtune-base");
    expect(app.data.encoding?.totalSteps).toBe(300);
    expect(app.pinned.pins.map(({ prompt }) => prompt.instruction)).toHaveLength(3);
    expect(app.pinned.pins[0]?.wanted).toBe("The capital of France is Paris.");
    expect(app.blocker).toBeNull();
    expect(trainer.calls.find(({ name }) => name === "readData")?.args).toEqual([
      { kind: "bundled", name: "simple-answers" },
    ]);
  });

  it("keeps changed settings in the address, and only those", async () => {
    const { app } = createFakeApp({}, "#/model?rank=4");
    await app.start();
    expect(app.place).toBe("model");
    expect(app.settings.config.rank).toBe(4);
    app.settings.set("epochs", 5);
    expect(app.hash).toBe("#/model?rank=4&epochs=5");
    app.settings.set("rank", 16);
    expect(app.hash).toBe("#/model?epochs=5");
    app.settings.reset();
    expect(app.hash).toBe("#/model");
  });

  it("lets the defaults follow the method", async () => {
    const { app } = createFakeApp();
    await app.start();
    const loraRate = app.settings.config.learningRate;
    app.settings.set("method", "full");
    expect(app.settings.config.learningRate).toBeLessThan(loraRate);
    expect(app.settings.changedKeys).toEqual(["method"]);
    app.settings.set("method", "lora");
    expect(app.settings.changedKeys).toEqual([]);
  });

  it("does not start a run with a setting that cannot be used", async () => {
    const { app, trainer } = createFakeApp();
    await app.start();
    app.settings.set("rank", 0);
    await app.startRun();
    expect(app.blocker).toBe("A setting cannot be used.");
    expect(trainer.calls.some(({ name }) => name === "startRun")).toBe(false);
  });

  it("keeps the former model when another cannot be loaded", async () => {
    const { app, trainer } = createFakeApp();
    await app.start();
    const failure = new AppError("hub/not-found", "no such model");
    vi.spyOn(trainer, "loadModel").mockRejectedValueOnce(failure);
    await app.loadModel({ kind: "hub", repo: "a/b", revision: "main" });
    expect(app.model.status).toMatchObject({ kind: "failed", error: { code: "hub/not-found" } });
    expect(app.model.summary?.name).toBe("tabtune-base");
  });

  it("says so when a failed load cost the former model", async () => {
    const { app, trainer } = createFakeApp();
    await app.start();
    vi.spyOn(trainer, "loadModel").mockRejectedValueOnce(new AppError("model/vocabulary", "no"));
    vi.spyOn(trainer, "encodeData").mockRejectedValueOnce(new AppError("run/no-model", "none"));
    await app.loadModel({ kind: "hub", repo: "a/b", revision: "main" });
    expect(app.model.summary).toBeNull();
    expect(app.model.status.kind).toBe("failed");
  });

  it("restores a saved run where it stood", async () => {
    const { app } = createFakeApp({ savedRuns: [SAVED_RUN] });
    await app.start();
    expect(app.saved.offer?.runId).toBe(SAVED_RUN.runId);
    await app.restoreRun(SAVED_RUN.runId);
    expect(app.run.status).toMatchObject({ kind: "paused", step: 120 });
    expect(app.settings.config).toEqual(SAVED_RUN.config);
    expect(app.settings.changedKeys).toEqual(["rank"]);
    expect(app.saved.offer).toBeNull();
  });

  it("ends the run when the thread crashes, and starts anew on request", async () => {
    const { app, countRestarts } = createFakeApp({ stepMs: 30 });
    await app.start();
    await app.startRun();
    app.fail({ code: "worker/crashed", message: "out of memory", details: {} });
    expect(app.run.status).toMatchObject({ kind: "failed", error: { code: "worker/crashed" } });
    expect(app.blocker).toBe("The trainer has stopped.");
    await app.restart();
    expect(countRestarts()).toBe(1);
    expect(app.model.summary?.name).toBe("tabtune-base");
    expect(app.blocker).toBeNull();
  });

  it("keeps the base answers of a former run, since they are not asked again", async () => {
    const { app } = createFakeApp();
    await app.start();
    await app.refreshPins();
    await vi.waitFor(() =>
      expect(app.pinned.pins.every(({ base }) => base.state === "ended")).toBe(true),
    );
    app.pinned.runStarts();
    expect(app.pinned.pins[0]?.base.state).toBe("ended");
    expect(app.pinned.pins[0]?.tuned.state).toBe("waiting");
  });
});
