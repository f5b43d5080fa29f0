import { toErrorRecord, type ErrorRecord } from "@/core/errors";
import type { RunConfig } from "@/core/runConfig";
import type { Profile } from "@/data/profile/profile";
import type { TrainerApi } from "@/worker/protocol";
import { OnDemand } from "./onDemand";

/** What the data is like, and how long a step on it takes. */
export class ProfileState {
  profile = $state.raw<Profile | null>(null);
  /** An estimate for the settings as they are; null while unknown. */
  stepMs = $state.raw<number | null>(null);
  error = $state.raw<ErrorRecord | null>(null);
  readonly demand = new OnDemand(() => void this.#load());
  readonly #trainer: TrainerApi;
  readonly #getConfig: () => RunConfig;
  #attempt = 0;

  constructor(trainer: TrainerApi, getConfig: () => RunConfig) {
    this.#trainer = trainer;
    this.#getConfig = getConfig;
  }

  /** Other data: nothing is known of it. */
  clear(): void {
    this.#attempt++;
    this.profile = null;
    this.stepMs = null;
    this.error = null;
  }

  async #load(): Promise<void> {
    const attempt = ++this.#attempt;
    const config = this.#getConfig();
    try {
      const profile = await this.#trainer.profileData(config);
      // Null: records changed meanwhile, and another call is on its way.
      if (attempt !== this.#attempt || profile === null) return;
      this.profile = profile;
      this.error = null;
      const stepMs = await this.#trainer.timeStep(config);
      if (attempt === this.#attempt) this.stepMs = stepMs;
    } catch (thrown) {
      if (attempt === this.#attempt) this.error = toErrorRecord(thrown);
    }
  }
}
