/** The trainer's methods about data on its way in. */
import { AppError } from "@/core/errors";
import { listHubDataset } from "@/data/sources/hubDataset";
import type { Reading } from "./dataSources";
import { createReporter } from "./progress";
import type { DataSource } from "./protocol";
import type { MixApi } from "./protocol/mix";
import type { ReadingApi } from "./protocol/reading";
import type { TrainerState } from "./trainerState";

export function createReadingApi(state: TrainerState): ReadingApi & MixApi {
  let current: AbortController | null = null;

  async function run<T>(unit: "bytes" | "items", task: (reading: Reading) => Promise<T>) {
    state.requireIdle("change the data");
    current?.abort();
    const own = new AbortController();
    current = own;
    try {
      return await task({
        signal: own.signal,
        hubUrl: state.hubUrl,
        onProgress: createProgress(state, unit),
      });
    } catch (error) {
      if (!own.signal.aborted || error instanceof AppError) throw error;
      throw new AppError("hub/cancelled", "Reading the data was cancelled.");
    } finally {
      if (current === own) current = null;
    }
  }

  return {
    async readData(source) {
      const summary = await run(unitOf(source), (reading) => state.data.read(source, reading));
      state.pinned.forget();
      return summary;
    },
    addData(source) {
      return run(unitOf(source), (reading) => state.data.add(source, reading));
    },
    setMix(settings) {
      return run("items", () => Promise.resolve(state.data.setMix(settings)));
    },
    setPartMapping(id, mapping) {
      return run("items", (reading) => state.data.setPartMapping(id, mapping, reading));
    },
    setMapping(mapping) {
      return run("items", (reading) => state.data.setMapping(mapping, reading));
    },
    listHubData(repo) {
      return listHubDataset(repo, state.hubUrl);
    },
    cancelRead() {
      current?.abort();
      return Promise.resolve();
    },
  };
}

const unitOf = ({ kind }: DataSource) => (kind === "hub" ? "items" : "bytes");

/** Each part of the way has a rate of its own. */
function createProgress(state: TrainerState, unit: "bytes" | "items"): Reading["onProgress"] {
  const reporters = new Map<string, ReturnType<typeof createReporter>>();
  return (task, done, total) => {
    const known = reporters.get(task);
    const report = known ?? createReporter(task, unit, (event) => state.emit(event));
    if (!known) reporters.set(task, report);
    report(done, total);
  };
}
