import { isWebGPU, tf, type Tensor } from "@/engine/tfjs";
import { normalizeBackwardWasm, normalizeWasm } from "../layerNorm/wasm";
import { normalizeBackwardWebGPU, normalizeWebGPU } from "../layerNorm/webgpu";

/**
 * Normalizes the last axis: y = x̂ · gain with x̂ = x ÷ sqrt(mean(x²) + eps).
 * x [.., C], gain [C] → [.., C]. https://arxiv.org/abs/1910.07467
 *
 * With d = dy · gain: dx = (d − x̂ · mean(d · x̂)) ÷ sqrt(mean(x²) + eps). Kept for it are x and, on
 * WebGPU, the rows' scales; the gain gets a gradient when it is a variable.
 */
export function rmsNorm(x: Tensor, gain: Tensor, eps: number): Tensor {
  const isTrained = gain instanceof tf.Variable;
  const op = tf.customGrad((xIn, ...rest) => {
    const save = rest.at(-1) as tf.GradSaveFunc;
    const { y, statistics } = forward(xIn as Tensor);
    save(statistics ? [xIn as Tensor, statistics] : [xIn as Tensor]);
    return {
      value: y,
      gradFunc: (dy: Tensor, [saved, savedStatistics]: Tensor[]) =>
        backward(dy, saved as Tensor, savedStatistics ?? null),
    };
  });

  function forward(input: Tensor): { y: Tensor; statistics: Tensor | null } {
    if (isWebGPU()) {
      const { ys, statistics } = normalizeWebGPU(input, [{ gain, bias: null }], eps);
      return { y: ys[0]!, statistics };
    }
    return { y: normalizeWasm(input, gain, null, eps), statistics: null };
  }

  function backward(dy: Tensor, input: Tensor, statistics: Tensor | null): Tensor[] {
    return statistics
      ? normalizeBackwardWebGPU({ x: input, statistics }, [{ gain, bias: null }], [dy], null)
      : normalizeBackwardWasm(input, gain, dy, { eps, isCentered: false, isTrained });
  }

  return isTrained ? op(x, gain) : op(x);
}
