/**
 * Head and cross-entropy as one op over the counted rows only, in chunks: nothing of size
 * [tokens, vocabulary] lives beyond one chunk. The gradient is made in the forward pass, as in
 * Liger Kernel (https://arxiv.org/abs/2410.10989).
 */
import { isWebGPU, tf, type Tensor } from "@/engine/tfjs";
import { gemm } from "@/engine/webgpu/gemm/gemm";
import { matMul, matMulTransposed } from "../matMul/matMul";
import { lossAndGradientsWasm, lossWasm } from "./wasm";
import { lossAndGradientsWebGPU, lossWebGPU } from "./webgpu";

/** Logits of one chunk: 64 MB of float32, half of WebGPU's smallest binding limit. */
const MAX_CHUNK_VALUES = 16 * 2 ** 20;

export type Head = {
  weight: Tensor;
  /** true: the embedding itself, [V, C]; false: an own matrix, [C, V]. */
  isTied: boolean;
  vocabSize: number;
};

/** Of a target that is none: its row fills up the shape and costs nothing. Only on WebGPU. */
export const NO_TARGET = -1;

export type LossAndGradients = {
  loss: Tensor;
  hiddenGradient: Tensor;
  weightGradient: Tensor | null;
};

/** logits = hidden·head. hidden [N, C] → [N, V]. The caller owns the result. */
export function headLogits(hidden: Tensor, { weight, isTied }: Head): Tensor {
  if (isWebGPU()) return gemm([{ a: hidden, b: weight, transposeB: isTied }]).c;
  return isTied ? matMulTransposed(hidden, weight) : matMul(hidden, weight);
}

/**
 * scale · Σₙ −log softmax(hidden[n]·head)[targets[n]], in nats, and its gradients. hidden [N, C], targets [N],
 * scale [1] → scalar. It must be what gradients are taken of: its own is taken to be 1. `isHeadTrained` false leaves
 * the head's gradient out.
 */
export function headCrossEntropy(
  hidden: Tensor,
  head: Head,
  targets: Int32Array,
  scale: Float32Array,
  isHeadTrained: boolean,
): Tensor {
  const compute = isWebGPU() ? lossAndGradientsWebGPU : lossAndGradientsWasm;
  const op = tf.customGrad((hiddenIn, ...rest) => {
    const save = rest.at(-1) as tf.GradSaveFunc;
    const { loss, hiddenGradient, weightGradient } = compute(
      hiddenIn as Tensor,
      head,
      targets,
      scale,
      isHeadTrained,
    );
    save(weightGradient ? [hiddenGradient, weightGradient] : [hiddenGradient]);
    return {
      value: loss,
      gradFunc: (_: Tensor, saved: Tensor[]) => saved.map((gradient) => gradient.clone()),
    };
  });
  return isHeadTrained ? op(hidden, head.weight) : op(hidden);
}

/** The same with scale 1 and without gradients, for evaluation. */
export function headLoss(hidden: Tensor, head: Head, targets: Int32Array): Tensor {
  return (isWebGPU() ? lossWebGPU : lossWasm)(hidden, head, targets);
}

/** Rows as [first, count] whose logits fit together; a multiple of `step` in each but the last. */
export function chunksOf(rows: number, vocabSize: number, step: number): [number, number][] {
  const most = Math.max(step, Math.floor(MAX_CHUNK_VALUES / vocabSize / step) * step);
  return Array.from({ length: Math.ceil(rows / most) }, (_, i) => [
    i * most,
    Math.min(most, rows - i * most),
  ]);
}
