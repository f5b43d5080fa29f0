import { isWebGPU, tf, webgpuInternals, type Tensor, type Variable } from "@/engine/tfjs";
import { updateWasm } from "./wasm";
import { mostMembers, updateWebGPU } from "./webgpu";

export type AdamWOptions = { weightDecay: number; maxGradNorm: number };
export type AdamWParameter = { variable: Variable; isDecayed: boolean };

/** A parameter and where its moments begin in those of its group. */
export type Member = AdamWParameter & { index: number; first: number };

/** The moments of some parameters, one behind the other: a program binds few tensors. */
export type Group = { members: Member[]; m: Tensor; v: Tensor };

/**
 * AdamW with decoupled decay and global-norm clipping, https://arxiv.org/abs/1711.05101:
 *   g ← g · min(1, maxGradNorm ÷ (‖g‖ + 1e-6)),  m ← β₁m + (1−β₁)g,  v ← β₂v + (1−β₂)g²,
 *   w ← w·(1 − lr·decay) − lr · m̂ ÷ (√v̂ + ε).
 * Nothing is read back: when the norm is not finite, weights and moments stay as they are, in this
 * step and in all after it. Owns the moments; the parameters belong to the caller.
 */
export class AdamW {
  readonly options: AdamWOptions;
  readonly #groups: Group[];
  /** [clip factor, 1 when frozen, gradient norm] of the newest step. */
  readonly #control: Tensor;

  constructor(parameters: AdamWParameter[], options: AdamWOptions) {
    this.options = options;
    this.#groups = inGroups(parameters);
    this.#control = tf.keep(tf.tensor1d([1, 0, 0]));
  }

  /**
   * Does a step in place, with its rates of `ratesOf`. Gradients are in the order of the parameters and
   * belong to the caller. Returns [clip factor, 1 when frozen, gradient norm]; the caller owns it.
   */
  step(gradients: Tensor[], rates: Float32Array): Tensor {
    const update = isWebGPU() ? updateWebGPU : updateWasm;
    return update(this.#groups, gradients, this.#control, rates, this.options.maxGradNorm);
  }

  /** All that a step changes besides the parameters. */
  get tensors(): Tensor[] {
    return [this.#control, ...this.#groups.flatMap(({ m, v }) => [m, v])];
  }

  /** m and v of parameter number `index`, in its shape. The caller owns them. */
  moments(index: number): { m: Tensor; v: Tensor } {
    const { group, member } = this.#place(index);
    const part = (of: Tensor) =>
      tf.tidy(() =>
        tf.reshape(tf.slice(of, [member.first], [member.variable.size]), member.variable.shape),
      );
    return { m: part(group.m), v: part(group.v) };
  }

  /** Puts moments in: all of them are set anew, in the order of the parameters. */
  setMoments(moments: { m: Float32Array; v: Float32Array }[]): void {
    for (const group of this.#groups) {
      const fill = (part: "m" | "v") => {
        const values = new Float32Array(group[part].size);
        for (const { index, first } of group.members) values.set(moments[index]![part], first);
        group[part].dispose();
        group[part] = tf.keep(tf.tensor1d(values));
      };
      fill("m");
      fill("v");
    }
  }

  #place(index: number): { group: Group; member: Member } {
    for (const group of this.#groups) {
      const member = group.members.find((one) => one.index === index);
      if (member) return { group, member };
    }
    throw new Error(`AdamW: there is no parameter ${index}`);
  }

  dispose(): void {
    this.#control.dispose();
    for (const { m, v } of this.#groups) tf.dispose([m, v]);
  }
}

/** Moments begin at multiples of four, so that four can be read at once. */
const ALIGNMENT = 4;

/** On WASM each has a group of its own: nothing is gained there. */
function inGroups(parameters: AdamWParameter[]): Group[] {
  const most = isWebGPU() ? mostMembers() : 1;
  const mostBytes = isWebGPU()
    ? webgpuInternals().device.limits.maxStorageBufferBindingSize
    : Infinity;
  const groups: Member[][] = [];
  let size = 0;
  parameters.forEach((parameter, index) => {
    const space = Math.ceil(parameter.variable.size / ALIGNMENT) * ALIGNMENT;
    const last = groups.at(-1);
    if (!last || last.length === most || 4 * (size + space) > mostBytes) {
      groups.push([{ ...parameter, index, first: 0 }]);
      size = space;
    } else {
      last.push({ ...parameter, index, first: size });
      size += space;
    }
  });
  return groups.map((members) => {
    const { first, variable } = members.at(-1)!;
    const size = first + Math.ceil(variable.size / ALIGNMENT) * ALIGNMENT;
    // Filled on the device: `tf.zeros` would make as many on the host first.
    const zeros = () => tf.keep(tf.fill([size], 0));
    return { members, m: zeros(), v: zeros() };
  });
}
