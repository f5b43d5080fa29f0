/** The embedding and its gradient on WASM: rows are copied, or added, where they lie. */
import { toTensor, wasmOutput, wasmView, type Tensor } from "@/engine/tfjs";

/** y[n] = table[tokenIds[n]]. table [V, C] → [N, C]. The caller owns it. */
export function embeddingWasm(table: Tensor, tokenIds: Int32Array): Tensor {
  const width = table.shape[1] as number;
  const out = wasmOutput([tokenIds.length, width], "float32");
  const [picked, rows] = [wasmView(out), wasmView(table)];
  tokenIds.forEach((id, n) => picked.set(rows.subarray(id * width, (id + 1) * width), n * width));
  return toTensor(out);
}

/** dW[v] = Σ dy[n] over the n with tokenIds[n] = v. dy [N, C] → [V, C]. The caller owns it. */
export function embeddingGradientWasm(dy: Tensor, tokenIds: Int32Array, vocabSize: number): Tensor {
  const width = dy.shape[1] as number;
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
