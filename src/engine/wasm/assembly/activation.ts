/** Activations and their gradients, in one pass over the values. Formulas: ops/activation/activation.ts. */
import { exp4, loadPart, storePart } from "./math";

export const GELU: i32 = 0;
export const GELU_TANH: i32 = 1;
export const SILU: i32 = 2;

/** (1 + erf(x ÷ √2)) ÷ 2 by Abramowitz and Stegun 7.1.26 (|error| < 1.5e-7), with e = exp(−x² ÷ 2). */
// @ts-ignore: decorator
@inline
function normalBelow(x: v128, e: v128): v128 {
  const z = f32x4.mul(f32x4.abs(x), f32x4.splat(0.7071067811865476));
  const t = f32x4.div(f32x4.splat(1), f32x4.add(f32x4.mul(z, f32x4.splat(0.3275911)), f32x4.splat(1)));
  let p = f32x4.splat(1.061405429);
  p = f32x4.add(f32x4.mul(p, t), f32x4.splat(-1.453152027));
  p = f32x4.add(f32x4.mul(p, t), f32x4.splat(1.421413741));
  p = f32x4.add(f32x4.mul(p, t), f32x4.splat(-0.284496736));
  p = f32x4.add(f32x4.mul(p, t), f32x4.splat(0.254829592));
  // The upper tail, half of erfc(z); below zero it is the answer itself.
  const tail = f32x4.mul(f32x4.mul(f32x4.mul(p, t), e), f32x4.splat(0.5));
  return v128.bitselect(tail, f32x4.sub(f32x4.splat(1), tail), f32x4.lt(x, f32x4.splat(0)));
}

// @ts-ignore: decorator
@inline
function sigmoid(x: v128): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), exp4(f32x4.neg(x))));
}

/** √(2/π) · (x + 0.044715·x³), doubled: tanh u = 2σ(2u) − 1. */
// @ts-ignore: decorator
@inline
function twiceInner(x: v128, square: v128): v128 {
  const bend = f32x4.add(f32x4.mul(square, f32x4.splat(0.044715)), f32x4.splat(1));
  return f32x4.mul(f32x4.mul(x, bend), f32x4.splat(1.5957691216057308));
}

function value(kind: i32, x: v128): v128 {
  if (kind == SILU) return f32x4.mul(x, sigmoid(x));
  const square = f32x4.mul(x, x);
  if (kind == GELU_TANH) return f32x4.mul(x, sigmoid(twiceInner(x, square)));
  return f32x4.mul(x, normalBelow(x, exp4(f32x4.mul(square, f32x4.splat(-0.5)))));
}

function slope(kind: i32, x: v128): v128 {
  const one = f32x4.splat(1);
  const square = f32x4.mul(x, x);
  if (kind == GELU) {
    const e = exp4(f32x4.mul(square, f32x4.splat(-0.5)));
    return f32x4.add(normalBelow(x, e), f32x4.mul(f32x4.mul(x, e), f32x4.splat(0.3989422804014327)));
  }
  const s = sigmoid(kind == SILU ? x : twiceInner(x, square));
  // x·σ(w(x)) has the slope σ + x·σ·(1 − σ)·w′.
  let bend = f32x4.mul(f32x4.mul(x, s), f32x4.sub(one, s));
  if (kind == GELU_TANH) {
    const inner = f32x4.add(f32x4.mul(square, f32x4.splat(0.134145)), one);
    bend = f32x4.mul(bend, f32x4.mul(inner, f32x4.splat(1.5957691216057308)));
  }
  return f32x4.add(s, bend);
}

/** y = f(x). */
export function activate(kind: i32, x: usize, y: usize, size: i32): void {
  let i = 0;
  for (; i + 4 <= size; i += 4) {
    v128.store(y, value(kind, v128.load(x)));
    x += 16;
    y += 16;
  }
  if (i < size) storePart(y, value(kind, loadPart(x, size - i)), size - i);
}

/** dx = dy · f′(x). */
export function activateBackward(kind: i32, x: usize, dy: usize, dx: usize, size: i32): void {
  let i = 0;
  for (; i + 4 <= size; i += 4) {
    v128.store(dx, f32x4.mul(v128.load(dy), slope(kind, v128.load(x))));
    x += 16;
    dy += 16;
    dx += 16;
  }
  if (i < size) storePart(dx, f32x4.mul(loadPart(dy, size - i), slope(kind, loadPart(x, size - i))), size - i);
}
