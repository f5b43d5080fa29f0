import type { Batch } from "@/data/pack";
import type { CausalLm, WeightView } from "../model/causalLm";
import { summedLossOnly } from "../train/loss";

/** Mean cross-entropy over the counted tokens of all batches, in nats. */
export async function heldOutLoss(
  model: CausalLm,
  view: WeightView,
  batches: Batch[],
): Promise<{ evalLoss: number; countedTokens: number }> {
  let sum = 0;
  let countedTokens = 0;
  for (const batch of batches) {
    const loss = summedLossOnly(model, view, batch);
    sum += (await loss.data())[0]!;
    loss.dispose();
    countedTokens += batch.countedTokens;
  }
  return { evalLoss: sum / countedTokens, countedTokens };
}
