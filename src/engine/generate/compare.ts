/** Both sides answer the same prompt, token by token in turn, so that neither waits for the other. */
import type { SamplingConfig } from "@/core/generation";
import type { Side, StopReason } from "@/core/metrics";
import { nextTask } from "@/core/nextTask";
import type { CausalLm, WeightView } from "../model/causalLm";
import { generateTokens } from "./generate";

const MAX_BUSY_MS = 16;

export type AnswerOptions = {
  promptIds: number[];
  sampling: SamplingConfig;
  eosTokenId: number | null;
  /** Text at which the template's next turn would begin; an answer ends before it. */
  turnMarker: string;
  decode(tokenIds: number[]): string;
};

export type AnswerUpdate = {
  side: Side;
  text: string;
  tokenCount: number;
  /** null while it goes on. */
  reason: StopReason | null;
  tokensPerSecond: number;
};

type OpenAnswer = { stream: AsyncGenerator<AnswerUpdate, void, void>; latest: AnswerUpdate };

/** One side's answer as a stream of its whole text so far; the last update has a reason. */
async function* answer(
  model: CausalLm,
  side: Side,
  view: WeightView,
  options: AnswerOptions,
): AsyncGenerator<AnswerUpdate, void, void> {
  const ids: number[] = [];
  let busyMs = 0;
  const update = (text: string, reason: StopReason | null): AnswerUpdate => ({
    side,
    text,
    tokenCount: ids.length,
    reason,
    tokensPerSecond: busyMs > 0 ? (1000 * ids.length) / busyMs : 0,
  });
  const tokens = generateTokens(model, view, options.promptIds, options.sampling);
  try {
    while (true) {
      const started = performance.now();
      const { value: id, done } = await tokens.next();
      busyMs += performance.now() - started;
      if (done) break;
      if (id === options.eosTokenId) {
        yield update(options.decode(ids), "end-of-text");
        return;
      }
      ids.push(id);
      const text = options.decode(ids);
      const marker = options.turnMarker === "" ? -1 : text.indexOf(options.turnMarker);
      if (marker >= 0) {
        yield update(text.slice(0, marker).trimEnd(), "turn-marker");
        return;
      }
      yield update(text, null);
    }
    yield update(options.decode(ids), "max-tokens");
  } finally {
    await tokens.return();
  }
}

/**
 * Runs the given sides in turn until all have ended or `isStopped` says so; every side then gets a
 * last update with its reason.
 */
export async function compareAnswers(
  model: CausalLm,
  sides: { side: Side; view: WeightView }[],
  options: AnswerOptions,
  onUpdate: (update: AnswerUpdate) => void,
  isStopped: () => boolean,
): Promise<void> {
  let open = sides.map(({ side, view }): OpenAnswer => ({
    stream: answer(model, side, view, options),
    latest: { side, text: "", tokenCount: 0, reason: null, tokensPerSecond: 0 },
  }));
  let lastYield = performance.now();
  while (open.length > 0) {
    for (const current of open) {
      // On WASM a token comes without a task of its own: messages, a stop among them, must get in.
      if (performance.now() - lastYield > MAX_BUSY_MS) {
        await nextTask();
        lastYield = performance.now();
      }
      if (isStopped()) {
        current.latest = { ...current.latest, reason: "stopped" };
      } else {
        const { value } = await current.stream.next();
        if (!value) throw new Error("compareAnswers: an answer ended without a reason");
        current.latest = value;
      }
      // Frees the cache: after its last update the stream still stands where it yielded.
      if (current.latest.reason !== null) await current.stream.return();
      onUpdate(current.latest);
    }
    open = open.filter(({ latest }) => latest.reason === null);
  }
}
