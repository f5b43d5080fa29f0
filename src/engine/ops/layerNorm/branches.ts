/** The beginning of a block: its input normalized for each branch, and passed on along the residual stream. */
import { isWebGPU, runWithGradients, spending, tf, type Tensor } from "@/engine/tfjs";
import { rmsNorm } from "../rmsNorm/rmsNorm";
import { layerNorm } from "./layerNorm";
import { normalizeBackwardWebGPU, normalizeWebGPU, type NormWeights } from "./webgpu";

export type { NormWeights };

/**
 * x [.., C] → a normalized x for each of the weights, and x itself. All weights have a bias (LayerNorm) or none
 * (RMSNorm). The block goes on from the x that comes back, so that on WebGPU the gradients of all ways to x are summed
 * where the norms' own is made.
 */
export function normBranches(
  x: Tensor,
  weights: NormWeights[],
  eps: number,
): { residual: Tensor; norms: Tensor[] } {
  if (!isWebGPU()) {
    const norms = weights.map(({ gain, bias }) =>
      bias ? layerNorm(x, gain, bias, eps) : rmsNorm(x, gain, eps),
    );
    return { residual: x, norms };
  }
  const trained = weights.flatMap(({ gain, bias }) =>
    gain instanceof tf.Variable ? [gain, ...(bias ? [bias] : [])] : [],
  );
  const [residual, ...norms] = runWithGradients([x, ...trained], (save) => {
    const { ys, statistics } = normalizeWebGPU(x, weights, eps);
    save([x, statistics]);
    return {
      values: [x.clone(), ...ys],
      gradients: (all, [savedX, savedStatistics]) =>
        spending(all, () => {
          const [dResidual, ...dys] = all;
          const saved = { x: savedX!, statistics: savedStatistics! };
          return normalizeBackwardWebGPU(saved, weights, dys, dResidual!);
        }),
    };
  });
  return { residual: residual!, norms };
}
