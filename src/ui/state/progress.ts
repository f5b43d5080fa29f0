import type { TrainerEvent } from "@/worker/protocol";

/** How far a long task has come. `total` and `rate` are 0 while unknown. */
export type Progress = Extract<TrainerEvent, { type: "progress" }>;

export const TASK_WORDS: Record<Progress["task"], string> = {
  download: "Downloading",
  load: "Putting the weights on the device",
  fetch: "Downloading",
  read: "Reading",
  encode: "Cutting into tokens",
  examine: "Looking at the records",
  export: "Writing",
};
