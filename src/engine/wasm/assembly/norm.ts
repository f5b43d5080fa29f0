/** LayerNorm and RMSNorm (no mean, no bias) over rows. Formulas: ops/layerNorm/layerNorm.ts, ops/rmsNorm/rmsNorm.ts. */
import { loadPart, storePart, sum4 } from "./math";

// @ts-ignore: decorator
@inline
function rowSum(x: usize, width: i32): f32 {
  let sum = f32x4.splat(0);
  let i = 0;
  for (; i + 4 <= width; i += 4) sum = f32x4.add(sum, v128.load(x + (<usize>i << 2)));
  if (i < width) sum = f32x4.add(sum, loadPart(x + (<usize>i << 2), width - i));
  return sum4(sum);
}

/** Σ (x − mean)². */
// @ts-ignore: decorator
@inline
function rowSquares(x: usize, width: i32, mean: f32): f32 {
  const means = f32x4.splat(mean);
  let sum = f32x4.splat(0);
  let i = 0;
  for (; i + 4 <= width; i += 4) {
    const d = f32x4.sub(v128.load(x + (<usize>i << 2)), means);
    sum = f32x4.add(sum, f32x4.mul(d, d));
  }
  let rest: f32 = 0;
  for (; i < width; i++) {
    const d = load<f32>(x + (<usize>i << 2)) - mean;
    rest += d * d;
  }
  return sum4(sum) + rest;
}

/** y = (x − mean) ÷ sqrt(variance + eps) · gain + bias; with bias 0 there is neither mean nor bias (RMSNorm). */
export function normalize(x: usize, gain: usize, bias: usize, y: usize, rows: i32, width: i32, eps: f32): void {
  const rowBytes = <usize>width << 2;
  for (let row = 0; row < rows; row++) {
    const mean: f32 = bias == 0 ? 0 : rowSum(x, width) / <f32>width;
    const scale: f32 = 1 / sqrt<f32>(rowSquares(x, width, mean) / <f32>width + eps);
    const means = f32x4.splat(mean);
    const scales = f32x4.splat(scale);
    let i = 0;
    for (; i + 4 <= width; i += 4) {
      const at = <usize>i << 2;
      const normalized = f32x4.mul(f32x4.sub(v128.load(x + at), means), scales);
      let out = f32x4.mul(normalized, v128.load(gain + at));
      if (bias != 0) out = f32x4.add(out, v128.load(bias + at));
      v128.store(y + at, out);
    }
    for (; i < width; i++) {
      const at = <usize>i << 2;
      const out = (load<f32>(x + at) - mean) * scale * load<f32>(gain + at);
      store<f32>(y + at, bias == 0 ? out : out + load<f32>(bias + at));
    }
    x += rowBytes;
    y += rowBytes;
  }
}

/**
 * dx from dy, and, where their addresses are not 0, Σ over rows for gain and bias (both must begin as zeros).
 * `isCentered` is 1 for LayerNorm and 0 for RMSNorm.
 */
export function normalizeBackward(
  x: usize, gain: usize, dy: usize, dx: usize, dGain: usize, dBias: usize,
  rows: i32, width: i32, eps: f32, isCentered: i32,
): void {
  const rowBytes = <usize>width << 2;
  for (let row = 0; row < rows; row++) {
    const mean: f32 = isCentered ? rowSum(x, width) / <f32>width : 0;
    const scale: f32 = 1 / sqrt<f32>(rowSquares(x, width, mean) / <f32>width + eps);
    const means = f32x4.splat(mean);
    const scales = f32x4.splat(scale);
    // With d = dy · gain and x̂ the normalized row: Σ d and Σ d·x̂.
    let sums = f32x4.splat(0);
    let alongs = f32x4.splat(0);
    for (let i = 0; i < width; i += 4) {
      const at = <usize>i << 2;
      const left = width - i;
      const isWhole = left >= 4;
      const g = isWhole ? v128.load(dy + at) : loadPart(dy + at, left);
      const v = isWhole ? v128.load(x + at) : loadPart(x + at, left);
      const normalized = f32x4.mul(f32x4.sub(v, means), scales);
      const d = f32x4.mul(g, isWhole ? v128.load(gain + at) : loadPart(gain + at, left));
      sums = f32x4.add(sums, d);
      alongs = f32x4.add(alongs, f32x4.mul(d, normalized));
      if (dGain != 0) addTo(dGain + at, f32x4.mul(g, normalized), left);
      if (dBias != 0) addTo(dBias + at, g, left);
    }
    const meanD = f32x4.splat(isCentered ? sum4(sums) / <f32>width : 0);
    const meanAlong = f32x4.splat(sum4(alongs) / <f32>width);
    for (let i = 0; i < width; i += 4) {
      const at = <usize>i << 2;
      const left = width - i;
      const isWhole = left >= 4;
      const g = isWhole ? v128.load(dy + at) : loadPart(dy + at, left);
      const v = isWhole ? v128.load(x + at) : loadPart(x + at, left);
      const normalized = f32x4.mul(f32x4.sub(v, means), scales);
      const d = f32x4.mul(g, isWhole ? v128.load(gain + at) : loadPart(gain + at, left));
      const out = f32x4.mul(f32x4.sub(f32x4.sub(d, meanD), f32x4.mul(normalized, meanAlong)), scales);
      if (isWhole) v128.store(dx + at, out);
      else storePart(dx + at, out, left);
    }
    x += rowBytes;
    dy += rowBytes;
    dx += rowBytes;
  }
}

// @ts-ignore: decorator
@inline
function addTo(to: usize, values: v128, left: i32): void {
  if (left >= 4) v128.store(to, f32x4.add(v128.load(to), values));
  else storePart(to, f32x4.add(loadPart(to, left), values), left);
}

/** out = Σ over the rows of x [rows, width]. */
export function sumRows(x: usize, out: usize, rows: i32, width: i32): void {
  memory.fill(out, 0, <usize>width << 2);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < width; i += 4) {
      const at = <usize>i << 2;
      const left = width - i;
      addTo(out + at, left >= 4 ? v128.load(x + at) : loadPart(x + at, left), left);
    }
    x += <usize>width << 2;
  }
}
