/** AdamW on WASM, in place over weights and moments. */
import { toTensor, wasmAddress, wasmOutput, wasmView, type Tensor } from "@/engine/tfjs";
import { MAX_PIECES } from "@/engine/wasm/board";
import { cutRange, runPieces } from "@/engine/wasm/kernels";
import type { Group } from "./adamW";
import { BETA1, BETA2, CLIP_EPSILON, EPSILON } from "./rates";

/** Values a thread updates at a time: some 100 µs. */
const PIECE_VALUES = 2 ** 17;

export function updateWasm(
  groups: Group[],
  gradients: Tensor[],
  control: Tensor,
  rates: Float32Array,
  maxGradNorm: number,
): Tensor {
  let sum = 0;
  for (const gradient of gradients) {
    const at = wasmAddress(gradient);
    const parts = runPieces(
      "sumOfSquares",
      piecesOf(gradient.size).map(([first, end]) => [at + 4 * first, end - first]),
    );
    sum += parts.reduce((total, part) => total + part, 0);
  }
  const norm = Math.sqrt(sum);
  const clip = Math.min(1, maxGradNorm / (norm + CLIP_EPSILON));
  const report = wasmOutput([3], "float32");
  const held = wasmView(control);
  held.set([clip, Number.isFinite(norm) ? held[1]! : 1, norm]);
  wasmView(report).set(held);
  const [stepSize, secondCorrection, decayed] = rates as unknown as [number, number, number];
  for (const { members, m, v } of held[1] === 1 ? [] : groups) {
    for (const { variable, index, first, isDecayed } of members) {
      const [w, g] = [wasmAddress(variable), wasmAddress(gradients[index]!)];
      runPieces(
        "adamWUpdate",
        piecesOf(variable.size).map(([from, end]) => [
          w + 4 * from,
          g + 4 * from,
          wasmAddress(m) + 4 * (first + from),
          wasmAddress(v) + 4 * (first + from),
          end - from,
          clip,
          BETA1,
          1 - BETA1,
          BETA2,
          1 - BETA2,
          EPSILON,
          stepSize,
          secondCorrection,
          isDecayed ? decayed : 1,
        ]),
      );
    }
  }
  return toTensor(report);
}

/** By size alone, so that sums come out the same whatever the number of threads. */
function piecesOf(size: number): [number, number][] {
  return cutRange(size, Math.min(MAX_PIECES, Math.ceil(size / PIECE_VALUES)), 4);
}
