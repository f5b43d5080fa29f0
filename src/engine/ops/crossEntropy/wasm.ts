/** The head's loss on WASM: per-row statistics, then logits turned into their gradient in place. */
import { tf, toTensor, wasmAddress, wasmOutput, type Tensor } from "@/engine/tfjs";
import { countPieces, cutRange, runPieces } from "@/engine/wasm/kernels";
import { matMul, matMulTransposed, transposedMatMul } from "../matMul/matMul";
import { chunksOf, headLogits, type Head, type LossAndGradients } from "./crossEntropy";

/** Logits worth waking a thread for: some 30 µs. */
const LEAST_LOGITS = 2 ** 15;

export function lossWasm(hidden: Tensor, head: Head, targets: Int32Array): Tensor {
  return tf.tidy(() => {
    let loss: Tensor = tf.scalar(0);
    forEachChunk(hidden, head, targets, (part, partTargets) => {
      loss = tf.add(loss, sumOfLosses(rowStatistics(headLogits(part, head), partTargets)));
      return [loss];
    });
    return loss;
  });
}

export function lossAndGradientsWasm(
  hidden: Tensor,
  head: Head,
  targets: Int32Array,
  [scale]: Float32Array,
  isHeadTrained: boolean,
): LossAndGradients {
  let loss: Tensor = tf.scalar(0);
  let weightGradient: Tensor | null = null;
  const parts: Tensor[] = [];
  forEachChunk(hidden, head, targets, (part, partTargets) => {
    const logits = headLogits(part, head);
    const statistics = rowStatistics(logits, partTargets);
    loss = tf.add(loss, sumOfLosses(statistics));
    logitsToGradient(logits, statistics, partTargets, scale!);
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
  return { loss: tf.mul(loss, scale!), hiddenGradient, weightGradient };
}

/** Runs `compute` on rows of `hidden`, freeing at once what it does not return. */
function forEachChunk(
  hidden: Tensor,
  head: Head,
  targets: Int32Array,
  compute: (part: Tensor, targets: Tensor) => Tensor[],
): void {
  const [rows, width] = hidden.shape as [number, number];
  for (const [first, count] of chunksOf(rows, head.vocabSize, 1)) {
    tf.tidy(() =>
      compute(
        count === rows ? hidden : tf.slice(hidden, [first, 0], [count, width]),
        tf.tensor1d(targets.subarray(first, first + count), "int32"),
      ),
    );
  }
}

function sumOfLosses(statistics: Tensor): Tensor {
  return tf.sum(tf.slice(statistics, [0, 1], [statistics.shape[0], 1]));
}

/**
 * Per row n: (log Σᵥ exp(logits[n, v]), that minus logits[n, targets[n]]), the second being the
 * row's cross-entropy. logits [N, V], targets int32 [N] → [N, 2].
 */
function rowStatistics(logits: Tensor, targets: Tensor): Tensor {
  const [rows, vocabSize] = logits.shape as [number, number];
  const out = wasmOutput([rows, 2], "float32");
  const [logitsAt, targetsAt, outAt] = [logits, targets, out].map(wasmAddress) as Addresses;
  runPieces(
    "rowStatistics",
    rangesOf(rows, vocabSize).map(([first, end]) => [
      logitsAt + 4 * first * vocabSize,
      targetsAt + 4 * first,
      outAt + 8 * first,
      end - first,
      vocabSize,
    ]),
  );
  return toTensor(out);
}

/**
 * Overwrites logits [N, V] with d(scale · Σ loss)/d logits = scale · (softmax(logits) − onehot(targets)), from the
 * statistics of `rowStatistics`. No other tensor may share the memory of `logits`.
 */
function logitsToGradient(
  logits: Tensor,
  statistics: Tensor,
  targets: Tensor,
  scale: number,
): void {
  const [rows, vocabSize] = logits.shape as [number, number];
  const [logitsAt, statisticsAt, targetsAt] = [logits, statistics, targets].map(
    wasmAddress,
  ) as Addresses;
  runPieces(
    "logitsToGradient",
    rangesOf(rows, vocabSize).map(([first, end]) => [
      logitsAt + 4 * first * vocabSize,
      statisticsAt + 8 * first,
      targetsAt + 4 * first,
      end - first,
      vocabSize,
      scale,
    ]),
  );
}

type Addresses = [number, number, number];

function rangesOf(rows: number, vocabSize: number): [number, number][] {
  return cutRange(rows, countPieces(rows * vocabSize, LEAST_LOGITS));
}
