/** What the trainer's thread holds, and the guards that its parts share. */
import { AppError, toErrorRecord } from "@/core/errors";
import type { RunConfig } from "@/core/runConfig";
import { createTemplate } from "@/data/templates/createTemplate";
import type { Backend } from "@/engine/device";
import { disposeTuned, type Tuned } from "@/engine/train/tuned";
import type { ModelCache } from "@/storage/modelCache";
import type { RunStore } from "@/storage/runStore";
import type { AnswerContext } from "./answers";
import { DataSession, type Encoding } from "./dataSession";
import { Lock } from "./lock";
import { Measuring } from "./measure";
import type { LoadedModel } from "./modelSession";
import { PinnedPrompts } from "./pinnedPrompts";
import { createReporter } from "./progress";
import type { TrainerEvent } from "./protocol";
import type { RunSession } from "./runSession";

type ProgressTask = Extract<TrainerEvent, { type: "progress" }>["task"];

/** Null stands for what has not been started, loaded or tuned yet. */
export class TrainerState {
  readonly lock = new Lock();
  readonly data = new DataSession();
  emit: (event: TrainerEvent) => void = () => {};
  readonly pinned = new PinnedPrompts((event) => this.emit(event));
  readonly measuring = new Measuring();
  backend: Backend | null = null;
  hubUrl = "";
  baseUrl = "";
  cache: ModelCache | null = null;
  runs: RunStore | null = null;
  loaded: LoadedModel | null = null;
  tuned: Tuned | null = null;
  session: RunSession | null = null;
  /** Settings of the latest run, which outlive it. */
  lastConfig: RunConfig | null = null;
  deviceError: AppError | null = null;
  /** Grows whenever the sides are about to change: what asked the former ones must end. */
  generation = 0;

  requireModel(): LoadedModel {
    if (this.deviceError) throw this.deviceError;
    if (!this.loaded) throw new AppError("run/no-model", "There is no model yet.");
    return this.loaded;
  }

  requireIdle(what: string): void {
    if (this.session?.isTraining) {
      throw new AppError("run/busy", `A run is training: stop it before you ${what}.`);
    }
  }

  report(task: ProgressTask, unit: "bytes" | "items"): (done: number, total: number) => void {
    return createReporter(task, unit, (event) => this.emit(event));
  }

  /** Frees run and tuned side. Who calls it holds the lock. */
  dropRun(): void {
    this.generation++;
    this.session?.dispose();
    this.session = null;
    if (this.tuned) disposeTuned(this.tuned);
    this.tuned = null;
  }

  /**
   * Puts what `make` makes in the place of run and tuned side, in its turn. `what` goes on "stop it before you". Throws
   * where meanwhile a run has begun or another model has come.
   */
  replaceRun<T>(model: LoadedModel, what: string, make: () => T): Promise<T> {
    return this.lock.run(() => {
      this.requireIdle(what);
      if (this.requireModel() !== model) {
        throw new AppError("run/no-model", "Another model came meanwhile: try again.");
      }
      this.dropRun();
      return Promise.resolve(make());
    });
  }

  encode({ model, tokenizer }: LoadedModel, config: RunConfig): Promise<Encoding> {
    const { maxPositions } = model.config;
    return this.data.encode(tokenizer, maxPositions, config, this.report("encode", "items"));
  }

  answerContext(model: LoadedModel, config: RunConfig): Omit<AnswerContext, "step"> {
    const template = createTemplate(config.template, model.tokenizer);
    return { loaded: model, template, isRaw: this.data.isRaw };
  }

  loseDevice(error: AppError): void {
    this.deviceError = error;
    this.generation++;
    this.session?.deviceLost(error);
    this.emit({ type: "deviceLost", error: toErrorRecord(error) });
  }
}
