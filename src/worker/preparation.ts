/**
 * Gets a graphics device ready for a run while the person still reads: what the first step needs is compiled, and the fastest
 * tiles are found, so that pressing Tune waits for neither. Whatever else is asked for comes first.
 */
import type { RunConfig } from "@/core/runConfig";
import { TrainingRun } from "@/engine/train/run";
import { disposeTuned } from "@/engine/train/tuned";
import { compileAhead } from "@/engine/webgpu/compileAhead";
import { needsTuning, tuneNext } from "@/engine/webgpu/gemm/tune";
import type { Encoding } from "./dataSession";
import type { LoadedModel } from "./modelSession";
import { runDataOf } from "./runs";
import type { TrainerState } from "./trainerState";
import { checkBudget, createTuned } from "./tunedSide";

/** Settings are changed one after the other: only when nothing has been asked for so long. */
const QUIET_MS = 500;

export class Preparation {
  readonly #state: TrainerState;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Number of the newest request: the work of an older one ends. */
  #newest = 0;

  constructor(state: TrainerState) {
    this.#state = state;
  }

  /** A run with these settings may come. */
  request(encoding: Encoding, config: RunConfig, longestTokens: number): void {
    const own = ++this.#newest;
    clearTimeout(this.#timer);
    const { loaded, backend } = this.#state;
    if (!loaded || backend?.name !== "webgpu") return;
    // What goes wrong here goes wrong again in the run, which says so.
    const start = async () => {
      checkBudget(loaded, { ...config, maxSeqLen: longestTokens }, backend);
      await this.#prepare(own, loaded, encoding, config);
    };
    this.#timer = setTimeout(() => void start().catch(() => undefined), QUIET_MS);
  }

  async #prepare(
    own: number,
    loaded: LoadedModel,
    encoding: Encoding,
    config: RunConfig,
  ): Promise<void> {
    const state = this.#state;
    const isWanted = () =>
      own === this.#newest &&
      state.loaded === loaded &&
      !state.session?.isTraining &&
      !state.deviceError;
    if (encoding.dataset.use === "evaluation" || encoding.split.train.length === 0) return;
    const rehearse = () => {
      const tuned = createTuned(loaded, config);
      const run = new TrainingRun(loaded.model, tuned, runDataOf(encoding, loaded), config);
      run.rehearse();
      run.dispose();
      disposeTuned(tuned);
    };
    const compile = async () => {
      let ready = Promise.resolve();
      // In turn: while another request tries programs, they are not those that a run will use.
      await state.lock.run(() => {
        if (isWanted()) ready = compileAhead(rehearse);
        return Promise.resolve();
      });
      await ready;
    };
    await compile();
    let hasChanged = false;
    while (isWanted() && needsTuning()) {
      // Between two tiles whoever waits for the model has it.
      const isOther = await state.lock.run(() =>
        isWanted() ? tuneNext() : Promise.resolve(false),
      );
      hasChanged ||= isOther;
    }
    if (hasChanged) await compile();
  }
}
