import { isWebGPU, tf, type Tensor } from "@/engine/tfjs";
import { isPacked } from "@/engine/webgpu/packed";
import { embeddingGradient } from "./kernel";
import { embeddingWebGPU } from "./webgpu";

/**
 * Rows of the table: y[n] = weight[tokenIds[n]]. weight [V, C] → [N, C].
 * The gradient is summed in a fixed order without atomics, so runs repeat exactly.
 */
export function embedding(weight: Tensor, tokenIds: Int32Array): Tensor {
  const vocabSize = weight.shape[0];
  // Frozen: it has no gradient, and TensorFlow.js would not take it for an input.
  if (isPacked(weight)) return embeddingWebGPU(weight, tokenIds);
  const op = tf.customGrad((table) => ({
    value: isWebGPU()
      ? embeddingWebGPU(table as Tensor, tokenIds)
      : tf.tidy(() => tf.gather(table as Tensor, tf.tensor1d(tokenIds, "int32"))),
    gradFunc: (dy: Tensor) => embeddingGradient(dy, tokenIds, vocabSize),
  }));
  return op(weight);
}
