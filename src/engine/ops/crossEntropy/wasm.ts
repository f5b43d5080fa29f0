/** The row kernels of the head's loss on WASM. */
import { toTensor, wasmAddress, wasmOutput, type Tensor } from "@/engine/tfjs";
import { wasmKernels } from "@/engine/wasm/kernels";

export function rowStatisticsWasm(logits: Tensor, targets: Tensor): Tensor {
  const [rows, vocabSize] = logits.shape as [number, number];
  const out = wasmOutput([rows, 2], "float32");
  wasmKernels().rowStatistics(
    wasmAddress(logits),
    wasmAddress(targets),
    wasmAddress(out),
    rows,
    vocabSize,
  );
  return toTensor(out);
}

export function logitsToGradientWasm(logits: Tensor, statistics: Tensor, targets: Tensor): void {
  const [rows, vocabSize] = logits.shape as [number, number];
  wasmKernels().logitsToGradient(
    wasmAddress(logits),
    wasmAddress(statistics),
    wasmAddress(targets),
    rows,
    vocabSize,
  );
}
