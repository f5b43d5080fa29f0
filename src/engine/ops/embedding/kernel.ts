import { isWebGPU, toTensor, wasmOutput, wasmView, type Tensor } from "@/engine/tfjs";
import { embeddingGradientWebGPU } from "./webgpu";

/** dW[v] = Σ dy[n] over the n with tokenIds[n] = v. dy [N, C] → [V, C]. */
export function embeddingGradient(dy: Tensor, tokenIds: Int32Array, vocabSize: number): Tensor {
  const width = dy.shape[1] as number;
  return isWebGPU()
    ? embeddingGradientWebGPU(dy, tokenIds, vocabSize)
    : embeddingGradientWasm(dy, tokenIds, vocabSize, width);
}

function embeddingGradientWasm(
  dy: Tensor,
  tokenIds: Int32Array,
  vocabSize: number,
  width: number,
): Tensor {
  const out = wasmOutput([vocabSize, width], "float32");
  const result = wasmView(out).fill(0);
  const gradient = wasmView(dy);
  tokenIds.forEach((id, n) => {
    const to = id * width;
    const from = n * width;
    for (let c = 0; c < width; c++) result[to + c]! += gradient[from + c]!;
  });
  return toTensor(out);
}
