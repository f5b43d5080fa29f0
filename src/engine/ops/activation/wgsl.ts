/** WGSL of the activations and their slopes. */
import type { ActivationKind } from "./wasm";

export type { ActivationKind };

/** x·σ(w(x)) has the slope σ + x·σ·(1 − σ)·w′. */
const SIGMOID = `
  // Beyond 80, σ(−x) is 0 within rounding, and eˣ stays finite: a compiler may assume that no float is infinite.
  fn sigmoid(x : T) -> T { return 1.0 / (1.0 + exp(min(-x, T(80.0)))); }`;

/** `value(x)` and `slope(x)` of each activation, for the type T that the program names. */
export const ACTIVATION_WGSL: Record<ActivationKind, string> = {
  gelu: `
    // (1 + erf(x ÷ √2)) ÷ 2 by Abramowitz and Stegun 7.1.26 (|error| < 1.5e-7).
    fn normalBelow(x : T, e : T) -> T {
      let t = 1.0 / (1.0 + 0.3275911 * 0.7071067811865476 * abs(x));
      let p = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
      let tail = 0.5 * p * e;
      return select(1.0 - tail, tail, x < T(0.0));
    }
    fn value(x : T) -> T { return x * normalBelow(x, exp(-0.5 * x * x)); }
    fn slope(x : T) -> T {
      let e = exp(-0.5 * x * x);
      return normalBelow(x, e) + x * e * 0.3989422804014327;
    }`,
  // tanh u = 2σ(2u) − 1 with u = √(2/π) · (x + 0.044715·x³).
  "gelu-tanh": `${SIGMOID}
    fn twiceInner(x : T) -> T { return 1.5957691216057308 * x * (1.0 + 0.044715 * x * x); }
    fn value(x : T) -> T { return x * sigmoid(twiceInner(x)); }
    fn slope(x : T) -> T {
      let s = sigmoid(twiceInner(x));
      return s + x * s * (1.0 - s) * 1.5957691216057308 * (1.0 + 0.134145 * x * x);
    }`,
  silu: `${SIGMOID}
    fn value(x : T) -> T { return x * sigmoid(x); }
    fn slope(x : T) -> T {
      let s = sigmoid(x);
      return s + x * s * (1.0 - s);
    }`,
};
