/** Products with one or a few rows, as in writing token by token: packing B would cost more than the product. */
import { loadPart, storePart, sum4 } from "./math";

/** c [N] (+)= scale · a [K] · B (+ bias), B's rows `bInner` floats apart. B is read once, row by row. */
export function rowTimesMatrix(
  a: usize, aInner: i32, b: usize, bInner: i32, columns: i32, inner: i32,
  c: usize, scale: f32, bias: usize, adds: bool,
): void {
  if (!adds) {
    if (bias == 0) memory.fill(c, 0, <usize>columns << 2);
    else memory.copy(c, bias, <usize>columns << 2);
  } else if (bias != 0) {
    for (let n = 0; n < columns; n++) {
      const at = <usize>n << 2;
      store<f32>(c + at, load<f32>(c + at) + load<f32>(bias + at));
    }
  }
  const aStep = <usize>aInner << 2;
  const bStep = <usize>bInner << 2;
  let k = 0;
  for (; k + 4 <= inner; k += 4) {
    const v0 = f32x4.splat(load<f32>(a) * scale);
    const v1 = f32x4.splat(load<f32>(a + aStep) * scale);
    const v2 = f32x4.splat(load<f32>(a + 2 * aStep) * scale);
    const v3 = f32x4.splat(load<f32>(a + 3 * aStep) * scale);
    const b1 = b + bStep;
    const b2 = b1 + bStep;
    const b3 = b2 + bStep;
    let n = 0;
    for (; n + 4 <= columns; n += 4) {
      const at = <usize>n << 2;
      const left = f32x4.add(f32x4.mul(v0, v128.load(b + at)), f32x4.mul(v1, v128.load(b1 + at)));
      const right = f32x4.add(f32x4.mul(v2, v128.load(b2 + at)), f32x4.mul(v3, v128.load(b3 + at)));
      v128.store(c + at, f32x4.add(v128.load(c + at), f32x4.add(left, right)));
    }
    for (; n < columns; n++) {
      const at = <usize>n << 2;
      const left = f32x4.extract_lane(v0, 0) * load<f32>(b + at) + f32x4.extract_lane(v1, 0) * load<f32>(b1 + at);
      const right = f32x4.extract_lane(v2, 0) * load<f32>(b2 + at) + f32x4.extract_lane(v3, 0) * load<f32>(b3 + at);
      store<f32>(c + at, load<f32>(c + at) + left + right);
    }
    a += 4 * aStep;
    b = b3 + bStep;
  }
  for (; k < inner; k++) {
    const v = f32x4.splat(load<f32>(a) * scale);
    for (let n = 0; n < columns; n += 4) {
      const at = <usize>n << 2;
      const left = columns - n;
      if (left >= 4) v128.store(c + at, f32x4.add(v128.load(c + at), f32x4.mul(v, v128.load(b + at))));
      else storePart(c + at, f32x4.add(loadPart(c + at, left), f32x4.mul(v, loadPart(b + at, left))), left);
    }
    a += aStep;
    b += bStep;
  }
}

/** c [N] (+)= scale · a [K] · Bᵀ (+ bias), B's rows `bColumn` floats apart and a's values side by side. */
export function rowTimesTransposed(
  a: usize, b: usize, bColumn: i32, columns: i32, inner: i32,
  c: usize, scale: f32, bias: usize, adds: bool,
): void {
  for (let n = 0; n < columns; n++) {
    const at = <usize>n << 2;
    let value = dot(a, b, inner) * scale;
    if (bias != 0) value += load<f32>(bias + at);
    if (adds) value += load<f32>(c + at);
    store<f32>(c + at, value);
    b += <usize>bColumn << 2;
  }
}

/** Σ aᵢ·bᵢ. */
export function dot(a: usize, b: usize, size: i32): f32 {
  let s0 = f32x4.splat(0);
  let s1 = f32x4.splat(0);
  let i = 0;
  for (; i + 8 <= size; i += 8) {
    const at = <usize>i << 2;
    s0 = f32x4.add(s0, f32x4.mul(v128.load(a + at), v128.load(b + at)));
    s1 = f32x4.add(s1, f32x4.mul(v128.load(a + at, 16), v128.load(b + at, 16)));
  }
  let sum = sum4(f32x4.add(s0, s1));
  for (; i < size; i++) sum += load<f32>(a + (<usize>i << 2)) * load<f32>(b + (<usize>i << 2));
  return sum;
}
