import type { Batch } from "@/data/pack";
import { positionsOf, type CausalLm, type TokenBatch, type WeightView } from "../model/causalLm";
import { headCrossEntropy, headLoss, NO_TARGET } from "../ops/crossEntropy/crossEntropy";
import { embedding } from "../ops/embedding/embedding";
import { isWebGPU, tf, type Tensor } from "../tfjs";

/** On WebGPU counted rows are filled up to a multiple of this, so that shapes repeat. */
const ROWS_STEP = 64;

/** A batch with what the device is told about it. */
export type PreparedBatch = TokenBatch & {
  tokenIds: Int32Array;
  segments: Int32Array;
  positions: Int32Array;
  /** Rows from which counted tokens are predicted: the position before each. */
  rows: Int32Array;
  /** Which tokens they are. */
  targets: Int32Array;
};

export function prepareBatch({ tokenIds, lossMask, segments }: Batch): PreparedBatch {
  const found: number[] = [];
  lossMask.forEach((isCounted, at) => {
    if (isCounted === 1) found.push(at);
  });
  const step = isWebGPU() ? ROWS_STEP : 1;
  const size = Math.ceil(found.length / step) * step;
  const rows = new Int32Array(size);
  const targets = new Int32Array(size).fill(NO_TARGET);
  found.forEach((at, i) => {
    rows[i] = at - 1;
    targets[i] = tokenIds[at]!;
  });
  const positions = positionsOf(segments, tokenIds.length, 0);
  return { tokenIds, segments, positions, rows, targets };
}

function countedHidden(
  model: CausalLm,
  view: WeightView,
  batch: PreparedBatch,
  isCheckpointed: boolean,
): Tensor {
  const hidden = model.hidden(view, batch, null, isCheckpointed);
  const flat = tf.reshape(hidden, [batch.tokenIds.length, model.config.hiddenSize]);
  // Picking rows is what an embedding does, and its gradient is ours on every backend.
  return embedding(flat, batch.rows);
}

/**
 * `scale` times the summed cross-entropy of a batch's counted tokens, in nats: 1 ÷ the counted tokens of the whole
 * optimizer step makes it a part of the mean. Gradients are taken of it, and of nothing made from it.
 */
export function scaledLoss(
  model: CausalLm,
  view: WeightView,
  batch: PreparedBatch,
  scale: Float32Array,
  { isHeadTrained, isCheckpointed }: { isHeadTrained: boolean; isCheckpointed: boolean },
): Tensor {
  const hidden = countedHidden(model, view, batch, isCheckpointed);
  return headCrossEntropy(hidden, model.head(view), batch.targets, scale, isHeadTrained);
}

/** The summed cross-entropy without gradients, for evaluation. */
export function summedLossOnly(model: CausalLm, view: WeightView, batch: Batch): Tensor {
  return tf.tidy(() => {
    const prepared = prepareBatch(batch);
    const hidden = countedHidden(model, view, prepared, false);
    return headLoss(hidden, model.head(view), prepared.targets);
  });
}
