import { expose } from "comlink";
import { AppError, toErrorRecord } from "@/core/errors";
import type { LocalModel } from "./localModel";
import { findModelFacts } from "./modelFacts";
import type { LocalModelApi, Outcome } from "./protocol";

let model: LocalModel | null = null;

const api: LocalModelApi = {
  findFacts(repo, hubUrl, wanted) {
    return settle(async () => {
      const adapter = wanted === "webgpu" ? await navigator.gpu?.requestAdapter() : null;
      const device = adapter ? "webgpu" : "wasm";
      const hasF16 = adapter?.features.has("shader-f16") ?? false;
      return findModelFacts({ repo, hubUrl, device, hasF16 });
    });
  },

  load(facts, hubUrl, onBytes) {
    return settle(async () => {
      // The library and its runtime are fetched only now.
      const { LocalModel } = await import("./localModel");
      model = await LocalModel.load(facts, hubUrl, onBytes);
      return null;
    });
  },

  generate(messages, options, onText) {
    return settle(async () => {
      if (!model) throw new Error("generate: no model is loaded");
      return model.generate(messages, options, onText);
    });
  },

  interrupt() {
    model?.interrupt();
    return Promise.resolve();
  },
};

async function settle<T>(task: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await task() };
  } catch (thrown) {
    const error = thrown instanceof AppError ? thrown : toFailure(thrown);
    return { error: toErrorRecord(error) };
  }
}

/** The library and its runtime throw errors without codes, and sometimes bare numbers. */
function toFailure(thrown: unknown): AppError {
  const words = thrown instanceof Error ? thrown.message : String(thrown);
  return new AppError("teacher/failed", `The model in this tab failed: ${words.slice(0, 400)}`);
}

expose(api);
