import { formatCount } from "../format";
import type { RunState } from "../state/run.svelte";

/** What the run does, in a few words; null when there is none. `isShort` is for the tab's title. */
export function toRunSentence(run: RunState, isShort = false): string | null {
  const { status } = run;
  const steps = `step ${formatCount(run.currentStep)} of ${formatCount(run.totalSteps)}`;
  switch (status.kind) {
    case "idle":
      return null;
    case "starting":
      return "Starting";
    case "training":
      return isShort ? `${steps.replace("step", "Step")} · TabTune` : `Training, ${steps}`;
    case "pausing":
      return "Pausing";
    case "paused":
      return `Paused at ${steps}`;
    case "stopping":
      return "Stopping";
    case "ended":
      return status.reason === "finished"
        ? `Finished after ${formatCount(status.step)} steps`
        : `Stopped at step ${formatCount(status.step)}`;
    case "failed":
      return `Failed at step ${formatCount(status.step)}`;
  }
}
