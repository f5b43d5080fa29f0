import { AppError } from "@/core/errors";
import type { SamplingConfig } from "@/core/generation";
import { Random } from "@/core/random";
import type { CausalLm, WeightView } from "../model/causalLm";
import { KvCache } from "../model/kvCache";
import { isWebGPU } from "../tfjs";
import { greedyTokens } from "./greedyAhead";
import { lastLogits } from "./lastLogits";
import { sampleToken } from "./sample";

/** The first pass is padded to a multiple of this, so that shapes repeat from prompt to prompt. */
const PROMPT_STEP = 16;

/**
 * Yields tokens after the prompt, until `maxNewTokens` or the context's end; end-of-text is yielded
 * like any other token. The caller may stop at any time; the cache is freed either way.
 */
export async function* generateTokens(
  model: CausalLm,
  view: WeightView,
  promptIds: readonly number[],
  sampling: SamplingConfig,
): AsyncGenerator<number, void, void> {
  const { maxPositions, numLayers } = model.config;
  if (promptIds.length === 0 || promptIds.length >= maxPositions) {
    throw new AppError(
      "data/too-large",
      `The prompt has ${promptIds.length} tokens; this model reads from 1 to ${maxPositions - 1}.`,
    );
  }
  const longest = Math.min(maxPositions, promptIds.length + sampling.maxNewTokens);
  const padded = Math.min(Math.ceil(promptIds.length / PROMPT_STEP) * PROMPT_STEP, maxPositions);
  const cache = new KvCache(numLayers, Math.max(longest, padded));
  const random = new Random(sampling.seed, 2);
  const ids = [...promptIds];
  try {
    const tokenIds = new Int32Array(padded);
    tokenIds.set(promptIds);
    if (isWebGPU() && sampling.temperature <= 0 && sampling.repetitionPenalty === 1) {
      const prompt = { tokenIds, length: promptIds.length };
      yield* greedyTokens(model, view, prompt, longest - promptIds.length, cache);
      return;
    }
    let logits = await readLogits(model, view, tokenIds, promptIds.length, cache);
    while (true) {
      const next = sampleToken(logits, ids, sampling, random);
      ids.push(next);
      yield next;
      if (ids.length >= longest) return;
      logits = await readLogits(model, view, Int32Array.of(next), 1, cache);
    }
  } finally {
    cache.dispose();
  }
}

/** One pass over the tokens; the logits of the last real one, on the CPU. */
async function readLogits(
  model: CausalLm,
  view: WeightView,
  tokenIds: Int32Array,
  realTokens: number,
  cache: KvCache,
): Promise<Float32Array> {
  cache.begin(realTokens);
  const logits = lastLogits(model, view, tokenIds, realTokens, cache);
  cache.end();
  try {
    // A copy: sampling changes it, and tfjs keeps what it hands out.
    return Float32Array.from(await logits.data());
  } finally {
    logits.dispose();
  }
}
