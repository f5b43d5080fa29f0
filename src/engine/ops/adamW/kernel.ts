import { isWebGPU, type Tensor, type Variable } from "@/engine/tfjs";
import type { Moments } from "./adamW";
import { nextControlWasm, updateWasm } from "./wasm";
import { nextControlWebGPU, updateWebGPU } from "./webgpu";

/** PyTorch's `clip_grad_norm_` divides by the norm plus this. */
export const CLIP_EPSILON = 1e-6;

export type AdamWScalars = {
  beta1: number;
  beta2: number;
  epsilon: number;
  /** lr ÷ (1 − β₁ᵗ). */
  stepSize: number;
  /** 1 ÷ √(1 − β₂ᵗ). */
  secondCorrection: number;
  /** 1 − lr·decay. */
  keep: number;
};

/** One parameter's part of a step. */
export type Update = {
  variable: Variable;
  gradient: Tensor;
  moments: Moments;
  scalars: AdamWScalars;
};

/** From all gradients and the control before: [clip factor, frozen, norm]. The caller owns it. */
export function nextControl(gradients: Tensor[], previous: Tensor, maxGradNorm: number): Tensor {
  return isWebGPU()
    ? nextControlWebGPU(gradients, previous, maxGradNorm)
    : nextControlWasm(gradients, previous, maxGradNorm);
}

/** Updates parameters and their moments in place, or none at all when the control says frozen. */
export function updateParameters(updates: Update[], control: Tensor): void {
  if (isWebGPU()) {
    updateWebGPU(updates, control);
    return;
  }
  for (const { variable, gradient, moments, scalars } of updates) {
    updateWasm(variable, gradient, moments, control, scalars);
  }
}
