import type { TrainerEvent } from "@/worker/protocol";
import type { AppState } from "./app.svelte";
import type { Progress } from "./progress";

/** Hands what the trainer tells to the parts of the page that it concerns. */
export function hear(app: AppState, event: TrainerEvent): void {
  switch (event.type) {
    case "progress":
      showProgress(app, event);
      break;
    case "answer":
    case "answerEnded":
    case "answerFailed":
      app.pinned.apply(event);
      app.compare.apply(event);
      break;
    case "measured":
    case "measureEnded":
      app.measure.apply(event);
      break;
    case "deviceLost":
      app.device.fail(event.error);
      app.fail(event.error);
      break;
    case "paused":
    case "runEnded":
    case "runFailed":
      app.run.apply(event);
      void app.saved.list();
      break;
    case "runStarted":
    case "steps":
    case "evaluated":
    case "saved":
    case "saveFailed":
    case "resumed":
      app.run.apply(event);
      break;
    default:
      event satisfies never;
  }
}

function showProgress(app: AppState, progress: Progress): void {
  switch (progress.task) {
    case "download":
    case "load":
      app.model.showProgress(progress);
      break;
    case "fetch":
    case "read":
    case "encode":
      app.data.showProgress(progress);
      break;
    case "examine":
      app.doctor.showProgress(progress);
      break;
    case "export":
      app.takeAway.showProgress(progress);
      break;
  }
}
