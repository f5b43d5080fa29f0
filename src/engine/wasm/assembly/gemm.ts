/**
 * Matrix products C (+)= scale · A·B (+ bias) over 4 × 8 register tiles. B is packed once into panels of eight
 * columns, so that a tile reads it straight through the cache; A is packed only when it lies transposed.
 */
import { rowTimesMatrix, rowTimesTransposed, twoRowsTimesMatrix, twoRowsTimesTransposed } from "./fewRows";

/** Rows and columns of a register tile. */
const ROWS: i32 = 4;
const COLUMNS: i32 = 8;
/** Up to so many rows B is read in place, once for two of them. */
const FEW_ROWS: i32 = 3;

/** Eight columns of B from `column` as [inner][8], zeros beyond the edge. Strides count floats. */
export function packColumns(
  b: usize, rowStride: i32, columnStride: i32, inner: i32, columns: i32, column: i32, panel: usize,
): void {
  const count = min(COLUMNS, columns - column);
  let from = b + (<usize>(column * columnStride) << 2);
  const rowStep = <usize>rowStride << 2;
  if (count == COLUMNS && columnStride == 1) {
    for (let k = 0; k < inner; k++) {
      v128.store(panel, v128.load(from));
      v128.store(panel, v128.load(from, 16), 16);
      from += rowStep;
      panel += COLUMNS << 2;
    }
    return;
  }
  if (count == COLUMNS && rowStride == 1) {
    packTransposed(from, <usize>columnStride << 2, inner, panel);
    return;
  }
  const columnStep = <usize>columnStride << 2;
  for (let k = 0; k < inner; k++) {
    for (let j = 0; j < COLUMNS; j++) {
      store<f32>(panel + (<usize>j << 2), j < count ? load<f32>(from + <usize>j * columnStep) : 0);
    }
    from += rowStep;
    panel += COLUMNS << 2;
  }
}

/** Eight rows that lie `step` bytes apart, read four values at a time and turned. */
function packTransposed(from: usize, step: usize, inner: i32, panel: usize): void {
  let k = 0;
  for (; k + 4 <= inner; k += 4) {
    const at = from + (<usize>k << 2);
    transpose4(at, step, panel + (<usize>(k * COLUMNS) << 2));
    transpose4(at + 4 * step, step, panel + (<usize>(k * COLUMNS + 4) << 2));
  }
  for (; k < inner; k++) {
    for (let j = 0; j < COLUMNS; j++) {
      store<f32>(panel + (<usize>(k * COLUMNS + j) << 2), load<f32>(from + <usize>j * step + (<usize>k << 2)));
    }
  }
}

/** A 4 × 4 block, turned, into rows of eight. */
// @ts-ignore: decorator
@inline
function transpose4(from: usize, step: usize, to: usize): void {
  const a = v128.load(from);
  const b = v128.load(from + step);
  const c = v128.load(from + 2 * step);
  const d = v128.load(from + 3 * step);
  const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  const cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const ab2 = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const cd2 = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(ab, cd, 0, 2));
  v128.store(to + 32, v128.shuffle<i64>(ab, cd, 1, 3));
  v128.store(to + 64, v128.shuffle<i64>(ab2, cd2, 0, 2));
  v128.store(to + 96, v128.shuffle<i64>(ab2, cd2, 1, 3));
}

/** Writes a row of a tile: C (+)= scale · sum (+ bias), its first `count` columns. */
// @ts-ignore: decorator
@inline
function writeRow(c: usize, low: v128, high: v128, scale: v128, bias: usize, adds: bool, count: i32): void {
  low = f32x4.mul(low, scale);
  high = f32x4.mul(high, scale);
  if (count == COLUMNS) {
    if (bias != 0) {
      low = f32x4.add(low, v128.load(bias));
      high = f32x4.add(high, v128.load(bias, 16));
    }
    if (adds) {
      low = f32x4.add(low, v128.load(c));
      high = f32x4.add(high, v128.load(c, 16));
    }
    v128.store(c, low);
    v128.store(c, high, 16);
    return;
  }
  writePart(c, low, bias, adds, min(4, count));
  if (count > 4) writePart(c + 16, high, bias == 0 ? 0 : bias + 16, adds, count - 4);
}

function writePart(c: usize, values: v128, bias: usize, adds: bool, count: i32): void {
  for (let j = 0; j < count; j++) {
    const at = <usize>j << 2;
    let value = f32x4.extract_lane(values, 0);
    if (bias != 0) value += load<f32>(bias + at);
    if (adds) value += load<f32>(c + at);
    store<f32>(c + at, value);
    values = v128.shuffle<i32>(values, values, 1, 2, 3, 0);
  }
}

/**
 * One 4 × 8 tile: rows of A `aRow` bytes apart and `aInner` bytes between their values, a packed panel of B,
 * over `inner` values. Rows beyond `rows` are read again from the last and not written.
 */
// @ts-ignore: decorator
@inline
function tile(
  a: usize, aRow: usize, aInner: usize, panel: usize, inner: i32,
  c: usize, cRow: usize, rows: i32, count: i32, scale: v128, bias: usize, adds: bool,
): void {
  let a0 = a;
  let a1 = rows > 1 ? a + aRow : a;
  let a2 = rows > 2 ? a + 2 * aRow : a;
  let a3 = rows > 3 ? a + 3 * aRow : a;
  let s00 = f32x4.splat(0), s01 = f32x4.splat(0);
  let s10 = f32x4.splat(0), s11 = f32x4.splat(0);
  let s20 = f32x4.splat(0), s21 = f32x4.splat(0);
  let s30 = f32x4.splat(0), s31 = f32x4.splat(0);
  const end = panel + (<usize>inner << 5);
  while (panel < end) {
    const b0 = v128.load(panel);
    const b1 = v128.load(panel, 16);
    const v0 = v128.load32_splat(a0);
    s00 = f32x4.add(s00, f32x4.mul(v0, b0));
    s01 = f32x4.add(s01, f32x4.mul(v0, b1));
    const v1 = v128.load32_splat(a1);
    s10 = f32x4.add(s10, f32x4.mul(v1, b0));
    s11 = f32x4.add(s11, f32x4.mul(v1, b1));
    const v2 = v128.load32_splat(a2);
    s20 = f32x4.add(s20, f32x4.mul(v2, b0));
    s21 = f32x4.add(s21, f32x4.mul(v2, b1));
    const v3 = v128.load32_splat(a3);
    s30 = f32x4.add(s30, f32x4.mul(v3, b0));
    s31 = f32x4.add(s31, f32x4.mul(v3, b1));
    panel += 32;
    a0 += aInner;
    a1 += aInner;
    a2 += aInner;
    a3 += aInner;
  }
  writeRow(c, s00, s01, scale, bias, adds, count);
  if (rows > 1) writeRow(c + cRow, s10, s11, scale, bias, adds, count);
  if (rows > 2) writeRow(c + 2 * cRow, s20, s21, scale, bias, adds, count);
  if (rows > 3) writeRow(c + 3 * cRow, s30, s31, scale, bias, adds, count);
}

/** All row tiles of one panel of columns. Strides count floats. */
export function multiplyPanel(
  a: usize, aRow: i32, aInner: i32, panel: usize, inner: i32,
  c: usize, cRow: i32, firstRow: i32, rows: i32, count: i32, scale: f32, bias: usize, adds: bool,
): void {
  const aStep = <usize>aRow << 2;
  const cStep = <usize>cRow << 2;
  const scales = f32x4.splat(scale);
  for (let row = firstRow; row < rows; row += ROWS) {
    tile(
      a + <usize>row * aStep, aStep, <usize>aInner << 2, panel, inner,
      c + <usize>row * cStep, cStep, min(ROWS, rows - row), count, scales, bias, adds,
    );
  }
}

/** Bytes that `multiply` needs at `scratch`. */
export function multiplyScratchBytes(rows: i32, inner: i32, aInner: i32): usize {
  const packed = aInner == 1 ? 0 : ((rows + ROWS - 1) / ROWS) * ROWS * inner;
  return <usize>(packed + COLUMNS * inner) << 2;
}

/**
 * C [M, N] (+)= scale · A·B (+ bias), for `batch` matrices one after the other. A's value (m, k) lies at
 * m·aRow + k·aInner and B's (k, n) at k·bInner + n·bColumn, so either may be transposed. C's rows lie cRow apart:
 * it may be a part of a wider matrix. bias may be 0.
 */
export function multiply(
  batch: i32, rows: i32, columns: i32, inner: i32,
  a: usize, aRow: i32, aInner: i32, aMatrix: i32,
  b: usize, bInner: i32, bColumn: i32, bMatrix: i32,
  c: usize, cRow: i32, cMatrix: i32, scale: f32, bias: usize, adds: bool, scratch: usize,
): void {
  const panel = scratch;
  const packedA = scratch + (<usize>(COLUMNS * inner) << 2);
  for (let matrix = 0; matrix < batch; matrix++) {
    const aFrom = a + (<usize>(matrix * aMatrix) << 2);
    const bFrom = b + (<usize>(matrix * bMatrix) << 2);
    const to = c + (<usize>(matrix * cMatrix) << 2);
    if (rows <= FEW_ROWS && (bColumn == 1 || (bInner == 1 && aInner == 1))) {
      for (let row = 0; row < rows; row += 2) {
        const aAt = aFrom + (<usize>(row * aRow) << 2);
        const cAt = to + (<usize>(row * cRow) << 2);
        const aStep = <usize>aRow << 2;
        const cStep = <usize>cRow << 2;
        if (row + 1 == rows) {
          if (bColumn == 1) rowTimesMatrix(aAt, aInner, bFrom, bInner, columns, inner, cAt, scale, bias, adds);
          else rowTimesTransposed(aAt, bFrom, bColumn, columns, inner, cAt, scale, bias, adds);
        } else if (bColumn == 1) {
          twoRowsTimesMatrix(aAt, aStep, aInner, bFrom, bInner, columns, inner, cAt, cStep, scale, bias, adds);
        } else {
          twoRowsTimesTransposed(aAt, aStep, bFrom, bColumn, columns, inner, cAt, cStep, scale, bias, adds);
        }
      }
      continue;
    }
    const isPacked = aInner != 1;
    if (isPacked) packRows(aFrom, aRow, aInner, rows, inner, packedA);
    for (let column = 0; column < columns; column += COLUMNS) {
      packColumns(bFrom, bInner, bColumn, inner, columns, column, panel);
      const count = min(COLUMNS, columns - column);
      const at = to + (<usize>column << 2);
      const biasAt: usize = bias == 0 ? 0 : bias + (<usize>column << 2);
      if (!isPacked) {
        multiplyPanel(aFrom, aRow, 1, panel, inner, at, cRow, 0, rows, count, scale, biasAt, adds);
        continue;
      }
      for (let row = 0; row < rows; row += ROWS) {
        multiplyPanel(
          packedA + (<usize>(row * inner) << 2), 1, ROWS, panel, inner,
          at + (<usize>(row * cRow) << 2), cRow, 0, min(ROWS, rows - row), count, scale, biasAt, adds,
        );
      }
    }
  }
}

/** A's rows in groups of four, as [group][inner][4]; the last group may hold old values beyond the edge. */
function packRows(a: usize, aRow: i32, aInner: i32, rows: i32, inner: i32, packed: usize): void {
  for (let row = 0; row < rows; row += ROWS) {
    const count = min(ROWS, rows - row);
    let from = a + (<usize>(row * aRow) << 2);
    if (count == ROWS && aRow == 1) {
      for (let k = 0; k < inner; k++) {
        v128.store(packed, v128.load(from));
        from += <usize>aInner << 2;
        packed += 16;
      }
      continue;
    }
    for (let k = 0; k < inner; k++) {
      for (let i = 0; i < count; i++) {
        store<f32>(packed + (<usize>i << 2), load<f32>(from + (<usize>(i * aRow) << 2)));
      }
      from += <usize>aInner << 2;
      packed += 16;
    }
  }
}
