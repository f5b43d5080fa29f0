import type { AppState } from "./app.svelte";

/**
 * What keeps a run from starting, as a sentence; null when nothing does. Counting anew does not: it comes with every
 * changed setting, and a button must not go away under the finger. `AppState.startRun` waits for it.
 */
export function findBlocker(app: AppState): string | null {
  if (app.crash) return "The trainer has stopped.";
  if (app.device.status.kind === "starting") return "The backend is starting.";
  if (app.device.status.kind === "failed") return "There is no backend to compute with.";
  if (app.model.status.kind === "loading") return "The model is loading.";
  if (!app.model.summary) return "There is no model yet.";
  if (app.data.status.kind === "reading") return "The data is being read.";
  if (!app.data.summary) return "There is no data yet.";
  if (app.data.summary.use === "evaluation") {
    return `${app.data.summary.name} has questions without answers: nothing can be learned from it. Choose other data, or name its answer column under Data.`;
  }
  if (app.data.summary.recordCount === 0) {
    return "No record can be learned from: choose under Data which column holds what.";
  }
  if (!app.settings.isValid) return app.settings.problems.template ?? "A setting cannot be used.";
  if (app.data.encodingStatus.kind === "failed") return "The data cannot be used as it is.";
  if (app.data.encodingStatus.kind === "none") return "The data is being counted.";
  const failed = app.data.encoding?.templateChecks.find(({ isPassed }) => !isPassed);
  if (failed) return failed.text;
  if (app.run.isLocked) return "A run is under way.";
  return null;
}
