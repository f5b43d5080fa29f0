import { isWebGPU, tf, type Tensor } from "@/engine/tfjs";
import { normalizeBackwardWasm, normalizeWasm } from "./wasm";
import { normalizeBackwardWebGPU, normalizeWebGPU } from "./webgpu";

/**
 * Normalizes the last axis: y = x̂ · gain + bias with x̂ = (x − mean) ÷ sqrt(variance + eps).
 * x [.., C], gain [C], bias [C] → [.., C]. https://arxiv.org/abs/1607.06450
 *
 * With d = dy · gain: dx = (d − mean(d) − x̂ · mean(d · x̂)) ÷ sqrt(variance + eps). Kept for
 * it are x and, on WebGPU, the rows' means and scales; gain and bias get a gradient when they are variables.
 */
export function layerNorm(x: Tensor, gain: Tensor, bias: Tensor, eps: number): Tensor {
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
      const { ys, statistics } = normalizeWebGPU(input, [{ gain, bias }], eps);
      return { y: ys[0]!, statistics };
    }
    return { y: normalizeWasm(input, gain, bias, eps), statistics: null };
  }

  function backward(dy: Tensor, input: Tensor, statistics: Tensor | null): Tensor[] {
    return statistics
      ? normalizeBackwardWebGPU({ x: input, statistics }, [{ gain, bias }], [dy], null)
      : normalizeBackwardWasm(input, gain, dy, { eps, isCentered: true, isTrained });
  }

  return isTrained ? op(x, gain, bias) : op(x);
}
