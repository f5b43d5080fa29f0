/** Answering with the KV cache, through the function that the page compares both sides with. */
import type { Side } from "@/core/metrics";
import { startBackend } from "@/engine/device";
import { compareAnswers } from "@/engine/generate/compare";
import type { CausalLm, WeightView } from "@/engine/model/causalLm";
import { createModel, createTuned } from "./ours";
import { randomTokens, type StepJob } from "./material";
import { disposeTuned, viewOf } from "@/engine/train/tuned";

export type DecodeJob = StepJob & {
  promptTokens: number;
  newTokens: number;
  newTokensOfBoth: number;
};

export type DecodeResult = {
  /** The base alone: milliseconds of each token, the first one's position being `promptTokens`. */
  tokenMs: number[];
  /** Milliseconds per token of `newTokensOfBoth` tokens: the base alone, and one token of each side. */
  aloneMs: number;
  bothMs: number;
};

type SideView = { side: Side; view: WeightView };

export async function decode(job: DecodeJob): Promise<DecodeResult> {
  await startBackend(job.backend);
  const { shape, method, promptTokens, newTokens, newTokensOfBoth } = job;
  const model = createModel(shape);
  const tuned = createTuned(model, shape, method);
  const base: SideView = { side: "base", view: model.baseView };
  const both: SideView[] = [base, { side: "tuned", view: viewOf(model, tuned) }];
  const promptIds = [...randomTokens(shape).subarray(0, promptTokens)];
  const ask = (sides: SideView[], count: number) => timeTokens(model, sides, promptIds, count);

  await ask(both, 8); // warm-up
  const alone: number[] = [];
  const together: number[] = [];
  for (let round = 0; round < 3; round++) {
    alone.push(sum(await ask([base], newTokensOfBoth)) / newTokensOfBoth);
    together.push(sum(await ask(both, newTokensOfBoth)) / newTokensOfBoth);
  }
  const tokenMs = await ask([base], newTokens);
  disposeTuned(tuned);
  model.dispose();
  return { tokenMs, aloneMs: median(alone), bothMs: median(together) };
}

/** Milliseconds from one token of the first side to its next one; the prompt's pass is not among them. */
async function timeTokens(
  model: CausalLm,
  sides: SideView[],
  promptIds: number[],
  count: number,
): Promise<number[]> {
  const at: number[] = [];
  const options = {
    promptIds,
    // One more: the first one's time is that of the prompt.
    sampling: {
      temperature: 0,
      topK: 0,
      topP: 1,
      repetitionPenalty: 1,
      maxNewTokens: count + 1,
      seed: 1,
    },
    eosTokenId: null,
    turnMarker: "",
    decode: () => "",
  };
  await compareAnswers(
    model,
    sides,
    options,
    ({ side, reason }) => {
      if (side === sides[0]!.side && reason === null) at.push(performance.now());
    },
    () => false,
  );
  return at.slice(1).map((time, i) => time - at[i]!);
}

const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!;
