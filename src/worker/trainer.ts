/** The trainer's side of the contract: engine, data and storage behind one `TrainerApi`. */
import { AppError } from "@/core/errors";
import { checkRunConfig, defaultRunConfig } from "@/core/runConfig";
import { createAskingApi } from "./asking";
import { createEditsApi } from "./dataEdits";
import { createReadingApi } from "./dataReading";
import { summarizeEncoding } from "./dataSession";
import { createTableApi } from "./dataTable";
import { createDoctorApi } from "./doctor";
import type { ExportContext } from "./exports";
import { createLoadingApi, Loader } from "./loading";
import { Preparation } from "./preparation";
import { createProfileApi } from "./profile";
import type { TrainerApi } from "./protocol";
import { createRunsApi } from "./runs";
import { TrainerState } from "./trainerState";

/** Everything the thread holds. Created once; the page calls its methods through Comlink. */
export function createTrainer(): TrainerApi {
  const state = new TrainerState();
  const loader = new Loader(state);
  return {
    subscribe(onEvent) {
      state.emit = onEvent;
      return Promise.resolve();
    },
    ...createLoadingApi(state, loader),
    ...createReadingApi(state),
    ...createDataApi(state),
    ...createEditsApi(state),
    ...createTableApi(state),
    ...createDoctorApi(state),
    ...createProfileApi(state),
    ...createRunsApi(state, loader),
    ...createAskingApi(state),
    ...createExportsApi(state),
  };
}

type DataApi = Pick<TrainerApi, "encodeData" | "viewExamples" | "setPinnedPrompts">;

function createDataApi(state: TrainerState): DataApi {
  const { data, pinned } = state;
  const preparation = new Preparation(state);
  return {
    async encodeData(config) {
      checkRunConfig(config);
      const encoding = await state.encode(state.requireModel(), config);
      const summary = summarizeEncoding(encoding, config);
      preparation.request(encoding, config, summary.longestTokens);
      return summary;
    },

    async viewExamples(first, count, config) {
      const { loaded } = state;
      return data.view(first, count, loaded ? await state.encode(loaded, config) : null);
    },

    setPinnedPrompts(prompts, sampling) {
      pinned.set(prompts, sampling);
      return Promise.resolve();
    },
  };
}

type ExportsApi = Pick<TrainerApi, "exportAdapter" | "exportModel" | "importAdapter">;

/** Not part of the first visit. */
const loadExports = () => import("./exports");

function createExportsApi(state: TrainerState): ExportsApi {
  return {
    async exportAdapter() {
      const context = exportContext(state);
      if (context.tuned.kind !== "lora") {
        throw new AppError(
          "run/no-model",
          "Full tuning has no adapter: take the merged model instead.",
        );
      }
      const { adapter } = context.tuned;
      return state.lock.run(async () => (await loadExports()).exportAdapter(context, adapter));
    },

    async exportModel() {
      const context = exportContext(state);
      return state.lock.run(async () =>
        (await loadExports()).exportModel(context, state.report("export", "items")),
      );
    },

    async importAdapter(files) {
      state.requireIdle("attach an adapter");
      const model = state.requireModel();
      const { importAdapter } = await loadExports();
      const { adapter, config } = await importAdapter(
        model,
        new Map(files.map((file) => [file.name, file])),
      );
      try {
        await state.replaceRun(model, "attach an adapter", () => {
          state.tuned = { kind: "lora", adapter };
          state.lastConfig = config;
        });
      } catch (error) {
        adapter.dispose();
        throw error;
      }
      return config?.template ?? null;
    },
  };
}

function exportContext(state: TrainerState): ExportContext {
  const model = state.requireModel();
  const { tuned, session } = state;
  if (!tuned) {
    throw new AppError("run/no-model", "There is no tuned model yet: press Tune first.");
  }
  const config = session?.parts.config ?? state.lastConfig ?? defaultRunConfig(model.summary);
  const { isRaw, template } = session?.parts.answers ?? state.answerContext(model, config);
  return {
    loaded: model,
    tuned,
    config,
    template: isRaw ? null : template,
    dataName: session?.parts.dataset.name ?? "imported",
    trainCount: session?.parts.data.train.length ?? 0,
    heldOutCount: session?.parts.data.heldOut.length ?? 0,
    steps: session?.run.step ?? 0,
    trainLoss: session?.steps.at(-1)?.trainLoss ?? null,
    evalLoss: session?.evals.at(-1)?.evalLoss ?? null,
  };
}
