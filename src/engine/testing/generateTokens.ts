import type { SamplingConfig } from "@/core/generation";
import { Decoding } from "../generate/decoding";
import type { CausalLm, WeightView } from "../model/causalLm";

/** What one view writes behind a prompt; `stopAfter` so many tokens nobody asks any more. */
export async function generateTokens(
  model: CausalLm,
  view: WeightView,
  promptIds: readonly number[],
  sampling: SamplingConfig,
  stopAfter = Infinity,
): Promise<number[]> {
  const decoding = new Decoding(model, [view], promptIds, sampling);
  const tokens: number[] = [];
  try {
    while (tokens.length < stopAfter) {
      const ids = await decoding.next();
      if (!ids) break;
      tokens.push(ids[0]!);
    }
  } finally {
    await decoding.dispose();
  }
  return tokens;
}
