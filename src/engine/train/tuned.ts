/** The tuned side: what is trained, and how it is named and laid out in files. */
import type { CausalLm, WeightView } from "../model/causalLm";
import type { WeightSpec } from "../model/family";
import type { FullWeights } from "../model/fullWeights";
import type { LoraAdapter } from "../model/lora";
import type { Variable } from "../tfjs";

export type Tuned = { kind: "lora"; adapter: LoraAdapter } | { kind: "full"; weights: FullWeights };

export type TrainableParameter = {
  spec: WeightSpec;
  variable: Variable;
  /** Weight decay is for matrices: norms and biases are left alone. */
  isDecayed: boolean;
};

export function viewOf(model: CausalLm, tuned: Tuned): WeightView {
  return tuned.kind === "lora" ? tuned.adapter.view(model) : tuned.weights.view();
}

export function parametersOf(model: CausalLm, tuned: Tuned): TrainableParameter[] {
  if (tuned.kind === "full") {
    return [...tuned.weights.variables].map(([name, variable]) => {
      const spec = model.specs.get(name) as WeightSpec;
      return { spec, variable, isDecayed: spec.shape.length >= 2 };
    });
  }
  const { rank } = tuned.adapter.settings;
  return [...tuned.adapter.pairs].flatMap(([module, { a, b, inFeatures, outFeatures }]) => [
    parameter(`${module}.lora_A.weight`, [rank, inFeatures], a),
    parameter(`${module}.lora_B.weight`, [outFeatures, rank], b),
  ]);
}

function parameter(name: string, shape: number[], variable: Variable): TrainableParameter {
  return { spec: { name, shape, kind: "linear" }, variable, isDecayed: true };
}

export function disposeTuned(tuned: Tuned): void {
  if (tuned.kind === "lora") tuned.adapter.dispose();
  else tuned.weights.dispose();
}
