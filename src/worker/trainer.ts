/** The trainer's side of the contract: engine, data and storage behind one `TrainerApi`. */
import { AppError, toErrorRecord } from "@/core/errors";
import { checkRunConfig, defaultRunConfig, type RunConfig } from "@/core/runConfig";
import { createTemplate } from "@/data/chatTemplate";
import type { EncodedExample } from "@/data/encode";
import { startBackend, type Backend } from "@/engine/device";
import { disposeTuned, viewOf, type Tuned } from "@/engine/train/tuned";
import { hubModelKey, openModelCache, type ModelCache } from "@/storage/modelCache";
import { openRunStore, type RunStore } from "@/storage/runStore";
import { answerPrompt, type AnswerContext } from "./answers";
import { DataSession, summarizeEncoding, type Encoding } from "./dataSession";
import { exportAdapter, exportModel, importAdapter, type ExportContext } from "./exports";
import { Lock } from "./lock";
import { findModel, findModelAgain, type FindOptions, type FoundModel } from "./modelFiles";
import { checkModel, openModel, type LoadedModel } from "./modelSession";
import { PinnedPrompts } from "./pinnedPrompts";
import {
  PINNED_PREFIX,
  type EncodingSummary,
  type ModelSummary,
  type RestoredRun,
  type TrainerApi,
  type TrainerEvent,
} from "./protocol";
import { createReporter } from "./progress";
import { RunSession } from "./runSession";
import {
  parseRunMeta,
  readSavedDataset,
  toSavedRun,
  writeDataset,
  type RunMeta,
} from "./savedRuns";
import { checkBudget, createTuned } from "./tunedSide";

type ProgressTask = Extract<TrainerEvent, { type: "progress" }>["task"];

/** Everything the thread holds. Created once; the page calls its methods through Comlink. */
export function createTrainer(): TrainerApi {
  const lock = new Lock();
  const data = new DataSession();
  let emit: (event: TrainerEvent) => void = () => {};
  const pinned = new PinnedPrompts((event) => emit(event));
  let backend: Backend | null = null;
  let hubUrl = "";
  let baseUrl = "";
  let cache: ModelCache | null = null;
  let runs: RunStore | null = null;
  let loaded: LoadedModel | null = null;
  let tuned: Tuned | null = null;
  let session: RunSession | null = null;
  let lastConfig: RunConfig | null = null;
  let loading: AbortController | null = null;
  let deviceError: AppError | null = null;
  const stoppedRequests = new Set<string>();
  /** A pinned prompt being answered outside a run: a person's own question does not wait for it. */
  let pinnedRequest: string | null = null;

  function requireModel(): LoadedModel {
    if (deviceError) throw deviceError;
    if (!loaded) throw new AppError("run/no-model", "There is no model yet.");
    return loaded;
  }

  function requireIdle(what: string): void {
    if (session?.isTraining) {
      throw new AppError("run/busy", `A run is training: stop it before you ${what}.`);
    }
  }

  const report = (task: ProgressTask, unit: "bytes" | "items") =>
    createReporter(task, unit, (event) => emit(event));

  function dropRun(): void {
    session?.dispose();
    session = null;
    if (tuned) disposeTuned(tuned);
    tuned = null;
  }

  function findOptions(signal: AbortSignal): FindOptions {
    const onProgress = report("download", "bytes");
    return { cache: cache as ModelCache, hubUrl, baseUrl, onProgress, signal };
  }

  /**
   * Replaces the model: run, tuned side and encodings of the old one go with it. A model that is
   * refused leaves the old one where it was.
   */
  async function install({ files, origin }: FoundModel, signal: AbortSignal) {
    const device = backend as Backend;
    const checked = await checkModel(files, origin, device);
    return lock.run(async () => {
      dropRun();
      loaded?.model.dispose();
      loaded = null;
      data.forgetEncoding();
      pinned.forget();
      loaded = await openModel(checked, device, report("load", "bytes"), signal);
      return loaded;
    });
  }

  async function withLoading<T>(task: (signal: AbortSignal) => Promise<T>): Promise<T> {
    if (deviceError) throw deviceError;
    if (!backend) throw new AppError("backend/unavailable", "The backend has not started.");
    requireIdle("load another model");
    loading?.abort();
    const own = new AbortController();
    loading = own;
    try {
      return await task(own.signal);
    } catch (error) {
      if (!own.signal.aborted || error instanceof AppError) throw error;
      throw new AppError("hub/cancelled", "Loading was cancelled.");
    } finally {
      if (loading === own) loading = null;
    }
  }

  function encode(model: LoadedModel, config: RunConfig): Promise<Encoding> {
    const { maxPositions } = model.model.config;
    return data.encode(model.tokenizer, maxPositions, config, report("encode", "items"));
  }

  function answerContext(model: LoadedModel, config: RunConfig): Omit<AnswerContext, "step"> {
    const template = createTemplate(config.template, model.tokenizer);
    return { loaded: model, template, isRaw: data.isRaw };
  }

  function createSession(
    runId: string,
    config: RunConfig,
    model: LoadedModel,
    encoding: Encoding,
    side: Tuned,
  ): RunSession {
    const pick = (indexes: number[]) =>
      indexes.map((i) => encoding.encoded.examples[i] as EncodedExample);
    const { train, heldOut } = encoding.split;
    const { dataset } = data;
    let isDataSaved = false;
    return new RunSession(
      {
        runId,
        loaded: model,
        tuned: side,
        data: {
          train: pick(train),
          heldOut: pick(heldOut),
          padTokenId: model.tokenizer.padTokenId,
        },
        dataset,
        config,
        answers: answerContext(model, config),
      },
      {
        lock,
        pinned,
        emit: (event) => emit(event),
        save: async (current) => {
          const store = runs as RunStore;
          await store.saveRun(runId, {
            meta: metaOf(current, model),
            ...(isDataSaved ? {} : { data: writeDataset(dataset) }),
            state: await current.run.writeCheckpoint(),
          });
          isDataSaved = true;
        },
      },
    );
  }

  function metaOf(current: RunSession, model: LoadedModel): RunMeta {
    return {
      version: 1,
      savedAt: Date.now(),
      modelName: model.summary.name,
      dataName: current.parts.dataset.name,
      origin: model.origin,
      config: current.parts.config,
      step: current.run.step,
      totalSteps: current.run.totalSteps,
      pinnedPrompts: pinned.prompts,
      steps: current.steps,
      evals: current.evals,
    };
  }

  function exportContext(): ExportContext {
    const model = requireModel();
    if (!tuned) {
      throw new AppError("run/no-model", "There is no tuned model yet: press Tune first.");
    }
    const config = session?.parts.config ?? lastConfig ?? defaultRunConfig(model.summary);
    const { isRaw, template } = session?.parts.answers ?? answerContext(model, config);
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

  function onDeviceLost(error: AppError): void {
    deviceError = error;
    session?.deviceLost(error);
    emit({ type: "deviceLost", error: toErrorRecord(error) });
  }

  return {
    subscribe(onEvent) {
      emit = onEvent;
      return Promise.resolve();
    },

    async startBackend(options) {
      ({ hubUrl, baseUrl } = options);
      cache = await openModelCache();
      runs = await openRunStore();
      const started = await startBackend(options.backend);
      backend = started;
      void started.lost.then(onDeviceLost);
      return {
        backend: started.name,
        reason: started.reason,
        adapter: started.adapter,
        maxBufferBytes: started.maxBufferBytes,
        budgetBytes: started.budgetBytes,
        canSaveRuns: runs.canSave,
      };
    },

    loadModel(source): Promise<ModelSummary> {
      return withLoading(async (signal) => {
        const found = await findModel(source, findOptions(signal));
        try {
          return (await install(found, signal)).summary;
        } catch (error) {
          // Faulty files are not kept: trying again must fetch them anew.
          if (source.kind === "hub" && isFaultOfFiles(error)) {
            await cache?.deleteModel(hubModelKey(source.repo, source.revision));
          }
          throw error;
        }
      });
    },

    cancelLoad() {
      loading?.abort();
      return Promise.resolve();
    },

    async readData(source) {
      requireIdle("change the data");
      const summary = await data.read(source);
      pinned.forget();
      return summary;
    },

    setMapping(mapping) {
      requireIdle("change the data");
      return Promise.resolve(data.setMapping(mapping));
    },

    async encodeData(config): Promise<EncodingSummary> {
      checkRunConfig(config);
      return summarizeEncoding(await encode(requireModel(), config), config);
    },

    async viewExamples(first, count, config) {
      const limits = { maxSeqLen: config.maxSeqLen, overLength: config.overLength };
      if (!loaded) return data.view(first, count, null, null, limits);
      const encoding = await encode(loaded, config);
      limits.maxSeqLen = Math.min(limits.maxSeqLen, loaded.model.config.maxPositions);
      return data.view(first, count, encoding, loaded.tokenizer, limits);
    },

    setPinnedPrompts(prompts, sampling) {
      pinned.set(prompts, sampling);
      return Promise.resolve();
    },

    async startRun(runId, config) {
      checkRunConfig(config);
      requireIdle("start another");
      const model = requireModel();
      const encoding = await encode(model, config);
      if (encoding.split.train.length === 0) {
        throw new AppError(
          "data/no-trained-tokens",
          "No example is left to train on: all were excluded or held out.",
        );
      }
      const { longestTokens } = summarizeEncoding(encoding, config);
      checkBudget(model, { ...config, maxSeqLen: longestTokens }, backend as Backend);
      await lock.run(async () => {
        dropRun();
        tuned = createTuned(model, config);
        lastConfig = config;
        session = createSession(runId, config, model, encoding, tuned);
        return Promise.resolve();
      });
      session?.start();
    },

    pauseRun() {
      session?.pause();
      return Promise.resolve();
    },

    resumeRun() {
      session?.start();
      return Promise.resolve();
    },

    async stopRun() {
      await session?.stop();
    },

    continueRun(moreSteps) {
      requireModel();
      if (!session) throw new AppError("run/cannot-resume", "There is no run to continue.");
      requireIdle("continue it");
      session.run.totalSteps = session.run.step + moreSteps;
      session.start();
      return Promise.resolve();
    },

    async listSavedRuns() {
      const stored = await (runs as RunStore).listRuns();
      return stored.runs
        .flatMap(({ runId, meta, bytes }) => {
          try {
            return [toSavedRun(runId, parseRunMeta(meta), bytes)];
          } catch {
            // A damaged entry is not offered; deleting it is the store's business.
            return [];
          }
        })
        .sort((a, b) => b.savedAt - a.savedAt);
    },

    restoreRun(runId): Promise<RestoredRun> {
      return withLoading(async (signal) => {
        const stored = await (runs as RunStore).loadRun(runId);
        const meta = parseRunMeta(stored.meta);
        if (!stored.data) throw new AppError("run/cannot-resume", "The saved run has no data.");
        const found = await findModelAgain(meta.origin, findOptions(signal));
        const model = await install(found, signal);
        const dataset = data.use(await readSavedDataset(stored.data));
        const encoding = await encode(model, meta.config);
        pinned.set(meta.pinnedPrompts, pinned.sampling);
        tuned = createTuned(model, meta.config);
        lastConfig = meta.config;
        const current = createSession(runId, meta.config, model, encoding, tuned);
        session = current;
        await current.run.restore(stored.state, meta.step);
        current.run.totalSteps = meta.totalSteps;
        current.steps.push(...meta.steps);
        current.evals.push(...meta.evals);
        return {
          saved: toSavedRun(runId, meta, stored.state.size),
          model: model.summary,
          dataset,
          encoding: summarizeEncoding(encoding, meta.config),
          pinnedPrompts: meta.pinnedPrompts,
          steps: meta.steps,
          evals: meta.evals,
        };
      });
    },

    async deleteSavedRun(runId) {
      await (runs as RunStore).deleteRun(runId);
    },

    async compare(requestId, { prompt, template, sampling }) {
      const isPinned = requestId.startsWith(PINNED_PREFIX);
      if (pinnedRequest !== null && !isPinned) stoppedRequests.add(pinnedRequest);
      await lock.run(async () => {
        // In its turn: a model that is on its way to the device is waited for.
        const loadedNow = requireModel();
        const { model, tokenizer } = loadedNow;
        if (isPinned) pinnedRequest = requestId;
        const context: AnswerContext = {
          loaded: loadedNow,
          template: createTemplate(template, tokenizer),
          isRaw: data.isRaw,
          step: session?.run.step ?? 0,
        };
        const view = tuned ? viewOf(model, tuned) : model.baseView;
        const sides = [
          { side: "base" as const, view: model.baseView },
          { side: "tuned" as const, view },
        ];
        const isStopped = () => stoppedRequests.has(requestId);
        try {
          await answerPrompt(context, requestId, prompt, sampling, sides, emit, isStopped);
        } finally {
          pinnedRequest = null;
          stoppedRequests.delete(requestId);
        }
      });
    },

    stopCompare(requestId) {
      stoppedRequests.add(requestId);
      return Promise.resolve();
    },

    async exportAdapter() {
      const context = exportContext();
      if (context.tuned.kind !== "lora") {
        throw new AppError(
          "run/no-model",
          "Full tuning has no adapter: take the merged model instead.",
        );
      }
      const { adapter } = context.tuned;
      return lock.run(() => exportAdapter(context, adapter));
    },

    async exportModel() {
      const context = exportContext();
      return lock.run(() => exportModel(context, report("export", "items")));
    },

    async importAdapter(files) {
      requireIdle("attach an adapter");
      const model = requireModel();
      const adapter = await importAdapter(model, new Map(files.map((file) => [file.name, file])));
      await lock.run(async () => {
        dropRun();
        tuned = { kind: "lora", adapter };
        return Promise.resolve();
      });
    },
  };
}

/** True when other files might load where these did not. */
function isFaultOfFiles(error: unknown): boolean {
  return (
    error instanceof AppError && error.code.startsWith("model/") && error.code !== "model/too-large"
  );
}
