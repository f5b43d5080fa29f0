import { toErrorRecord, type ErrorRecord } from "@/core/errors";
import type { BackendName } from "@/core/runConfig";
import type { DeviceSummary, TrainerApi } from "@/worker/protocol";

export type DeviceStatus =
  | { kind: "starting" }
  | { kind: "ready"; summary: DeviceSummary }
  | { kind: "failed"; error: ErrorRecord };

export type StartOptions = {
  backend: BackendName | "auto";
  hubUrl: string;
  baseUrl: string;
};

/** Which backend computes, and how it came up. */
export class DeviceState {
  status = $state.raw<DeviceStatus>({ kind: "starting" });
  readonly #trainer: TrainerApi;
  readonly #options: StartOptions;

  constructor(trainer: TrainerApi, options: StartOptions) {
    this.#trainer = trainer;
    this.#options = options;
  }

  get summary(): DeviceSummary | null {
    return this.status.kind === "ready" ? this.status.summary : null;
  }

  /** True when a backend runs. */
  async start(): Promise<boolean> {
    this.status = { kind: "starting" };
    try {
      this.status = {
        kind: "ready",
        summary: await this.#trainer.startBackend(this.#options),
      };
      return true;
    } catch (thrown) {
      this.fail(toErrorRecord(thrown));
      return false;
    }
  }

  fail(error: ErrorRecord): void {
    this.status = { kind: "failed", error };
  }
}
