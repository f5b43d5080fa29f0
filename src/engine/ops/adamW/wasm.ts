/** AdamW on WASM, in place over weights and moments. */
import {
  toTensor,
  wasmAddress,
  wasmOutput,
  wasmView,
  type Tensor,
  type Variable,
} from "@/engine/tfjs";
import { wasmKernels } from "@/engine/wasm/kernels";
import type { Moments } from "./adamW";
import { CLIP_EPSILON, type AdamWScalars } from "./kernel";

export function nextControlWasm(
  gradients: Tensor[],
  previous: Tensor,
  maxGradNorm: number,
): Tensor {
  const kernels = wasmKernels();
  let sum = 0;
  for (const gradient of gradients)
    sum += kernels.sumOfSquares(wasmAddress(gradient), gradient.size);
  const out = wasmOutput([3], "float32");
  const result = wasmView(out);
  const norm = Math.sqrt(sum);
  result[0] = Math.min(1, maxGradNorm / (norm + CLIP_EPSILON));
  result[1] = Number.isFinite(norm) ? wasmView(previous)[1]! : 1;
  result[2] = norm;
  return toTensor(out);
}

export function updateWasm(
  variable: Variable,
  gradient: Tensor,
  { m, v }: Moments,
  control: Tensor,
  { beta1, beta2, epsilon, stepSize, secondCorrection, keep }: AdamWScalars,
): void {
  const [clip, frozen] = wasmView(control) as unknown as [number, number];
  if (frozen === 1) return;
  wasmKernels().adamWUpdate(
    wasmAddress(variable),
    wasmAddress(gradient),
    wasmAddress(m),
    wasmAddress(v),
    variable.size,
    clip,
    beta1,
    1 - beta1,
    beta2,
    1 - beta2,
    epsilon,
    stepSize,
    secondCorrection,
    keep,
  );
}
