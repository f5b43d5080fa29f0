/** Answers of both sides: asked by a person, and of the pinned prompts while a run trains. */
import type { SamplingConfig } from "@/core/generation";
import type { Side } from "@/core/metrics";
import { toErrorRecord } from "@/core/errors";
import type { ChatTemplate } from "@/data/templates/template";
import type { Message } from "@/data/conversation";
import { encodePrompt } from "@/data/encode";
import { compareAnswers, type AnswerOptions, type AnswerUpdate } from "@/engine/generate/compare";
import type { WeightView } from "@/engine/model/causalLm";
import type { LoadedModel } from "./modelSession";
import type { PinnedPrompt, TrainerEvent } from "./protocol";

/** A side's text is sent at most this often. */
const MIN_UPDATE_MS = 50;

export type AnswerContext = {
  loaded: LoadedModel;
  template: ChatTemplate;
  /** The data is text already: no template is put around a prompt. */
  isRaw: boolean;
  step: number;
};

export function toMessages({ instruction, input }: PinnedPrompt): Message[] {
  const message: Message = { role: "user", content: instruction };
  return [input === "" ? message : { ...message, input }];
}

function answerOptions(
  { loaded, template, isRaw }: AnswerContext,
  prompt: PinnedPrompt,
  sampling: SamplingConfig,
): AnswerOptions {
  const { tokenizer } = loaded;
  return {
    promptIds: encodePrompt(toMessages(prompt), template, tokenizer, isRaw),
    sampling,
    eosTokenId: tokenizer.eosTokenId,
    turnMarker: isRaw ? "" : template.nextTurnMarker,
    decode: (ids) => {
      const text = tokenizer.decode(ids, { skipSpecialTokens: true });
      return isRaw ? text : template.toAnswer(text);
    },
  };
}

/** The sides' answers, with every update; the last of each side has a reason. */
export async function answerSides(
  context: AnswerContext,
  prompt: PinnedPrompt,
  sampling: SamplingConfig,
  sides: { side: Side; view: WeightView }[],
  onUpdate: (update: AnswerUpdate) => void,
  isStopped: () => boolean,
): Promise<void> {
  const options = answerOptions(context, prompt, sampling);
  await compareAnswers(context.loaded.model, sides, options, onUpdate, isStopped);
}

/** Streams the sides' answers as events under `requestId`; failures become an event as well. */
export async function answerPrompt(
  context: AnswerContext,
  requestId: string,
  prompt: PinnedPrompt,
  sampling: SamplingConfig,
  sides: { side: Side; view: WeightView }[],
  emit: (event: TrainerEvent) => void,
  isStopped: () => boolean,
): Promise<void> {
  const { step } = context;
  const lastSent = new Map<Side, number>();
  const onUpdate = ({ side, text, tokenCount, reason, tokensPerSecond }: AnswerUpdate) => {
    if (reason !== null) {
      emit({
        type: "answerEnded",
        requestId,
        side,
        text,
        tokenCount,
        step,
        reason,
        tokensPerSecond,
      });
      return;
    }
    const now = performance.now();
    if (now - (lastSent.get(side) ?? -Infinity) < MIN_UPDATE_MS) return;
    lastSent.set(side, now);
    emit({ type: "answer", requestId, side, text, tokenCount, step });
  };
  try {
    await answerSides(context, prompt, sampling, sides, onUpdate, isStopped);
  } catch (error) {
    emit({ type: "answerFailed", requestId, error: toErrorRecord(error) });
  }
}
