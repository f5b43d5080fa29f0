import { tf, type Tensor, type Variable } from "@/engine/tfjs";
import { nextControl, updateParameters, type AdamWScalars } from "./kernel";

/** Defaults of the paper and of PyTorch. */
const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

export type AdamWOptions = { weightDecay: number; maxGradNorm: number };
export type AdamWParameter = { variable: Variable; isDecayed: boolean };
export type Moments = { m: Tensor; v: Tensor };

/**
 * AdamW with decoupled decay and global-norm clipping, https://arxiv.org/abs/1711.05101:
 *   g ← g · min(1, maxGradNorm ÷ (‖g‖ + 1e-6)),  m ← β₁m + (1−β₁)g,  v ← β₂v + (1−β₂)g²,
 *   w ← w·(1 − lr·decay) − lr · m̂ ÷ (√v̂ + ε).
 * Nothing is read back: when the norm is not finite, weights and moments stay as they are, in this
 * step and in all after it. Owns the moments; the parameters belong to the caller.
 */
export class AdamW {
  readonly moments: Moments[];
  readonly #parameters: AdamWParameter[];
  readonly #options: AdamWOptions;
  /** [clip factor, 1 when frozen, gradient norm] of the newest step. */
  #control: Tensor;

  constructor(parameters: AdamWParameter[], options: AdamWOptions) {
    this.#parameters = parameters;
    this.#options = options;
    this.moments = parameters.map(({ variable }) => ({
      m: tf.keep(tf.zeros(variable.shape)),
      v: tf.keep(tf.zeros(variable.shape)),
    }));
    this.#control = tf.keep(tf.tensor1d([1, 0, 0]));
  }

  /**
   * Does step number `step` (from 1) in place. Gradients are in the order of the parameters and
   * belong to the caller. Returns [clip factor, 1 when frozen, gradient norm]; the caller owns it.
   */
  step(gradients: Tensor[], learningRate: number, step: number): Tensor {
    const control = nextControl(gradients, this.#control, this.#options.maxGradNorm);
    this.#control.dispose();
    this.#control = tf.keep(control);
    const updates = this.#parameters.map(({ variable, isDecayed }, i) => {
      const scalars: AdamWScalars = {
        beta1: BETA1,
        beta2: BETA2,
        epsilon: EPSILON,
        stepSize: learningRate / (1 - BETA1 ** step),
        secondCorrection: 1 / Math.sqrt(1 - BETA2 ** step),
        keep: 1 - (isDecayed ? learningRate * this.#options.weightDecay : 0),
      };
      const [gradient, moments] = [gradients[i] as Tensor, this.moments[i] as Moments];
      return { variable, gradient, moments, scalars };
    });
    updateParameters(updates, control);
    return tf.clone(control);
  }

  dispose(): void {
    this.#control.dispose();
    for (const { m, v } of this.moments) tf.dispose([m, v]);
  }
}
