/** One side's answer to one prompt, as it grows. */
import type { StopReason } from "@/core/metrics";
import type { TrainerEvent } from "@/worker/protocol";

export type Answer = {
  state: "none" | "waiting" | "streaming" | "ended";
  text: string;
  tokenCount: number;
  /** Step of the run at which it was made. */
  step: number | null;
  reason: StopReason | null;
  tokensPerSecond: number;
};

export type AnswerPair = { base: Answer; tuned: Answer };

type AnswerEvent = Extract<TrainerEvent, { type: "answer" | "answerEnded" }>;

export function createAnswer(state: Answer["state"]): Answer {
  return { state, text: "", tokenCount: 0, step: null, reason: null, tokensPerSecond: 0 };
}

/** The pair with the event's side replaced; the other side and the input stay as they are. */
export function applyAnswer<T extends AnswerPair>(pair: T, event: AnswerEvent): T {
  const hasEnded = event.type === "answerEnded";
  const answer: Answer = {
    state: hasEnded ? "ended" : "streaming",
    text: event.text,
    tokenCount: event.tokenCount,
    step: event.step,
    reason: hasEnded ? event.reason : null,
    tokensPerSecond: hasEnded ? event.tokensPerSecond : 0,
  };
  return { ...pair, [event.side]: answer };
}

export const STOP_REASONS: Record<StopReason, string> = {
  "end-of-text": "ended its answer",
  "turn-marker": "ended its turn",
  "max-tokens": "cut at the length limit",
  stopped: "stopped by you",
};
