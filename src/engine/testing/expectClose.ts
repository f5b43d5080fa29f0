import { expect } from "vitest";
import type { Tensor } from "../tfjs";

/** ‖actual − expected‖ ÷ ‖expected‖. */
function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < expected.length; i++) {
    difference += (actual[i]! - expected[i]!) ** 2;
    norm += expected[i]! ** 2;
  }
  return Math.sqrt(difference) / Math.sqrt(norm);
}

/** Norms below this are zero up to rounding, and are compared absolutely. */
const TINY_NORM = 1e-10;

/** Fails with the worst place when arrays differ by more than `tolerance` in relative L2. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what = "values",
): void {
  expect(actual.length, `${what}: length`).toBe(expected.length);
  const isZero = norm(expected) < TINY_NORM;
  const error = isZero ? largest(actual) : relativeError(actual, expected);
  if (error <= tolerance) return;
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    const isWorse =
      Math.abs(actual[i]! - expected[i]!) > Math.abs(actual[worst]! - expected[worst]!);
    if (isWorse || Number.isNaN(actual[i]!)) worst = i;
  }
  expect.fail(
    `${what}: relative error ${error} exceeds ${tolerance}; worst at ${worst}: got ${actual[worst]}, expected ${expected[worst]}`,
  );
}

function norm(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! ** 2;
  return Math.sqrt(sum);
}

function largest(values: ArrayLike<number>): number {
  let peak = 0;
  for (let i = 0; i < values.length; i++) peak = Math.max(peak, Math.abs(values[i]!));
  return peak;
}

/** Values of a tensor, which is freed. */
export async function take(tensor: Tensor): Promise<Float32Array> {
  const values = Float32Array.from(await tensor.data());
  tensor.dispose();
  return values;
}
