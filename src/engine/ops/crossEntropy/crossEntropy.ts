/**
 * Head and cross-entropy as one op over the counted rows only, in chunks: nothing of size
 * [tokens, vocabulary] lives beyond one chunk. The gradient is made in the forward pass, as in
 * Liger Kernel (https://arxiv.org/abs/2410.10989).
 */
import { tf, type Tensor } from "@/engine/tfjs";
import { matMul, matMulTransposed, transposedMatMul } from "../matMul/matMul";
import { logitsToGradient, rowStatistics } from "./kernel";

/** Logits of one chunk: 64 MB of float32, half of WebGPU's smallest binding limit. */
const MAX_CHUNK_VALUES = 16 * 2 ** 20;

export type Head = {
  weight: Tensor;
  /** true: the embedding itself, [V, C]; false: an own matrix, [C, V]. */
  isTied: boolean;
  vocabSize: number;
};

/** logits = hidden·head. hidden [N, C] → [N, V]. The caller owns the result. */
export function headLogits(hidden: Tensor, { weight, isTied }: Head): Tensor {
  return isTied ? matMulTransposed(hidden, weight) : matMul(hidden, weight);
}

/**
 * Summed loss Σₙ −log softmax(hidden[n]·head)[targets[n]], in nats, and its gradients.
 * hidden [N, C], targets [N] → scalar. `isHeadTrained` false leaves the head's gradient out.
 */
export function headCrossEntropy(
  hidden: Tensor,
  head: Head,
  targets: Int32Array,
  isHeadTrained: boolean,
): Tensor {
  const op = tf.customGrad((hiddenIn, ...rest) => {
    const save = rest.at(-1) as tf.GradSaveFunc;
    const { loss, hiddenGradient, weightGradient } = computeWithGradients(
      hiddenIn as Tensor,
      head,
      targets,
      isHeadTrained,
    );
    save(weightGradient ? [hiddenGradient, weightGradient] : [hiddenGradient]);
    return {
      value: loss,
      gradFunc: (dy: Tensor, saved: Tensor[]) => saved.map((gradient) => tf.mul(gradient, dy)),
    };
  });
  return isHeadTrained ? op(hidden, head.weight) : op(hidden);
}

/** The same summed loss without gradients, for evaluation. */
export function headLoss(hidden: Tensor, head: Head, targets: Int32Array): Tensor {
  return tf.tidy(() => {
    let loss: Tensor = tf.scalar(0);
    forEachChunk(hidden, head, targets, (part, partTargets) => {
      const statistics = rowStatistics(headLogits(part, head), partTargets);
      loss = tf.add(loss, sumOfLosses(statistics));
      return [loss];
    });
    return loss;
  });
}

function computeWithGradients(
  hidden: Tensor,
  head: Head,
  targets: Int32Array,
  isHeadTrained: boolean,
) {
  let loss: Tensor = tf.scalar(0);
  let weightGradient: Tensor | null = null;
  const parts: Tensor[] = [];
  forEachChunk(hidden, head, targets, (part, partTargets) => {
    const logits = headLogits(part, head);
    const statistics = rowStatistics(logits, partTargets);
    loss = tf.add(loss, sumOfLosses(statistics));
    logitsToGradient(logits, statistics, partTargets);
    parts.push(head.isTied ? matMul(logits, head.weight) : matMulTransposed(logits, head.weight));
    if (isHeadTrained) {
      const gradient = head.isTied
        ? transposedMatMul(logits, part)
        : transposedMatMul(part, logits);
      weightGradient = weightGradient ? tf.add(weightGradient, gradient) : gradient;
    }
    return weightGradient ? [loss, weightGradient, ...parts] : [loss, ...parts];
  });
  const hiddenGradient = parts.length === 1 ? (parts[0] as Tensor) : tf.concat(parts, 0);
  return { loss, hiddenGradient, weightGradient: weightGradient as Tensor | null };
}

/** Runs `compute` on rows of `hidden`, freeing at once what it does not return. */
function forEachChunk(
  hidden: Tensor,
  head: Head,
  targets: Int32Array,
  compute: (part: Tensor, targets: Tensor) => Tensor[],
): void {
  const [rows, width] = hidden.shape as [number, number];
  const chunkRows = Math.max(1, Math.floor(MAX_CHUNK_VALUES / head.vocabSize));
  for (let first = 0; first < rows; first += chunkRows) {
    const count = Math.min(chunkRows, rows - first);
    tf.tidy(() => {
      const part = count === rows ? hidden : tf.slice(hidden, [first, 0], [count, width]);
      return compute(part, tf.tensor1d(targets.subarray(first, first + count), "int32"));
    });
  }
}

function sumOfLosses(statistics: Tensor): Tensor {
  return tf.sum(tf.slice(statistics, [0, 1], [statistics.shape[0], 1]));
}
