import type { RunConfig } from "@/core/runConfig";
import type { Profile } from "@/data/profile/profile";

/** What the data is like, and how long learning it would take. */
export type ProfileApi = {
  /** Lengths are known where there is a model; null where the records changed meanwhile. */
  profileData(config: RunConfig): Promise<Profile | null>;
  /**
   * Estimates a step of these settings in milliseconds, from one batch that is really computed on the
   * device. Null on WebGPU, while a run trains, without a model, and where nothing can be trained on.
   */
  timeStep(config: RunConfig): Promise<number | null>;
};
