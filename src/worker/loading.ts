/** The backend, and models on their way to it. */
import { AppError } from "@/core/errors";
import { startBackend, type Backend } from "@/engine/device";
import { hubModelKey, openModelCache, type ModelCache } from "@/storage/modelCache";
import { openRunStore } from "@/storage/runStore";
import { openTuningStore } from "@/storage/tuningStore";
import { findModel, type FindOptions, type FoundModel } from "./modelFiles";
import { checkModel, openModel, type LoadedModel } from "./modelSession";
import type { TrainerApi } from "./protocol";
import type { TrainerState } from "./trainerState";
import { rememberTuning } from "./tuning";

type LoadingApi = Pick<TrainerApi, "startBackend" | "loadModel" | "cancelLoad">;

/** One model comes at a time: the next load ends the one before. */
export class Loader {
  readonly #state: TrainerState;
  #loading: AbortController | null = null;

  constructor(state: TrainerState) {
    this.#state = state;
  }

  cancel(): void {
    this.#loading?.abort();
  }

  findOptions(signal: AbortSignal): FindOptions {
    const { cache, hubUrl, baseUrl } = this.#state;
    const onProgress = this.#state.report("download", "bytes");
    return { cache: cache as ModelCache, hubUrl, baseUrl, onProgress, signal };
  }

  /**
   * Replaces the model: run, tuned side and encodings of the old one go with it. A model that is
   * refused leaves the old one where it was.
   */
  async install({ files, origin }: FoundModel, signal: AbortSignal): Promise<LoadedModel> {
    const state = this.#state;
    const device = state.backend as Backend;
    const checked = await checkModel(files, origin, device);
    return state.lock.run(async () => {
      // One may have begun while the files were on their way.
      state.requireIdle("load another model");
      state.dropRun();
      state.loaded?.model.dispose();
      state.loaded = null;
      state.data.forgetEncoding();
      state.pinned.forget();
      state.measuring.forget();
      state.loaded = await openModel(checked, device, state.report("load", "bytes"), signal);
      return state.loaded;
    });
  }

  async run<T>(task: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const state = this.#state;
    if (state.deviceError) throw state.deviceError;
    if (!state.backend) throw new AppError("backend/unavailable", "The backend has not started.");
    state.requireIdle("load another model");
    this.#loading?.abort();
    const own = new AbortController();
    this.#loading = own;
    try {
      return await task(own.signal);
    } catch (error) {
      if (!own.signal.aborted || error instanceof AppError) throw error;
      throw new AppError("hub/cancelled", "Loading was cancelled.");
    } finally {
      if (this.#loading === own) this.#loading = null;
    }
  }
}

/** The trainer's methods about backend and model. */
export function createLoadingApi(state: TrainerState, loader: Loader): LoadingApi {
  return {
    async startBackend({ backend, hubUrl, baseUrl }) {
      Object.assign(state, { hubUrl, baseUrl });
      state.cache = await openModelCache();
      state.runs = await openRunStore();
      const started = await startBackend(backend);
      const { tuningKey, lost } = started;
      if (tuningKey) await rememberTuning(await openTuningStore(), tuningKey, lost);
      state.backend = started;
      void lost.then((error) => state.loseDevice(error));
      return {
        backend: started.name,
        reason: started.reason,
        adapter: started.adapter,
        maxBufferBytes: started.maxBufferBytes,
        budgetBytes: started.budgetBytes,
        canSaveRuns: state.runs.canSave,
      };
    },

    loadModel(source) {
      return loader.run(async (signal) => {
        const found = await findModel(source, loader.findOptions(signal));
        try {
          return (await loader.install(found, signal)).summary;
        } catch (error) {
          // Faulty files are not kept: trying again must fetch them anew.
          if (source.kind === "hub" && isFaultOfFiles(error)) {
            await state.cache?.deleteModel(hubModelKey(source.repo, source.revision));
          }
          throw error;
        }
      });
    },

    cancelLoad() {
      loader.cancel();
      return Promise.resolve();
    },
  };
}

/** True when other files might load where these did not. */
function isFaultOfFiles(error: unknown): boolean {
  return (
    error instanceof AppError && error.code.startsWith("model/") && error.code !== "model/too-large"
  );
}
