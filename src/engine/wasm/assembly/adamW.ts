/** The optimizer over one tensor. Formulas: ops/adamW/adamW.ts. */
import { sum4 } from "./math";

/** Σ g², in double precision across rows of fours. */
export function sumOfSquares(g: usize, size: i32): f64 {
  let total: f64 = 0;
  let i = 0;
  // Short sums in single precision, added up in double.
  while (i + 4 <= size) {
    const end = min(size - 3, i + 4096);
    let sum = f32x4.splat(0);
    for (; i < end; i += 4) {
      const x = v128.load(g + (<usize>i << 2));
      sum = f32x4.add(sum, f32x4.mul(x, x));
    }
    total += sum4(sum);
  }
  for (; i < size; i++) {
    const x: f64 = load<f32>(g + (<usize>i << 2));
    total += x * x;
  }
  return total;
}

/** w, m and v in place: see AdamWScalars in ops/adamW/kernel.ts for the numbers. */
export function adamWUpdate(
  w: usize, g: usize, m: usize, v: usize, size: i32,
  clip: f32, beta1: f32, rest1: f32, beta2: f32, rest2: f32, epsilon: f32, stepSize: f32, secondCorrection: f32, keep: f32,
): void {
  let i = 0;
  for (; i + 4 <= size; i += 4) {
    const at = <usize>i << 2;
    const clipped = f32x4.mul(v128.load(g + at), f32x4.splat(clip));
    const first = f32x4.add(f32x4.mul(v128.load(m + at), f32x4.splat(beta1)), f32x4.mul(clipped, f32x4.splat(rest1)));
    const square = f32x4.mul(f32x4.mul(clipped, clipped), f32x4.splat(rest2));
    const second = f32x4.add(f32x4.mul(v128.load(v + at), f32x4.splat(beta2)), square);
    v128.store(m + at, first);
    v128.store(v + at, second);
    const divisor = f32x4.add(f32x4.mul(f32x4.sqrt(second), f32x4.splat(secondCorrection)), f32x4.splat(epsilon));
    const change = f32x4.div(f32x4.mul(first, f32x4.splat(stepSize)), divisor);
    v128.store(w + at, f32x4.sub(f32x4.mul(v128.load(w + at), f32x4.splat(keep)), change));
  }
  for (; i < size; i++) {
    const at = <usize>i << 2;
    const clipped = load<f32>(g + at) * clip;
    const first = load<f32>(m + at) * beta1 + clipped * rest1;
    const second = load<f32>(v + at) * beta2 + clipped * clipped * rest2;
    store<f32>(m + at, first);
    store<f32>(v + at, second);
    const change = (first * stepSize) / (sqrt<f32>(second) * secondCorrection + epsilon);
    store<f32>(w + at, load<f32>(w + at) * keep - change);
  }
}
