/** The pinned prompts: the base answers each once, the tuned side again and again as it learns. */
import { defaultSampling, type SamplingConfig } from "@/core/generation";
import type { WeightView } from "@/engine/model/causalLm";
import { answerPrompt, type AnswerContext } from "./answers";
import { PINNED_PREFIX, type PinnedPrompt, type TrainerEvent } from "./protocol";

/** Answering may take this share of the training time when no interval is set. */
const MAX_TIME_SHARE = 0.1;
/** Before the first answers were timed: long enough for a few steps. */
const FIRST_SAMPLE_AFTER_MS = 3000;
const QUICK_MS = 2000;

export class PinnedPrompts {
  prompts: PinnedPrompt[] = [];
  sampling: SamplingConfig = defaultSampling();
  readonly #emit: (event: TrainerEvent) => void;
  /** What the base has answered already, by everything its answer depends on. */
  readonly #baseAnswers = new Map<string, TrainerEvent>();
  /** Prompts whose base answer the page has, by place. */
  readonly #told = new Set<number>();
  #lastSampleMs = 0;
  #lastSampleEnd = 0;
  #sampledStep = -1;

  constructor(emit: (event: TrainerEvent) => void) {
    this.#emit = emit;
  }

  set(prompts: PinnedPrompt[], sampling: SamplingConfig): void {
    this.prompts = prompts;
    this.sampling = sampling;
    this.#told.clear();
    this.#sampledStep = -1;
  }

  /** Another model, another template, or new data: the base must answer anew. */
  forget(): void {
    this.#baseAnswers.clear();
    this.#told.clear();
    this.#sampledStep = -1;
  }

  runStarts(): void {
    this.#lastSampleEnd = performance.now();
    this.#sampledStep = -1;
  }

  /** Whether all of them were answered within a moment the last time. */
  get isQuick(): boolean {
    return this.#lastSampleMs > 0 && this.#lastSampleMs < QUICK_MS;
  }

  /** Whether it is time for the tuned side to answer again. */
  isDue(step: number, sampleEvery: number): boolean {
    if (this.prompts.length === 0 || step === this.#sampledStep || step === 0) return false;
    if (sampleEvery > 0) return step % sampleEvery === 0;
    const pause =
      this.#lastSampleMs > 0
        ? this.#lastSampleMs * (1 / MAX_TIME_SHARE - 1)
        : FIRST_SAMPLE_AFTER_MS;
    return performance.now() - this.#lastSampleEnd >= pause;
  }

  async answerBase(context: AnswerContext, isStopped: () => boolean): Promise<void> {
    const view = context.loaded.model.baseView;
    for (const [index, prompt] of this.prompts.entries()) {
      if (isStopped()) return;
      if (this.#told.has(index)) continue;
      const { template, isRaw } = context;
      const key = JSON.stringify([prompt, this.sampling, template.jinja, isRaw]);
      const requestId = PINNED_PREFIX + index;
      const known = this.#baseAnswers.get(key);
      if (known?.type === "answerEnded") {
        this.#emit({ ...known, requestId });
      } else {
        await answerPrompt(
          { ...context, step: 0 },
          requestId,
          prompt,
          this.sampling,
          [{ side: "base", view }],
          (event) => {
            if (event.type === "answerEnded" && event.reason !== "stopped") {
              this.#baseAnswers.set(key, event);
            }
            this.#emit(event);
          },
          isStopped,
        );
      }
      if (!isStopped()) this.#told.add(index);
    }
  }

  async answerTuned(
    context: AnswerContext,
    view: WeightView,
    isStopped: () => boolean,
  ): Promise<void> {
    const started = performance.now();
    for (const [index, prompt] of this.prompts.entries()) {
      if (isStopped()) break;
      await answerPrompt(
        context,
        PINNED_PREFIX + index,
        prompt,
        this.sampling,
        [{ side: "tuned", view }],
        this.#emit,
        isStopped,
      );
    }
    this.#lastSampleEnd = performance.now();
    this.#lastSampleMs = this.#lastSampleEnd - started;
    this.#sampledStep = context.step;
  }
}
