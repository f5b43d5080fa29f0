import { isWebGPU, tf, type Tensor } from "@/engine/tfjs";
import { sumRowsWasm } from "../linear/wasm";
import { normalizeBackwardWasm, normalizeWasm } from "./wasm";

/**
 * Normalizes the last axis: y = x̂ · gain + bias with x̂ = (x − mean) ÷ sqrt(variance + eps).
 * x [.., C], gain [C], bias [C] → [.., C]. https://arxiv.org/abs/1607.06450
 *
 * With d = dy · gain: dx = (d − mean(d) − x̂ · mean(d · x̂)) ÷ sqrt(variance + eps). Only x is kept
 * for it; gain and bias get a gradient when they are variables.
 */
export function layerNorm(x: Tensor, gain: Tensor, bias: Tensor, eps: number): Tensor {
  const isTrained = gain instanceof tf.Variable;
  const op = tf.customGrad((xIn, ...rest) => {
    const save = rest.at(-1) as tf.GradSaveFunc;
    save([xIn as Tensor]);
    return {
      value: isWebGPU()
        ? tf.add(tf.mul(normalize(xIn as Tensor, eps).normalized, gain), bias)
        : normalizeWasm(xIn as Tensor, gain, bias, eps),
      gradFunc: (dy: Tensor, [saved]: Tensor[]) =>
        tf.tidy(() => {
          if (!isWebGPU()) {
            const options = { eps, isCentered: true, isTrained };
            return normalizeBackwardWasm(saved as Tensor, gain, dy, options);
          }
          const { normalized, scale } = normalize(saved as Tensor, eps);
          const d = tf.mul(dy, gain);
          const along = tf.mul(normalized, tf.mean(tf.mul(d, normalized), -1, true));
          const dx = tf.mul(tf.sub(tf.sub(d, tf.mean(d, -1, true)), along), scale);
          if (!isTrained) return [dx];
          return [dx, sumOverRows(tf.mul(dy, normalized)), sumOverRows(dy)];
        }),
    };
  });
  return isTrained ? op(x, gain, bias) : op(x);
}

function normalize(x: Tensor, eps: number): { normalized: Tensor; scale: Tensor } {
  const centered = tf.sub(x, tf.mean(x, -1, true));
  const scale = tf.rsqrt(tf.add(tf.mean(tf.square(centered), -1, true), eps));
  return { normalized: tf.mul(centered, scale), scale };
}

/** [.., C] → [C]. */
export function sumOverRows(x: Tensor): Tensor {
  const width = x.shape[x.rank - 1] as number;
  const rows = tf.reshape(x, [x.size / width, width]);
  return isWebGPU() ? tf.sum(rows, 0) : sumRowsWasm(rows);
}
