import type { Batch } from "@/data/pack";
import type { CausalLm, WeightView } from "../model/causalLm";
import { headCrossEntropy, headLoss } from "../ops/crossEntropy/crossEntropy";
import { embedding } from "../ops/embedding/embedding";
import { tf, type Tensor } from "../tfjs";

/** Where a counted token is predicted from (the position before it), and which token it is. */
export function countedPositions({ tokenIds, lossMask }: Batch): {
  positions: Int32Array;
  targets: Int32Array;
} {
  const positions: number[] = [];
  const targets: number[] = [];
  lossMask.forEach((isCounted, at) => {
    if (isCounted === 0) return;
    positions.push(at - 1);
    targets.push(tokenIds[at]!);
  });
  return { positions: Int32Array.from(positions), targets: Int32Array.from(targets) };
}

function countedHidden(model: CausalLm, view: WeightView, batch: Batch, positions: Int32Array) {
  const { tokenIds, segments } = batch;
  const hidden = model.hidden(view, { tokenIds, segments });
  const flat = tf.reshape(hidden, [tokenIds.length, model.config.hiddenSize]);
  // Picking rows is what an embedding does, and its gradient is ours on every backend.
  return embedding(flat, positions);
}

/**
 * Summed cross-entropy of a batch's counted tokens, in nats, with gradients. The caller divides by
 * the counted tokens of the whole optimizer step.
 */
export function summedLoss(
  model: CausalLm,
  view: WeightView,
  batch: Batch,
  isHeadTrained: boolean,
): Tensor {
  const { positions, targets } = countedPositions(batch);
  const hidden = countedHidden(model, view, batch, positions);
  return headCrossEntropy(hidden, model.head(view), targets, isHeadTrained);
}

/** The same without gradients. The caller owns the scalar. */
export function summedLossOnly(model: CausalLm, view: WeightView, batch: Batch): Tensor {
  return tf.tidy(() => {
    const { positions, targets } = countedPositions(batch);
    return headLoss(countedHidden(model, view, batch, positions), model.head(view), targets);
  });
}
