import { isWebGPU, tf, type Tensor } from "@/engine/tfjs";
import { isPacked } from "@/engine/webgpu/packed";
import { embeddingGradientWasm, embeddingWasm } from "./wasm";
import { embeddingGradientWebGPU, embeddingWebGPU } from "./webgpu";

/**
 * Rows of the table: y[n] = weight[tokenIds[n]]. weight [V, C] → [N, C].
 * The gradient is summed in a fixed order without atomics, so runs repeat exactly.
 */
export function embedding(weight: Tensor, tokenIds: Int32Array): Tensor {
  const vocabSize = weight.shape[0];
  // Frozen: it has no gradient, and TensorFlow.js would not take it for an input.
  if (isPacked(weight)) return embeddingWebGPU(weight, tokenIds);
  const [pick, gradient] = isWebGPU()
    ? [embeddingWebGPU, embeddingGradientWebGPU]
    : [embeddingWasm, embeddingGradientWasm];
  const op = tf.customGrad((table) => ({
    value: pick(table as Tensor, tokenIds),
    gradFunc: (dy: Tensor) => gradient(dy, tokenIds, vocabSize),
  }));
  return op(weight);
}
