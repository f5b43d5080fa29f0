/**
 * Causal attention, forward and backward, over segments: each is an example of its own somewhere in a row of the
 * batch, so packed rows need no mask and padding costs nothing. Rotary positions are put in on the way, and
 * several query heads may share a key–value head. Formulas: ops/attention/attention.ts.
 *
 * Addresses of q, k, v (and of their gradients) have the first head's first value; `row` is the distance between
 * tokens and `head` between heads, in floats, so that joined projections need no copies.
 */
import { dot, rowTimesMatrix } from "./fewRows";
import { multiplyPanel, packColumns } from "./gemm";
import { exp4, max4, sum4 } from "./math";

const PANEL: i32 = 8;

// @ts-ignore: decorator
@inline
function roundUp(x: i32): i32 {
  return (x + PANEL - 1) & ~(PANEL - 1);
}

/** Floats of scratch for a segment of `length` tokens: five matrices of heads, two of scores, and panels. */
export function attentionScratchFloats(length: i32, headDim: i32): i32 {
  const t = roundUp(length);
  const d = roundUp(headDim);
  return 6 * t * d + 2 * t * t + PANEL * max(t, d);
}

/** One head's rows, turned by their position and scaled, into rows of `width` floats with zeros behind. */
function gatherHead(
  from: usize, row: i32, length: i32, headDim: i32, width: i32,
  cos: usize, sin: usize, rotaryDim: i32, scale: f32, to: usize,
): void {
  const half = rotaryDim >> 1;
  for (let t = 0; t < length; t++) {
    const table = <usize>(t * rotaryDim) << 2;
    for (let i = 0; i < half; i++) {
      const at = <usize>i << 2;
      const other = <usize>(i + half) << 2;
      const c = load<f32>(cos + table + at);
      const s = load<f32>(sin + table + at);
      const a = load<f32>(from + at);
      const b = load<f32>(from + other);
      store<f32>(to + at, (a * c - b * s) * scale);
      store<f32>(to + other, (b * c + a * s) * scale);
    }
    for (let i = rotaryDim; i < headDim; i++) {
      const at = <usize>i << 2;
      store<f32>(to + at, load<f32>(from + at) * scale);
    }
    for (let i = headDim; i < width; i++) store<f32>(to + (<usize>i << 2), 0);
    from += <usize>row << 2;
    to += <usize>width << 2;
  }
}

/** A head's gradient, turned back and scaled, from rows of `width` floats to its place. */
function scatterHead(
  from: usize, width: i32, length: i32, headDim: i32,
  cos: usize, sin: usize, rotaryDim: i32, scale: f32, to: usize, row: i32,
): void {
  const half = rotaryDim >> 1;
  for (let t = 0; t < length; t++) {
    const table = <usize>(t * rotaryDim) << 2;
    for (let i = 0; i < half; i++) {
      const at = <usize>i << 2;
      const other = <usize>(i + half) << 2;
      const c = load<f32>(cos + table + at);
      const s = load<f32>(sin + table + at);
      const a = load<f32>(from + at);
      const b = load<f32>(from + other);
      store<f32>(to + at, (a * c + b * s) * scale);
      store<f32>(to + other, (b * c - a * s) * scale);
    }
    for (let i = rotaryDim; i < headDim; i++) {
      const at = <usize>i << 2;
      store<f32>(to + at, load<f32>(from + at) * scale);
    }
    from += <usize>width << 2;
    to += <usize>row << 2;
  }
}

/** x = softmax(x) over `count` values, with room for whole fours behind them. */
function softmaxRow(row: usize, count: i32): void {
  // What lies behind the row's end must not count.
  const padded = (count + 3) & ~3;
  for (let j = count; j < padded; j++) store<f32>(row + (<usize>j << 2), -Infinity);
  let top = v128.load(row);
  for (let j = 4; j < padded; j += 4) top = f32x4.max(top, v128.load(row + (<usize>j << 2)));
  const largest = f32x4.splat(max4(top));
  let total = f32x4.splat(0);
  for (let j = 0; j < padded; j += 4) {
    const at = row + (<usize>j << 2);
    const e = exp4(f32x4.sub(v128.load(at), largest));
    v128.store(at, e);
    total = f32x4.add(total, e);
  }
  const inverse = f32x4.splat(1 / sum4(total));
  for (let j = 0; j < padded; j += 4) {
    const at = row + (<usize>j << 2);
    v128.store(at, f32x4.mul(v128.load(at), inverse));
  }
}

/** Each row's softmax over its first values, up to its own column; zeros behind, up to `stride`. */
function causalSoftmax(scores: usize, length: i32, stride: i32): void {
  for (let t = 0; t < length; t++) {
    const row = scores + (<usize>(t * stride) << 2);
    softmaxRow(row, t + 1);
    memory.fill(row + (<usize>(t + 1) << 2), 0, <usize>(stride - t - 1) << 2);
  }
}

/** C [length, columns] = A·Bᵀ or A·B with B's panels packed as they are needed; only rows from the panel on when causal. */
function product(
  a: usize, aRow: i32, aInner: i32, rows: i32,
  b: usize, bInner: i32, bColumn: i32, columns: i32, inner: i32,
  c: usize, cRow: i32, isLower: bool, adds: bool, panel: usize,
): void {
  for (let column = 0; column < columns; column += PANEL) {
    packColumns(b, bInner, bColumn, inner, columns, column, panel);
    // Rows above the diagonal are not needed; tiles begin at multiples of four.
    const first = isLower ? column & ~3 : 0;
    multiplyPanel(
      a, aRow, aInner, panel, inner, c + (<usize>column << 2), cRow, first, rows,
      min(PANEL, columns - column), 1, 0, adds,
    );
  }
}

/** P for one head of one segment: softmax(q·kᵀ), q scaled before. */
function weights(q: usize, k: usize, length: i32, d: i32, t: i32, p: usize, panel: usize): void {
  product(q, d, 1, length, k, 1, d, length, d, p, t, true, false, panel);
  causalSoftmax(p, length, t);
}

/**
 * out [tokens, outRow], of which the first heads·headDim values of a row; segments [count][row start + first token,
 * length]. Segments and heads may be computed apart, by moving the addresses.
 */
export function attentionForward(
  q: usize, qRow: i32, qHead: i32, k: usize, v: usize, kvRow: i32, kvHead: i32,
  out: usize, outRow: i32, cos: usize, sin: usize, rotaryDim: i32,
  segments: usize, segmentCount: i32, heads: i32, kvHeads: i32, headDim: i32, scratch: usize,
): void {
  const d = roundUp(headDim);
  const scale: f32 = 1 / sqrt<f32>(<f32>headDim);
  const group = heads / kvHeads;
  for (let s = 0; s < segmentCount; s++) {
    const start = load<i32>(segments + (<usize>s << 3));
    const length = load<i32>(segments + (<usize>s << 3), 4);
    const t = roundUp(length);
    const matrix = <usize>(t * d) << 2;
    const qScratch = scratch;
    const kScratch = qScratch + matrix;
    const vScratch = kScratch + matrix;
    const oScratch = vScratch + matrix;
    const p = oScratch + matrix;
    const panel = p + (<usize>(t * t) << 2);
    for (let kvAt = 0; kvAt < kvHeads; kvAt++) {
      const kvFrom = <usize>(start * kvRow + kvAt * kvHead) << 2;
      gatherHead(k + kvFrom, kvRow, length, headDim, d, cos, sin, rotaryDim, 1, kScratch);
      gatherHead(v + kvFrom, kvRow, length, headDim, d, cos, sin, 0, 1, vScratch);
      for (let g = 0; g < group; g++) {
        const head = kvAt * group + g;
        const qFrom = q + (<usize>(start * qRow + head * qHead) << 2);
        gatherHead(qFrom, qRow, length, headDim, d, cos, sin, rotaryDim, scale, qScratch);
        weights(qScratch, kScratch, length, d, t, p, panel);
        product(p, t, 1, length, vScratch, d, 1, d, length, oScratch, d, false, false, panel);
        scatterHead(
          oScratch, d, length, headDim, cos, sin, 0, 1,
          out + (<usize>(start * outRow + head * headDim) << 2), outRow,
        );
      }
    }
  }
}

/** Gradients of q, k and v, which lie as q, k and v do. Tokens outside every segment are left as they are. */
export function attentionBackward(
  q: usize, qRow: i32, qHead: i32, k: usize, v: usize, kvRow: i32, kvHead: i32,
  dOut: usize, dq: usize, dk: usize, dv: usize, outRow: i32, cos: usize, sin: usize, rotaryDim: i32,
  segments: usize, segmentCount: i32, heads: i32, kvHeads: i32, headDim: i32, scratch: usize,
): void {
  const d = roundUp(headDim);
  const scale: f32 = 1 / sqrt<f32>(<f32>headDim);
  const group = heads / kvHeads;
  for (let s = 0; s < segmentCount; s++) {
    const start = load<i32>(segments + (<usize>s << 3));
    const length = load<i32>(segments + (<usize>s << 3), 4);
    const t = roundUp(length);
    const matrix = <usize>(t * d) << 2;
    const qScratch = scratch;
    const kScratch = qScratch + matrix;
    const vScratch = kScratch + matrix;
    const oScratch = vScratch + matrix;
    const dkScratch = oScratch + matrix;
    const dvScratch = dkScratch + matrix;
    const p = dvScratch + matrix;
    const dp = p + (<usize>(t * t) << 2);
    const panel = dp + (<usize>(t * t) << 2);
    for (let kvAt = 0; kvAt < kvHeads; kvAt++) {
      const kvFrom = <usize>(start * kvRow + kvAt * kvHead) << 2;
      gatherHead(k + kvFrom, kvRow, length, headDim, d, cos, sin, rotaryDim, 1, kScratch);
      gatherHead(v + kvFrom, kvRow, length, headDim, d, cos, sin, 0, 1, vScratch);
      for (let g = 0; g < group; g++) {
        const head = kvAt * group + g;
        const qFrom = <usize>(start * qRow + head * qHead) << 2;
        gatherHead(q + qFrom, qRow, length, headDim, d, cos, sin, rotaryDim, scale, qScratch);
        gatherHead(
          dOut + (<usize>(start * outRow + head * headDim) << 2), outRow, length, headDim, d,
          cos, sin, 0, 1, oScratch,
        );
        weights(qScratch, kScratch, length, d, t, p, panel);
        const adds = g > 0;
        // dV (+)= Pᵀ·dO, then dP = dO·Vᵀ.
        product(p, 1, t, length, oScratch, d, 1, d, length, dvScratch, d, false, adds, panel);
        product(oScratch, d, 1, length, vScratch, 1, d, length, d, dp, t, true, false, panel);
        scoresBackward(p, dp, length, t);
        // dK (+)= dSᵀ·q with q scaled already; dQ = dS·k, scaled when it is turned back.
        product(dp, 1, t, length, qScratch, d, 1, d, length, dkScratch, d, false, adds, panel);
        product(dp, t, 1, length, kScratch, d, 1, d, length, oScratch, d, false, false, panel);
        scatterHead(oScratch, d, length, headDim, cos, sin, rotaryDim, scale, dq + qFrom, qRow);
      }
      scatterHead(dkScratch, d, length, headDim, cos, sin, rotaryDim, 1, dk + kvFrom, kvRow);
      scatterHead(dvScratch, d, length, headDim, cos, sin, 0, 1, dv + kvFrom, kvRow);
    }
  }
}

/** dS = P · (dP − Σ P·dP), row by row, in place of dP; zeros where P is zero. */
function scoresBackward(p: usize, dp: usize, length: i32, stride: i32): void {
  for (let t = 0; t < length; t++) {
    const row = <usize>(t * stride) << 2;
    const padded = (t + 4) & ~3;
    for (let j = t + 1; j < padded; j++) store<f32>(dp + row + (<usize>j << 2), 0);
    let sum = f32x4.splat(0);
    for (let j = 0; j < padded; j += 4) {
      const at = row + (<usize>j << 2);
      sum = f32x4.add(sum, f32x4.mul(v128.load(p + at), v128.load(dp + at)));
    }
    const sums = f32x4.splat(sum4(sum));
    for (let j = 0; j < padded; j += 4) {
      const at = row + (<usize>j << 2);
      v128.store(dp + at, f32x4.mul(v128.load(p + at), f32x4.sub(v128.load(dp + at), sums)));
    }
    memory.fill(dp + row + (<usize>padded << 2), 0, <usize>(stride - padded) << 2);
  }
}

/**
 * Attention of `count` new tokens of one example behind `past` others whose keys (turned) and values lie in the
 * cache, [kvHeads, capacity, headDim] each. The new ones are written there first. scratch: headDim + capacity + 8 floats.
 */
export function attentionCached(
  q: usize, qRow: i32, qHead: i32, k: usize, v: usize, kvRow: i32, kvHead: i32,
  out: usize, cos: usize, sin: usize, rotaryDim: i32,
  cacheK: usize, cacheV: usize, capacity: i32, past: i32, count: i32,
  heads: i32, kvHeads: i32, headDim: i32, scratch: usize,
): void {
  const scale: f32 = 1 / sqrt<f32>(<f32>headDim);
  const headBytes = <usize>headDim << 2;
  const group = heads / kvHeads;
  const scores = scratch + (<usize>roundUp(headDim) << 2);
  for (let t = 0; t < count; t++) {
    const table = <usize>((past + t) * rotaryDim) << 2;
    for (let kvAt = 0; kvAt < kvHeads; kvAt++) {
      const from = <usize>(t * kvRow + kvAt * kvHead) << 2;
      const to = <usize>(kvAt * capacity + past + t) * headBytes;
      gatherHead(k + from, kvRow, 1, headDim, headDim, cos + table, sin + table, rotaryDim, 1, cacheK + to);
      memory.copy(cacheV + to, v + from, headBytes);
    }
    const keys = past + t + 1;
    for (let head = 0; head < heads; head++) {
      const kvFrom = <usize>((head / group) * capacity) * headBytes;
      const qFrom = q + (<usize>(t * qRow + head * qHead) << 2);
      gatherHead(qFrom, qRow, 1, headDim, headDim, cos + table, sin + table, rotaryDim, scale, scratch);
      for (let j = 0; j < keys; j++) {
        store<f32>(scores + (<usize>j << 2), dot(scratch, cacheK + kvFrom + <usize>j * headBytes, headDim));
      }
      softmaxRow(scores, keys);
      rowTimesMatrix(
        scores, 1, cacheV + kvFrom, headDim, headDim, keys,
        out + (<usize>(t * heads * headDim + head * headDim) << 2), 1, 0, false,
      );
    }
  }
}
