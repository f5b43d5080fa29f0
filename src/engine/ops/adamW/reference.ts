/** AdamW in plain float64 loops over arrays: the oracle. Formula as in adamW.ts. */
export type ReferenceState = { w: number[]; m: number[]; v: number[] };

export function adamWReference(
  states: ReferenceState[],
  gradients: number[][],
  isDecayed: boolean[],
  options: { learningRate: number; weightDecay: number; maxGradNorm: number; step: number },
): number {
  const norm = Math.sqrt(gradients.flat().reduce((sum, g) => sum + g * g, 0));
  const clip = Math.min(1, options.maxGradNorm / (norm + 1e-6));
  states.forEach((state, t) => {
    const keep = 1 - (isDecayed[t] ? options.learningRate * options.weightDecay : 0);
    state.w.forEach((w, i) => {
      const g = (gradients[t]?.[i] ?? 0) * clip;
      const m = 0.9 * (state.m[i] ?? 0) + 0.1 * g;
      const v = 0.999 * (state.v[i] ?? 0) + 0.001 * g * g;
      state.m[i] = m;
      state.v[i] = v;
      const mHat = m / (1 - 0.9 ** options.step);
      const vHat = v / (1 - 0.999 ** options.step);
      state.w[i] = w * keep - (options.learningRate * mHat) / (Math.sqrt(vHat) + 1e-8);
    });
  });
  return norm;
}
