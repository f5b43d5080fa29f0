/** Products with one or a few rows, as in writing token by token: packing B would cost more than the product. */
import { loadPart, storePart, sum4 } from "./math";

/** c [N] (+)= scale · a [K] · B (+ bias), B's rows `bInner` floats apart. B is read once, row by row. */
export function rowTimesMatrix(
  a: usize, aInner: i32, b: usize, bInner: i32, columns: i32, inner: i32,
  c: usize, scale: f32, bias: usize, adds: bool,
): void {
  startRow(c, columns, bias, adds);
  addRows(false, a, 0, aInner, b, bInner, columns, inner, c, 0, scale);
}

/** The same for two rows of a and of c, `aRow` and `cRow` bytes apart: B is read once for both, and each is what it is alone. */
export function twoRowsTimesMatrix(
  a: usize, aRow: usize, aInner: i32, b: usize, bInner: i32, columns: i32, inner: i32,
  c: usize, cRow: usize, scale: f32, bias: usize, adds: bool,
): void {
  startRow(c, columns, bias, adds);
  startRow(c + cRow, columns, bias, adds);
  addRows(true, a, aRow, aInner, b, bInner, columns, inner, c, cRow, scale);
}

/** What the products are added to: nothing, the bias, or what is there, with the bias. */
function startRow(c: usize, columns: i32, bias: usize, adds: bool): void {
  if (!adds) {
    if (bias == 0) memory.fill(c, 0, <usize>columns << 2);
    else memory.copy(c, bias, <usize>columns << 2);
  } else if (bias != 0) {
    for (let n = 0; n < columns; n++) {
      const at = <usize>n << 2;
      store<f32>(c + at, load<f32>(c + at) + load<f32>(bias + at));
    }
  }
}

/** c += scale · a · B for a row, or for two; `isPair` is known when this is compiled. */
// @ts-ignore: decorator
@inline
function addRows(
  isPair: bool, a: usize, aRow: usize, aInner: i32, b: usize, bInner: i32, columns: i32, inner: i32,
  c: usize, cRow: usize, scale: f32,
): void {
  const aStep = <usize>aInner << 2;
  const bStep = <usize>bInner << 2;
  const end = c + (<usize>columns << 2);
  let k = 0;
  for (; k + 4 <= inner; k += 4) {
    const v0 = f32x4.splat(load<f32>(a) * scale);
    const v1 = f32x4.splat(load<f32>(a + aStep) * scale);
    const v2 = f32x4.splat(load<f32>(a + 2 * aStep) * scale);
    const v3 = f32x4.splat(load<f32>(a + 3 * aStep) * scale);
    const w0 = isPair ? f32x4.splat(load<f32>(a + aRow) * scale) : v0;
    const w1 = isPair ? f32x4.splat(load<f32>(a + aRow + aStep) * scale) : v1;
    const w2 = isPair ? f32x4.splat(load<f32>(a + aRow + 2 * aStep) * scale) : v2;
    const w3 = isPair ? f32x4.splat(load<f32>(a + aRow + 3 * aStep) * scale) : v3;
    let from = b;
    let to = c;
    for (; to + 16 <= end; to += 16) {
      const b0 = v128.load(from);
      const b1 = v128.load(from + bStep);
      const b2 = v128.load(from + 2 * bStep);
      const b3 = v128.load(from + 3 * bStep);
      addFour(to, v0, v1, v2, v3, b0, b1, b2, b3);
      if (isPair) addFour(to + cRow, w0, w1, w2, w3, b0, b1, b2, b3);
      from += 16;
    }
    for (; to < end; to += 4) {
      const b0 = v128.load32_zero(from);
      const b1 = v128.load32_zero(from + bStep);
      const b2 = v128.load32_zero(from + 2 * bStep);
      const b3 = v128.load32_zero(from + 3 * bStep);
      addOne(to, v0, v1, v2, v3, b0, b1, b2, b3);
      if (isPair) addOne(to + cRow, w0, w1, w2, w3, b0, b1, b2, b3);
      from += 4;
    }
    a += 4 * aStep;
    b += 4 * bStep;
  }
  for (; k < inner; k++) {
    addInner(a, b, c, columns, scale);
    if (isPair) addInner(a + aRow, b, c + cRow, columns, scale);
    a += aStep;
    b += bStep;
  }
}

// @ts-ignore: decorator
@inline
function sumFour(v0: v128, v1: v128, v2: v128, v3: v128, b0: v128, b1: v128, b2: v128, b3: v128): v128 {
  const left = f32x4.add(f32x4.mul(v0, b0), f32x4.mul(v1, b1));
  const right = f32x4.add(f32x4.mul(v2, b2), f32x4.mul(v3, b3));
  return f32x4.add(left, right);
}

// @ts-ignore: decorator
@inline
function addFour(c: usize, v0: v128, v1: v128, v2: v128, v3: v128, b0: v128, b1: v128, b2: v128, b3: v128): void {
  v128.store(c, f32x4.add(v128.load(c), sumFour(v0, v1, v2, v3, b0, b1, b2, b3)));
}

// @ts-ignore: decorator
@inline
function addOne(c: usize, v0: v128, v1: v128, v2: v128, v3: v128, b0: v128, b1: v128, b2: v128, b3: v128): void {
  store<f32>(c, load<f32>(c) + f32x4.extract_lane(sumFour(v0, v1, v2, v3, b0, b1, b2, b3), 0));
}

/** c += scale · a · b for one value of a and one row of B. */
function addInner(a: usize, b: usize, c: usize, columns: i32, scale: f32): void {
  const v = f32x4.splat(load<f32>(a) * scale);
  for (let n = 0; n < columns; n += 4) {
    const at = <usize>n << 2;
    const left = columns - n;
    if (left >= 4) v128.store(c + at, f32x4.add(v128.load(c + at), f32x4.mul(v, v128.load(b + at))));
    else storePart(c + at, f32x4.add(loadPart(c + at, left), f32x4.mul(v, loadPart(b + at, left))), left);
  }
}

/** c [N] (+)= scale · a [K] · Bᵀ (+ bias), B's rows `bColumn` floats apart and a's values side by side. */
export function rowTimesTransposed(
  a: usize, b: usize, bColumn: i32, columns: i32, inner: i32,
  c: usize, scale: f32, bias: usize, adds: bool,
): void {
  for (let n = 0; n < columns; n++) {
    const at = <usize>n << 2;
    finishOne(c + at, dot(a, b, inner) * scale, bias == 0 ? 0 : bias + at, adds);
    b += <usize>bColumn << 2;
  }
}

/** The same for two rows of a and of c, `aRow` and `cRow` bytes apart: B is read once for both, and each is what it is alone. */
export function twoRowsTimesTransposed(
  a: usize, aRow: usize, b: usize, bColumn: i32, columns: i32, inner: i32,
  c: usize, cRow: usize, scale: f32, bias: usize, adds: bool,
): void {
  for (let n = 0; n < columns; n++) {
    const at = c + (<usize>n << 2);
    const biasAt: usize = bias == 0 ? 0 : bias + (<usize>n << 2);
    let s0 = f32x4.splat(0), s1 = f32x4.splat(0);
    let t0 = f32x4.splat(0), t1 = f32x4.splat(0);
    let i: usize = 0;
    const end = <usize>(inner & ~7) << 2;
    for (; i < end; i += 32) {
      const b0 = v128.load(b + i);
      const b1 = v128.load(b + i, 16);
      s0 = f32x4.add(s0, f32x4.mul(v128.load(a + i), b0));
      s1 = f32x4.add(s1, f32x4.mul(v128.load(a + i, 16), b1));
      t0 = f32x4.add(t0, f32x4.mul(v128.load(a + aRow + i), b0));
      t1 = f32x4.add(t1, f32x4.mul(v128.load(a + aRow + i, 16), b1));
    }
    let s = sum4(f32x4.add(s0, s1));
    let t = sum4(f32x4.add(t0, t1));
    for (; i < <usize>inner << 2; i += 4) {
      s += load<f32>(a + i) * load<f32>(b + i);
      t += load<f32>(a + aRow + i) * load<f32>(b + i);
    }
    finishOne(at, s * scale, biasAt, adds);
    finishOne(at + cRow, t * scale, biasAt, adds);
    b += <usize>bColumn << 2;
  }
}

// @ts-ignore: decorator
@inline
function finishOne(c: usize, value: f32, bias: usize, adds: bool): void {
  if (bias != 0) value += load<f32>(bias);
  if (adds) value += load<f32>(c);
  store<f32>(c, value);
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
