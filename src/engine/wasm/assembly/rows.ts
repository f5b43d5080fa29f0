/** Row kernels of the head's loss. Formulas: ops/crossEntropy/kernel.ts. */
import { exp4, loadPart, max4, storePart, sum4 } from "./math";

// From JavaScript: AssemblyScript's own needs tables in memory that is not ours.
// @ts-ignore: decorator
@external("env", "log")
declare function log(x: f64): f64;

/** Per row of logits [rows, width]: (log Σ exp, that minus the target's logit), into out [rows, 2]. */
export function rowStatistics(logits: usize, targets: usize, out: usize, rows: i32, width: i32): void {
  for (let row = 0; row < rows; row++) {
    let top = f32x4.splat(-Infinity);
    let i = 0;
    for (; i + 4 <= width; i += 4) top = f32x4.max(top, v128.load(logits + (<usize>i << 2)));
    let peak = max4(top);
    for (; i < width; i++) peak = max(peak, load<f32>(logits + (<usize>i << 2)));
    const peaks = f32x4.splat(peak);
    let sums = f32x4.splat(0);
    for (i = 0; i + 4 <= width; i += 4) {
      sums = f32x4.add(sums, exp4(f32x4.sub(v128.load(logits + (<usize>i << 2)), peaks)));
    }
    let sum = sum4(sums);
    for (; i < width; i++) {
      sum += f32x4.extract_lane(exp4(f32x4.splat(load<f32>(logits + (<usize>i << 2)) - peak)), 0);
    }
    const logSum = peak + <f32>log(sum);
    store<f32>(out, logSum);
    store<f32>(out, logSum - load<f32>(logits + (<usize>load<i32>(targets) << 2)), 4);
    logits += <usize>width << 2;
    targets += 4;
    out += 8;
  }
}

/** logits ← scale · (softmax(logits) − onehot(targets)), from the statistics of `rowStatistics`. */
export function logitsToGradient(
  logits: usize, statistics: usize, targets: usize, rows: i32, width: i32, scale: f32,
): void {
  const scales = f32x4.splat(scale);
  for (let row = 0; row < rows; row++) {
    const logSum = f32x4.splat(load<f32>(statistics));
    for (let i = 0; i < width; i += 4) {
      const at = logits + (<usize>i << 2);
      const left = width - i;
      if (left >= 4) v128.store(at, f32x4.mul(scales, exp4(f32x4.sub(v128.load(at), logSum))));
      else storePart(at, f32x4.mul(scales, exp4(f32x4.sub(loadPart(at, left), logSum))), left);
    }
    const hit = logits + (<usize>load<i32>(targets) << 2);
    store<f32>(hit, load<f32>(hit) - scale);
    logits += <usize>width << 2;
    statistics += 8;
    targets += 4;
  }
}
