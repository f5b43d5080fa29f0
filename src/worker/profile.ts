/** The trainer's methods that say what the data is like, and how long a step would take. */
import { AppError } from "@/core/errors";
import type { RunConfig } from "@/core/runConfig";
import { finishInPieces } from "@/data/inPieces";
import { makeBatch } from "@/data/pack";
import { createProfile, type LengthLimit } from "@/data/profile/profile";
import { heldOutLoss } from "@/engine/evaluate/heldOutLoss";
import type { Encoding } from "./dataSession";
import type { LoadedModel } from "./modelSession";
import type { ProfileApi } from "./protocol/profile";
import type { TrainerState } from "./trainerState";

export function createProfileApi(state: TrainerState): ProfileApi {
  return {
    async profileData(config) {
      const encoding = await countFor(state, config);
      const { conversations } = state.data.edited;
      const profile = await finishInPieces(
        createProfile(conversations, encoding && toLimit(encoding)),
      );
      return conversations === state.data.edited.conversations ? profile : null;
    },

    async timeStep(config) {
      // There a step is captured once and replayed: a forward pass that is issued op by op says little of it.
      if (state.backend?.name !== "wasm") return null;
      const encoding = await countFor(state, config);
      if (!encoding || encoding.split.train.length === 0) return null;
      return state.lock.run(async () => {
        const { loaded, session } = state;
        // Meanwhile a run may have begun, or another model may have come.
        if (!loaded || session?.isTraining || encoding.tokenizer !== loaded.tokenizer) return null;
        return estimateStepMs(loaded, encoding, config);
      });
    },
  };
}

/** Counts as `encodeData` does; null without a model, or where these settings cannot be used. */
export async function countFor(state: TrainerState, config: RunConfig): Promise<Encoding | null> {
  const { loaded } = state;
  if (!loaded) return null;
  try {
    return await state.encode(loaded, config);
  } catch (thrown) {
    if (thrown instanceof AppError) return null;
    throw thrown;
  }
}

const toLimit = ({ limits, results }: Encoding): LengthLimit => ({
  maxSeqLen: limits.maxSeqLen,
  lengthOf(conversation) {
    const result = results.get(conversation);
    return result && result.tokenCount > 0 ? result : null;
  },
});

/**
 * One forward pass of the batch is timed. A backward pass costs another one for the gradient of what flows
 * through each layer, and one more for that of the weights: half of it where only adapters are trained, whose
 * base is frozen. On WASM a step of the bundled model took 2.1 to 3.2 passes with LoRA, 2.4 to 2.9 in full.
 */
async function estimateStepMs(
  { model, tokenizer }: LoadedModel,
  { encoded, split }: Encoding,
  config: RunConfig,
): Promise<number> {
  const { method, microBatchSize, gradAccumSteps, useGradientCheckpointing } = config;
  const train = split.train.map((i) => encoded.examples[i]!);
  const batch = makeBatch(
    train.slice(0, microBatchSize),
    tokenizer.padTokenId,
    model.config.maxPositions,
  );
  const compute = () => heldOutLoss(model, model.baseView, [batch]);
  // The first pass compiles what the second one measures.
  await compute();
  const start = performance.now();
  await compute();
  const forwardMs = performance.now() - start;
  const passes = (method === "full" ? 3 : 2.5) + (useGradientCheckpointing ? 1 : 0);
  const tokens = train.reduce((sum, { tokenIds }) => sum + tokenIds.length, 0);
  const stepTokens = (tokens / train.length) * microBatchSize * gradAccumSteps;
  return (passes * forwardMs * stepTokens) / batch.realTokens;
}
