/** A training run: decides when to step, evaluate, checkpoint and report. One step is trainStep.ts. */
import { AppError } from "@/core/errors";
import type { EvalRecord, StepRecord } from "@/core/metrics";
import type { RunConfig } from "@/core/runConfig";
import type { EncodedExample } from "@/data/encode";
import { epochOrder, makeBatches, planEpoch, type Batch } from "@/data/pack";
import { heldOutLoss } from "../evaluate/heldOutLoss";
import type { CausalLm, WeightView } from "../model/causalLm";
import { AdamW } from "../ops/adamW/adamW";
import { tf } from "../tfjs";
import { readCheckpoint, writeCheckpoint } from "./checkpoint";
import { summedLossOnly } from "./loss";
import { planSteps } from "./plan";
import { scheduleFactor } from "./schedule";
import { StepRunner, type StepResult } from "./stepRunner";
import type { StepModel } from "./trainStep";
import { parametersOf, viewOf, type Tuned } from "./tuned";

/** Steps whose numbers may still be on their way from the GPU while the next one is issued. */
const MAX_PENDING_STEPS = 2;

export type RunData = { train: EncodedExample[]; heldOut: EncodedExample[]; padTokenId: number };

/** What a run tells and asks while it trains. Each may take its time: training waits. */
export type RunHooks = {
  onStep(record: StepRecord): void;
  onEvaluated(record: EvalRecord): void;
  /** At the end of a step, with all its numbers known. */
  onCheckpoint(): Promise<void>;
  /** Between steps: pausing, answering and letting messages in happen here. False stops the run. */
  betweenSteps(step: number): Promise<boolean>;
};

type Pending = {
  record: Omit<StepRecord, "trainLoss" | "gradNorm" | "stepMs">;
  issuedAt: number;
  /** Its numbers, and when they were there. */
  result: Promise<StepResult & { doneAt: number }>;
};

/** Owns the optimizer's state; model and tuned side belong to the caller. */
export class TrainingRun {
  readonly config: RunConfig;
  readonly tuned: Tuned;
  readonly stepsPerEpoch: number;
  totalSteps: number;
  /** Steps done. */
  step = 0;
  readonly #model: CausalLm;
  readonly #view: WeightView;
  readonly #data: RunData;
  readonly #stepModel: StepModel;
  readonly #optimizer: AdamW;
  readonly #runner: StepRunner;
  readonly #heldOutBatches: Batch[];
  #pending: Pending[] = [];
  /** When the newest known step was done. */
  #lastDoneAt = 0;
  #hooks: RunHooks | null = null;

  constructor(model: CausalLm, tuned: Tuned, data: RunData, config: RunConfig) {
    if (data.train.length === 0) {
      throw new AppError("data/no-trained-tokens", "There is no example to train on.");
    }
    this.#model = model;
    this.tuned = tuned;
    this.#data = data;
    this.config = config;
    ({ stepsPerEpoch: this.stepsPerEpoch, totalSteps: this.totalSteps } = planSteps(
      data.train.length,
      config,
    ));
    const parameters = parametersOf(model, tuned);
    this.#view = viewOf(model, tuned);
    this.#stepModel = {
      model,
      view: this.#view,
      parameters,
      isHeadTrained: tuned.kind === "full",
      isCheckpointed: config.useGradientCheckpointing,
    };
    this.#optimizer = new AdamW(parameters, config);
    this.#runner = new StepRunner(this.#stepModel, this.#optimizer);
    this.#heldOutBatches = this.#toBatches(data.heldOut);
  }

  get view(): WeightView {
    return this.#view;
  }

  /** Trains until the last step or until a hook says stop. Throws `run/not-finite`. */
  async train(hooks: RunHooks): Promise<"finished" | "stopped"> {
    this.#hooks = hooks;
    if (this.step === 0) await this.#evaluate(hooks);
    while (this.step < this.totalSteps) {
      if (!(await hooks.betweenSteps(this.step))) {
        await this.#settle(hooks, 0);
        await hooks.onCheckpoint();
        return "stopped";
      }
      await this.#runner.tune();
      this.#issueStep();
      await this.#settle(hooks, MAX_PENDING_STEPS - 1);
      const { evalEvery, checkpointEvery } = this.config;
      const isLast = this.step === this.totalSteps;
      if (isLast || this.step % evalEvery === 0) {
        await this.#settle(hooks, 0);
        await this.#evaluate(hooks);
      }
      if (isLast || this.step % checkpointEvery === 0) {
        await this.#settle(hooks, 0);
        await hooks.onCheckpoint();
      }
    }
    return "finished";
  }

  /**
   * Asks for the programs of the first step, of measuring and of saving, and for no result: only to have them compiled
   * (`webgpu/compileAhead.ts`).
   */
  rehearse(): void {
    // The third micro-batch is added as the second is.
    const batches = this.batchesOf(1).slice(0, 2);
    this.#runner.rehearse(batches, this.config.learningRate);
    tf.dispose(Object.values(this.#optimizer.moments(0)));
    const [heldOut] = this.#heldOutBatches;
    if (heldOut) summedLossOnly(this.#model, this.#view, heldOut).dispose();
  }

  /** The examples of step number `step` (from 1), as micro-batches. */
  batchesOf(step: number): Batch[] {
    const { microBatchSize, gradAccumSteps, seed, isShuffled } = this.config;
    const epoch = Math.floor((step - 1) / this.stepsPerEpoch);
    const order = epochOrder(this.#data.train.length, epoch, seed, isShuffled);
    const steps = planEpoch(order, microBatchSize, gradAccumSteps);
    const indexes = (steps[(step - 1) % this.stepsPerEpoch] ?? []).flat();
    return this.#toBatches(indexes.map((index) => this.#data.train[index] as EncodedExample));
  }

  #toBatches(examples: EncodedExample[]): Batch[] {
    const { maxPositions } = this.#model.config;
    return makeBatches(examples, this.config.microBatchSize, this.#data.padTokenId, maxPositions);
  }

  #issueStep(): void {
    const step = this.step + 1;
    const { learningRate: peak, schedule, warmupSteps } = this.config;
    const learningRate = peak * scheduleFactor(schedule, step, warmupSteps, this.totalSteps);
    const batches = this.batchesOf(step);
    const issuedAt = performance.now();
    const result = this.#runner.run(batches, learningRate, step);
    this.step = step;
    this.#pending.push({
      record: {
        step,
        epoch: step / this.stepsPerEpoch,
        learningRate,
        countedTokens: sum(batches, (batch) => batch.countedTokens),
        tokens: sum(batches, (batch) => batch.realTokens),
      },
      issuedAt,
      result: result.then((numbers) => ({ ...numbers, doneAt: performance.now() })),
    });
  }

  /** Waits until the numbers of all steps so far are known and told. */
  async settle(): Promise<void> {
    if (this.#hooks) await this.#settle(this.#hooks, 0);
  }

  /** Waits for the numbers of steps until at most `left` are on their way. */
  async #settle(hooks: RunHooks, left: number): Promise<void> {
    while (this.#pending.length > left) {
      const { record, issuedAt, result } = this.#pending.shift() as Pending;
      const { loss: trainLoss, control, doneAt } = await result;
      const [, frozen, gradNorm] = control as unknown as [number, number, number];
      if (frozen === 1) {
        // The optimizer has left the weights alone since this step: what is kept is the step before.
        await Promise.allSettled(this.#pending.map((later) => later.result));
        this.#pending = [];
        this.step = record.step - 1;
        await hooks.onCheckpoint();
        throw new AppError(
          "run/not-finite",
          `Step ${record.step} gave a loss of ${trainLoss} and a gradient norm of ${gradNorm}. The weights are those of step ${this.step}.`,
          { step: record.step, learningRate: record.learningRate },
        );
      }
      // Steps overlap on a GPU: one begins where the one before was done.
      const stepMs = doneAt - Math.max(issuedAt, this.#lastDoneAt);
      this.#lastDoneAt = doneAt;
      this.#runner.noteDuration(stepMs);
      hooks.onStep({ ...record, trainLoss, gradNorm, stepMs });
    }
  }

  async #evaluate(hooks: RunHooks): Promise<void> {
    if (this.#heldOutBatches.length === 0) return;
    const result = await heldOutLoss(this.#model, this.#view, this.#heldOutBatches);
    hooks.onEvaluated({ step: this.step, ...result });
  }

  writeCheckpoint(): Promise<Blob> {
    return writeCheckpoint(this.#stepModel.parameters, this.#optimizer, this.step);
  }

  async restore(checkpoint: Blob, step: number): Promise<void> {
    await readCheckpoint(checkpoint, this.#stepModel.parameters, this.#optimizer);
    this.#runner.forget();
    this.step = step;
  }

  dispose(): void {
    this.#runner.forget();
    this.#optimizer.dispose();
  }
}

function sum<T>(items: T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
