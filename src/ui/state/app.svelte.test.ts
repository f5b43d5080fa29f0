import { describe, expect, it, vi } from "vitest";
import { AppError } from "@/core/errors";
import { defaultSampling } from "@/core/generation";
import { SAVED_RUN } from "../testing/fakeTrainer";
import { createFakeApp } from "../testing/renderApp";

describe("AppState", () => {
  it("brings up backend, bundled model, the first data set and its prompts", async () => {
    const { app, trainer } = createFakeApp();
    expect(app.blocker).not.toBeNull();
    await app.start();
    expect(app.device.summary?.backend).toBe("webgpu");
    expect(app.model.summary?.name).toBe("tabtune-base");
    expect(app.data.encoding?.totalSteps).toBe(100 * app.settings.config.epochs);
    expect(app.pinned.pins.map(({ wanted, note }) => [wanted, note])).toEqual([
      ["The capital of France is Paris.", "Never asked in training"],
      ["late", "Never asked in training"],
      ["A spider has eight legs.", "Asked in other words in training"],
      [null, "Something it cannot do"],
    ]);
    expect(app.blocker).toBeNull();
    expect(trainer.calls.find(({ name }) => name === "readData")?.args).toEqual([
      { kind: "bundled", name: "first-answers" },
    ]);
  });

  it("starts once the data is counted when it is asked to before, with the settings of then", async () => {
    const { app, trainer } = createFakeApp();
    await app.start();
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const encodeData = trainer.encodeData.bind(trainer);
    trainer.encodeData = async (config) => (await held, encodeData(config));
    app.settings.set("maxSteps", 3);
    await vi.waitFor(() => expect(app.data.encodingStatus.kind).toBe("counting"));
    expect(app.blocker).toBeNull();
    const started = app.startRun();
    // A second press changes nothing.
    await app.startRun();
    expect(app.isStartAwaited).toBe(true);
    expect(trainer.calls.filter(({ name }) => name === "startRun")).toHaveLength(0);
    release();
    await started;
    expect(trainer.calls.filter(({ name }) => name === "startRun")).toHaveLength(1);
    expect(app.run.totalSteps).toBe(3);
    expect(app.isStartAwaited).toBe(false);
  });

  it("does not start when the count that it waited for fails", async () => {
    const { app, trainer } = createFakeApp();
    await app.start();
    let fail: (error: AppError) => void = () => {};
    trainer.encodeData = () => new Promise((_, reject) => (fail = reject));
    app.settings.set("maxSteps", 3);
    await vi.waitFor(() => expect(app.data.encodingStatus.kind).toBe("counting"));
    const started = app.startRun();
    fail(new AppError("data/no-trained-tokens", "Nothing is left."));
    await started;
    expect(app.run.status.kind).toBe("idle");
    expect(app.blocker).toBe("The data cannot be used as it is.");
  });

  it("pins held-out examples of data that wants nothing pinned, without a note", async () => {
    const { app } = createFakeApp();
    await app.start();
    await app.readData({ kind: "text", name: "pasted text", text: "{}" });
    expect(app.pinned.pins).toHaveLength(3);
    expect(app.pinned.pins.map(({ note }) => note)).toEqual([null, null, null]);
    expect(app.pinned.pins[0]?.wanted).toBe("The capital of France is Paris.");
  });

  it("fills the names into the prompts of a set that has fields for them", async () => {
    const { app, trainer } = createFakeApp();
    await app.start();
    const values = { name: 'Zoë "Z"', maker: "Ada" };
    await app.readData({ kind: "bundled", name: "persona", values });
    expect(app.data.summary?.name).toBe('Persona (Zoë "Z")');
    expect(app.pinned.pins.map(({ prompt, wanted }) => [prompt.instruction, wanted])).toEqual([
      ["What is your name?", 'My name is Zoë "Z".'],
      ["Did Ada make you?", "Yes, Ada made me."],
    ]);
    expect(trainer.calls.findLast(({ name }) => name === "setPinnedPrompts")?.args[0]).toEqual([
      { instruction: "What is your name?", input: "" },
      { instruction: "Did Ada make you?", input: "" },
    ]);
  });

  it("keeps the pins of a finished run until the next run, which takes those of its data", async () => {
    const { app } = createFakeApp({ skipTo: 300 });
    await app.start();
    await app.startRun();
    await vi.waitFor(() => expect(app.run.status.kind).toBe("ended"));
    const before = app.pinned.pins.map(({ prompt, note }) => [prompt.instruction, note]);
    expect(before[0]).toEqual(["What is the capital of France?", "Never asked in training"]);
    await app.readData({ kind: "bundled", name: "persona" });
    expect(app.pinned.pins.map(({ prompt, note }) => [prompt.instruction, note])).toEqual(before);
    expect(app.pinned.pins[0]?.tuned.text).toBe("The capital of France is Paris.");
    await Promise.all([app.startRun(), app.startRun()]);
    expect(app.pinned.pins.map(({ prompt }) => prompt.instruction)).toEqual([
      "What is your name?",
      "Did Ada make you?",
    ]);
  });

  it("keeps a note when its prompt is kept as it was, and drops it when it is changed", async () => {
    const { app } = createFakeApp();
    await app.start();
    const [first, second] = app.pinned.pins;
    if (!first || !second) throw new Error("two pins expected");
    await app.changePins((pinned) => pinned.edit(first.id, { ...first.prompt }, defaultSampling()));
    await app.changePins((pinned) =>
      pinned.edit(second.id, { instruction: "Mine", input: "" }, defaultSampling()),
    );
    await app.pin({ instruction: "Also mine", input: "" });
    expect(app.pinned.pins.map(({ note }) => note)).toEqual([
      "Never asked in training",
      null,
      "Asked in other words in training",
      "Something it cannot do",
      null,
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
    expect(app.data.source).toEqual({ kind: "bundled", name: "first-answers" });
    expect(app.pinned.pins.map(({ prompt, note }) => [prompt.instruction, note])).toEqual([
      ["What is the capital of France?", "Never asked in training"],
      ["Put the words in alphabetical order.", null],
      ["How many legs does a spider have?", "Asked in other words in training"],
    ]);
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
