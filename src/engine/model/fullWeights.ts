import { tf, type Variable } from "../tfjs";
import { copyUnpacked } from "../webgpu/packed";
import type { CausalLm, WeightView } from "./causalLm";

let created = 0;

/** A trainable copy of every weight; the base stays beside it for the comparison. Owns its variables. */
export class FullWeights {
  readonly variables = new Map<string, Variable>();

  constructor(model: CausalLm) {
    const id = ++created;
    for (const [name, tensor] of model.base) {
      const copy = copyUnpacked(tensor);
      this.variables.set(name, tf.variable(copy, true, `full${id}/${name}`));
      copy.dispose();
    }
  }

  view(): WeightView {
    return {
      weight: (name) => {
        const variable = this.variables.get(name);
        if (!variable) throw new Error(`FullWeights: no weight ${name}`);
        return variable;
      },
      adapter: () => null,
    };
  }

  dispose(): void {
    tf.dispose([...this.variables.values()]);
    this.variables.clear();
  }
}
