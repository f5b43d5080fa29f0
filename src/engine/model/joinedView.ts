import type { CausalLm, WeightView } from "./causalLm";

/**
 * A view for batches whose first half of rows sees `base` and whose second half sees `tuned`: weights are read once for
 * both. null where the two are not the same weights but for adapters of the second, as in full tuning.
 */
export function joinViews(model: CausalLm, base: WeightView, tuned: WeightView): WeightView | null {
  const isShared = [...model.specs.keys()].every(
    (name) =>
      base.weight(name) === tuned.weight(name) && !base.adapter(name.replace(/\.weight$/, "")),
  );
  if (!isShared) return null;
  return {
    weight: (name) => base.weight(name),
    adapter: (module) => {
      const pair = tuned.adapter(module);
      return pair && { ...pair, isForSecondHalf: true };
    },
  };
}
