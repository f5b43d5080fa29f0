/** A run that only tells what a run tells: steps, losses, answers and saves, by a script. */
import { AppError, toErrorRecord } from "@/core/errors";
import type { Side } from "@/core/metrics";
import { Random } from "@/core/random";
import type { PinnedPrompt, SavedRun, TrainerEvent } from "@/worker/protocol";
import { FAKE_ENCODING, toLoss, toTunedText } from "./fakeScript";

export type FakePace = {
  stepMs: number;
  tokenMs: number;
  failStep?: number;
  /** Runs to this step at once when it starts. */
  skipTo: number;
};

const EVAL_EVERY = 20;

export class FakeRun {
  totalSteps = FAKE_ENCODING.totalSteps;
  pins: PinnedPrompt[] = [];
  /** Requests whose answers are to end. */
  readonly stopped = new Set<string>();
  readonly #pace: FakePace;
  readonly #emit: (event: TrainerEvent) => void;
  readonly #random = new Random(7);
  #runId = "";
  #step = 0;
  #command: "run" | "pause" | "stop" = "run";
  #loop: Promise<void> = Promise.resolve();
  #wake: () => void = () => undefined;

  constructor(pace: FakePace, emit: (event: TrainerEvent) => void) {
    this.#pace = pace;
    this.#emit = emit;
  }

  /** Of all steps, those that are done. */
  get share(): number {
    return this.#step / this.totalSteps;
  }

  start(runId: string): void {
    this.#runId = runId;
    this.#step = 0;
    this.#go("run");
  }

  pause(): void {
    this.#command = "pause";
  }

  resume(): void {
    this.#command = "run";
    this.#emit({ type: "resumed", runId: this.#runId, step: this.#step });
    this.#wake();
  }

  async stop(): Promise<void> {
    this.#command = "stop";
    this.#wake();
    await this.#loop;
  }

  goOn(moreSteps: number): void {
    this.totalSteps = this.#step + moreSteps;
    this.#go("run");
  }

  /** Stands paused where it was saved; → what it told before. */
  restore({ runId, step, totalSteps }: SavedRun, pins: PinnedPrompt[]) {
    this.#runId = runId;
    this.#step = step;
    this.totalSteps = totalSteps;
    this.pins = pins;
    this.#go("pause");
    return {
      steps: Array.from({ length: step }, (_, i) => this.#record(i + 1)),
      evals: [this.#evaluate(0), this.#evaluate(step)],
    };
  }

  #go(command: "run" | "pause"): void {
    this.#command = command;
    this.#loop = this.#train();
  }

  async #train(): Promise<void> {
    const runId = this.#runId;
    const { stepMs, skipTo, failStep } = this.#pace;
    if (this.#command === "run") {
      this.#emit({
        type: "runStarted",
        runId,
        startStep: this.#step,
        totalSteps: this.totalSteps,
      });
      if (this.#step === 0) {
        this.#emit({ type: "evaluated", runId, record: this.#evaluate(0) });
        await this.#answerPins(skipTo === 0);
      }
      while (this.#step < Math.min(skipTo, this.totalSteps)) await this.#takeStep(false);
    }
    while (this.#step < this.totalSteps) {
      if (this.#command === "stop") break;
      if (this.#command === "pause") {
        this.#emit({ type: "paused", runId, step: this.#step });
        await new Promise<void>((resolve) => (this.#wake = resolve));
        continue;
      }
      await sleep(stepMs);
      if (this.#step + 1 === failStep) {
        const error = new AppError("run/not-finite", `The loss of step ${failStep} is NaN.`);
        this.#emit({ type: "runFailed", runId, error: toErrorRecord(error), step: this.#step });
        return;
      }
      await this.#takeStep(true);
    }
    const reason = this.#command === "stop" ? "stopped" : "finished";
    this.#emit({ type: "runEnded", runId, reason, step: this.#step });
  }

  async #takeStep(isLive: boolean): Promise<void> {
    const runId = this.#runId;
    this.#step++;
    const memory = { tensorCount: 412, usedBytes: 214_000_000 };
    this.#emit({ type: "steps", runId, records: [this.#record(this.#step)], memory });
    if (this.#step % EVAL_EVERY !== 0) return;
    this.#emit({ type: "evaluated", runId, record: this.#evaluate(this.#step) });
    this.#emit({ type: "saved", runId, step: this.#step });
    await this.#answerPins(isLive);
  }

  async #answerPins(isLive: boolean): Promise<void> {
    const { share } = this;
    for (const [index, { instruction }] of this.pins.entries()) {
      const id = `pinned:${index}`;
      if (this.#step === 0) await this.answer(id, "base", toTunedText(instruction, 0), isLive);
      await this.answer(id, "tuned", toTunedText(instruction, share), isLive);
    }
  }

  async answer(requestId: string, side: Side, text: string, isLive = true): Promise<void> {
    const pieces = text.match(/ ?\S{1,5}|\s/g) ?? [];
    const common = { requestId, side, step: this.#step };
    let shown = "";
    let tokenCount = 0;
    for (const piece of isLive ? pieces : []) {
      if (this.stopped.has(requestId)) break;
      shown += piece;
      tokenCount++;
      this.#emit({ type: "answer", ...common, text: shown, tokenCount });
      await sleep(this.#pace.tokenMs);
    }
    const wasStopped = this.stopped.has(requestId);
    this.#emit({
      type: "answerEnded",
      ...common,
      text: wasStopped ? shown : text,
      tokenCount: wasStopped ? tokenCount : pieces.length,
      reason: wasStopped ? "stopped" : pieces.length > 18 ? "max-tokens" : "end-of-text",
      tokensPerSecond: 61.3,
    });
  }

  #record(step: number) {
    const share = step / this.totalSteps;
    return {
      step,
      epoch: (step * 3) / this.totalSteps,
      trainLoss: toLoss(step, this.totalSteps, this.#random.next() * 2 - 1),
      learningRate: 2e-3 * Math.min(step / 5, 0.5 * (1 + Math.cos(Math.PI * share))),
      gradNorm: 0.4 + 2 * Math.exp(-4 * share) * this.#random.next(),
      countedTokens: 96,
      tokens: 470,
      stepMs: 118 + 10 * this.#random.next(),
    };
  }

  #evaluate(step: number) {
    return { step, evalLoss: toLoss(step, this.totalSteps, 0) + 0.12, countedTokens: 990 };
  }
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
