import { toErrorRecord, type ErrorRecord } from "@/core/errors";
import { defaultSampling, type SamplingConfig } from "@/core/generation";
import type { TemplateChoice } from "@/core/template";
import type { PinnedPrompt, TrainerApi, TrainerEvent } from "@/worker/protocol";
import { applyAnswer, createAnswer, type AnswerPair } from "./answer";
import { createId } from "./createId";

export type Exchange = AnswerPair & {
  requestId: string;
  prompt: PinnedPrompt;
  error: ErrorRecord | null;
};

type AnswerEvent = Extract<TrainerEvent, { type: "answer" | "answerEnded" | "answerFailed" }>;

/** Older ones are dropped: a page of history is enough. */
const MAX_HISTORY = 50;
/** Longer than for pinned prompts: here a person waits for one answer only. */
const DEFAULT_MAX_NEW_TOKENS = 128;

/** Prompts that a person asked both models, newest first. */
export class CompareState {
  exchanges = $state.raw<Exchange[]>([]);
  prompt = $state<PinnedPrompt>({ instruction: "", input: "" });
  sampling = $state<SamplingConfig>({
    ...defaultSampling(),
    maxNewTokens: DEFAULT_MAX_NEW_TOKENS,
  });
  current = $derived(this.exchanges[0] ?? null);
  isAnswering = $derived(
    this.current !== null &&
      this.current.error === null &&
      (this.current.base.state !== "ended" || this.current.tuned.state !== "ended"),
  );
  readonly #trainer: TrainerApi;

  constructor(trainer: TrainerApi) {
    this.#trainer = trainer;
  }

  async ask(prompt: PinnedPrompt, template: TemplateChoice): Promise<void> {
    if (this.isAnswering) return;
    const requestId = `ask:${createId()}`;
    const exchange: Exchange = {
      requestId,
      prompt,
      base: createAnswer("waiting"),
      tuned: createAnswer("waiting"),
      error: null,
    };
    this.exchanges = [exchange, ...this.exchanges].slice(0, MAX_HISTORY);
    const sampling = $state.snapshot(this.sampling);
    try {
      await this.#trainer.compare(requestId, { prompt, template, sampling });
    } catch (thrown) {
      this.apply({ type: "answerFailed", requestId, error: toErrorRecord(thrown) });
    }
  }

  async stop(): Promise<void> {
    if (this.current && this.isAnswering) await this.#trainer.stopCompare(this.current.requestId);
  }

  apply(event: AnswerEvent): void {
    this.exchanges = this.exchanges.map((exchange) => {
      if (exchange.requestId !== event.requestId) return exchange;
      if (event.type === "answerFailed") return { ...exchange, error: event.error };
      return applyAnswer(exchange, event);
    });
  }

  /** A crash ends what was on its way. */
  fail(error: ErrorRecord): void {
    if (!this.current || !this.isAnswering) return;
    const { requestId } = this.current;
    this.apply({ type: "answerFailed", requestId, error });
  }
}
