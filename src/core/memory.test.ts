import { describe, expect, test } from "vitest";
import { countAdapterParameters, countParameters, estimateMemory } from "./memory";
import { MODELS, type ModelInfo } from "./modelInfo";
import { defaultRunConfig } from "./runConfig";

const byRepo = (repo: string) => MODELS.find((model) => model.repo === repo) as ModelInfo;
const settings = defaultRunConfig(null);

describe("the models offered by name", () => {
  test.each(MODELS)("$title has the parameters that its shape gives", (model) => {
    expect(countParameters(model.shape)).toBe(model.parameterCount);
    expect(model.shape.family).toBe(model.family);
  });

  test.each(MODELS)("the download of $title is its file's numbers and its masks", (model) => {
    const { family, numLayers, maxPositions } = model.shape;
    const bytesPerNumber = family === "gpt2" ? 4 : 2;
    const isOldFile = family !== "llama" && model.repo !== "bundled";
    // GPT-2's masks are float32, Pythia's bytes.
    const maskBytes = isOldFile ? numLayers * maxPositions ** 2 * (family === "gpt2" ? 4 : 1) : 0;
    const weightBytes = model.parameterCount * bytesPerNumber + maskBytes;
    expect(model.downloadBytes).toBeGreaterThan(weightBytes);
    expect(model.downloadBytes).toBeLessThan(weightBytes + 2.5e6);
  });

  test("no model is offered twice, and they are listed by size", () => {
    expect(new Set(MODELS.map(({ repo }) => repo)).size).toBe(MODELS.length);
    const counts = MODELS.map(({ parameterCount }) => parameterCount);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
  });
});

describe("memory", () => {
  const pythia = byRepo("EleutherAI/pythia-70m").shape;

  test("an adapter has rank · (in + out) numbers for each layer it is on", () => {
    // The figures of notes: Pythia 70M at rank 8.
    expect(countAdapterParameters(pythia, { rank: 8, targetModules: "default" })).toBe(98_304);
    expect(countAdapterParameters(pythia, { rank: 8, targetModules: "all-linear" })).toBe(393_216);
  });

  test("full tuning needs at least twenty bytes for each parameter, LoRA far less", () => {
    const full = estimateMemory(pythia, "full", settings, "webgpu");
    const lora = estimateMemory(pythia, "lora", settings, "webgpu");
    expect(full).toBeGreaterThan(20 * 70_426_624);
    expect(lora).toBeGreaterThan(4 * 70_426_624);
    expect(full - lora).toBeGreaterThan(15 * 70_426_624);
  });

  test("larger batches and longer examples need more", () => {
    const usual = estimateMemory(pythia, "lora", settings, "webgpu");
    expect(
      estimateMemory(pythia, "lora", { ...settings, microBatchSize: 32 }, "webgpu"),
    ).toBeGreaterThan(usual);
    expect(
      estimateMemory(pythia, "lora", { ...settings, maxSeqLen: 512 }, "webgpu"),
    ).toBeGreaterThan(usual);
  });

  test("gradient checkpointing needs less, the more so the more layers there are", () => {
    const saving = (numLayers: number) => {
      const shape = { ...pythia, numLayers };
      const checkpointed = { ...settings, useGradientCheckpointing: true };
      return (
        estimateMemory(shape, "lora", settings, "wasm") -
        estimateMemory(shape, "lora", checkpointed, "wasm")
      );
    };
    expect(saving(6)).toBeGreaterThan(0);
    expect(saving(12)).toBeGreaterThan(2 * saving(6));
  });

  test("examples longer than the model reads do not count", () => {
    const { shape } = byRepo("bundled");
    expect(estimateMemory(shape, "lora", { ...settings, maxSeqLen: 4096 }, "webgpu")).toBe(
      estimateMemory(shape, "lora", { ...settings, maxSeqLen: 512 }, "webgpu"),
    );
  });

  test("the bundled model fits the smallest devices", () => {
    // Its longest example has fewer tokens than this.
    const bundled = { ...settings, maxSeqLen: 64 };
    expect(estimateMemory(byRepo("bundled").shape, "full", bundled, "webgpu")).toBeLessThan(1e9);
  });
});
