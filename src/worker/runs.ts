/** Runs: started, continued, saved in the browser, and brought back. */
import { AppError } from "@/core/errors";
import { checkRunConfig, type RunConfig } from "@/core/runConfig";
import type { EncodedExample } from "@/data/encode";
import type { Backend } from "@/engine/device";
import type { RunData } from "@/engine/train/run";
import type { Tuned } from "@/engine/train/tuned";
import type { RunStore } from "@/storage/runStore";
import { summarizeEncoding, type Encoding } from "./dataSession";
import type { Loader } from "./loading";
import { findModelAgain } from "./modelFiles";
import type { LoadedModel } from "./modelSession";
import type { TrainerApi } from "./protocol";
import { RunSession } from "./runSession";
import {
  parseRunMeta,
  readSavedDataset,
  toSavedRun,
  writeDataset,
  type RunMeta,
} from "./savedRuns";
import type { TrainerState } from "./trainerState";
import { checkBudget, createTuned } from "./tunedSide";

type RunsApi = Pick<
  TrainerApi,
  | "startRun"
  | "pauseRun"
  | "resumeRun"
  | "stopRun"
  | "continueRun"
  | "listSavedRuns"
  | "restoreRun"
  | "deleteSavedRun"
>;

/** The trainer's methods about runs. */
export function createRunsApi(state: TrainerState, loader: Loader): RunsApi {
  return {
    async startRun(runId, config) {
      checkRunConfig(config);
      state.requireIdle("start another");
      const model = state.requireModel();
      const encoding = await state.encode(model, config);
      if (encoding.dataset.use === "evaluation") {
        const { name } = encoding.dataset;
        const message = `${name} has questions without answers: it is for measuring, not for training.`;
        throw new AppError("data/no-trained-tokens", message);
      }
      if (encoding.split.train.length === 0) {
        throw new AppError(
          "data/no-trained-tokens",
          "No example is left to train on: all were excluded or held out.",
        );
      }
      const { longestTokens, templateChecks } = summarizeEncoding(encoding, config);
      const failed = templateChecks.find(({ isPassed }) => !isPassed);
      if (failed) throw new AppError("run/bad-config", failed.text);
      checkBudget(model, { ...config, maxSeqLen: longestTokens }, state.backend as Backend);
      state.generation++;
      await state.replaceRun(model, "start another", () => {
        state.tuned = createTuned(model, config);
        state.lastConfig = config;
        state.session = createSession(state, runId, config, model, encoding, state.tuned);
        state.session.start();
      });
    },

    pauseRun() {
      state.session?.pause();
      return Promise.resolve();
    },

    resumeRun() {
      state.generation++;
      state.session?.start();
      return Promise.resolve();
    },

    async stopRun() {
      await state.session?.stop();
    },

    continueRun(moreSteps) {
      state.requireModel();
      const { session } = state;
      if (!session) throw new AppError("run/cannot-resume", "There is no run to continue.");
      state.requireIdle("continue it");
      state.generation++;
      session.run.totalSteps = session.run.step + moreSteps;
      session.start();
      return Promise.resolve();
    },

    async listSavedRuns() {
      const stored = await (state.runs as RunStore).listRuns();
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

    restoreRun(runId) {
      return loader.run(async (signal) => {
        const stored = await (state.runs as RunStore).loadRun(runId);
        const meta = parseRunMeta(stored.meta);
        if (!stored.data) throw new AppError("run/cannot-resume", "The saved run has no data.");
        const found = await findModelAgain(meta.origin, loader.findOptions(signal));
        const model = await loader.install(found, signal);
        const read = await readSavedDataset(stored.data);
        const dataset = state.data.use(read.dataset, read.edits);
        const encoding = await state.encode(model, meta.config);
        const session = await state.replaceRun(model, "bring back a saved one", () => {
          state.pinned.set(meta.pinnedPrompts, state.pinned.sampling);
          state.tuned = createTuned(model, meta.config);
          state.lastConfig = meta.config;
          return (state.session = createSession(state, runId, meta.config, model, encoding, state.tuned)); // prettier-ignore
        });
        await session.run.restore(stored.state, meta.step);
        session.run.totalSteps = meta.totalSteps;
        session.steps.push(...meta.steps);
        session.evals.push(...meta.evals);
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
      await (state.runs as RunStore).deleteRun(runId);
    },
  };
}

function createSession(
  state: TrainerState,
  runId: string,
  config: RunConfig,
  model: LoadedModel,
  encoding: Encoding,
  tuned: Tuned,
): RunSession {
  const { dataset, edits } = encoding;
  const { lock, pinned } = state;
  let isDataSaved = false;
  return new RunSession(
    {
      runId,
      loaded: model,
      tuned,
      data: runDataOf(encoding, model),
      dataset,
      config,
      answers: state.answerContext(model, config),
    },
    {
      lock,
      pinned,
      emit: (event) => state.emit(event),
      save: async (current) => {
        const store = state.runs as RunStore;
        await store.saveRun(runId, {
          meta: metaOf(current, model, state),
          ...(isDataSaved ? {} : { data: writeDataset(dataset, edits) }),
          state: await current.run.writeCheckpoint(),
        });
        isDataSaved = true;
      },
    },
  );
}

/** What is trained on and what is held out. */
export function runDataOf({ encoded, split }: Encoding, { tokenizer }: LoadedModel): RunData {
  const pick = (indexes: number[]) => indexes.map((i) => encoded.examples[i] as EncodedExample);
  const { padTokenId } = tokenizer;
  return { train: pick(split.train), heldOut: pick(split.heldOut), padTokenId };
}

function metaOf({ parts, run, steps, evals }: RunSession, model: LoadedModel, state: TrainerState) {
  const meta: RunMeta = {
    version: 1,
    savedAt: Date.now(),
    modelName: model.summary.name,
    dataName: parts.dataset.name,
    origin: model.origin,
    config: parts.config,
    step: run.step,
    totalSteps: run.totalSteps,
    pinnedPrompts: state.pinned.prompts,
    steps,
    evals,
  };
  return meta;
}
