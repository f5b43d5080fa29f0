/** AdamW on WASM, in place over weights and moments. */
import { toTensor, wasmAddress, wasmOutput, wasmView, type Tensor } from "@/engine/tfjs";
import { wasmKernels } from "@/engine/wasm/kernels";
import type { Group } from "./adamW";
import { BETA1, BETA2, CLIP_EPSILON, EPSILON } from "./rates";

export function updateWasm(
  groups: Group[],
  gradients: Tensor[],
  control: Tensor,
  rates: Float32Array,
  maxGradNorm: number,
): Tensor {
  const kernels = wasmKernels();
  let sum = 0;
  for (const gradient of gradients) {
    sum += kernels.sumOfSquares(wasmAddress(gradient), gradient.size);
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
      kernels.adamWUpdate(
        wasmAddress(variable),
        wasmAddress(gradients[index]!),
        wasmAddress(m) + 4 * first,
        wasmAddress(v) + 4 * first,
        variable.size,
        clip,
        BETA1,
        1 - BETA1,
        BETA2,
        1 - BETA2,
        EPSILON,
        stepSize,
        secondCorrection,
        isDecayed ? decayed : 1,
      );
    }
  }
  return toTensor(report);
}
