import { isWebGPU, tf, type Tensor } from "@/engine/tfjs";
import { sumOverRows } from "../layerNorm/layerNorm";
import { normalizeBackwardWasm, normalizeWasm } from "../layerNorm/wasm";

/**
 * Normalizes the last axis: y = x̂ · gain with x̂ = x ÷ sqrt(mean(x²) + eps).
 * x [.., C], gain [C] → [.., C]. https://arxiv.org/abs/1910.07467
 *
 * With d = dy · gain: dx = (d − x̂ · mean(d · x̂)) ÷ sqrt(mean(x²) + eps). Only x is kept for it; the
 * gain gets a gradient when it is a variable.
 */
export function rmsNorm(x: Tensor, gain: Tensor, eps: number): Tensor {
  const isTrained = gain instanceof tf.Variable;
  const op = tf.customGrad((xIn, ...rest) => {
    const save = rest.at(-1) as tf.GradSaveFunc;
    save([xIn as Tensor]);
    return {
      value: isWebGPU()
        ? tf.mul(tf.mul(xIn as Tensor, scaleOf(xIn as Tensor, eps)), gain)
        : normalizeWasm(xIn as Tensor, gain, null, eps),
      gradFunc: (dy: Tensor, [saved]: Tensor[]) =>
        tf.tidy(() => {
          if (!isWebGPU()) {
            const options = { eps, isCentered: false, isTrained };
            return normalizeBackwardWasm(saved as Tensor, gain, dy, options);
          }
          const scale = scaleOf(saved as Tensor, eps);
          const normalized = tf.mul(saved as Tensor, scale);
          const d = tf.mul(dy, gain);
          const along = tf.mul(normalized, tf.mean(tf.mul(d, normalized), -1, true));
          const dx = tf.mul(tf.sub(d, along), scale);
          return isTrained ? [dx, sumOverRows(tf.mul(dy, normalized))] : [dx];
        }),
    };
  });
  return isTrained ? op(x, gain) : op(x);
}

function scaleOf(x: Tensor, eps: number): Tensor {
  return tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), eps));
}
