/**
 * The branches of a block on WebGPU: everything that is written to the residual stream is one program's sum, and an
 * activation, its slope or a gate belongs to the product that it goes with.
 */
import { spending, tf, toTensor, type Tensor, type TensorInfo } from "@/engine/tfjs";
import { runElementwise } from "@/engine/webgpu/elementwise";
import { gemm, type Product } from "@/engine/webgpu/gemm/gemm";
import { webgpuOutput } from "@/engine/webgpu/run";
import { ACTIVATION_WGSL, type ActivationKind } from "../activation/wgsl";
import { trainedOf } from "../linear/linear";
import {
  asRows,
  biasOf,
  forwardProducts,
  inputGradientProducts,
  layerGradients,
} from "../linear/webgpu";
import type { Branch } from "./residual";

/** What a branch keeps for its gradient, as rows. */
type Kept = {
  x: TensorInfo;
  /** The input of its layer where that is not x. */
  h?: Tensor;
  /** Results of the hidden layer and the gate, before the function. */
  hiddenPre?: Tensor;
  gatePre?: Tensor;
  /** x·A of each layer with an adapter. */
  narrow?: Tensor;
  hiddenNarrow?: Tensor;
  gateNarrow?: Tensor;
};

export function addToResidualWebGPU(residual: Tensor, branches: Branch[]): Tensor {
  const op = tf.customGrad((...args) => {
    const save = args.at(-1) as tf.GradSaveFunc;
    const { y, kept } = forward(args[0] as Tensor, branches);
    const names = kept.map((one) => Object.keys(one) as (keyof Kept)[]);
    // x is a tensor already: another one of the same memory would free it twice.
    const inputs = args.slice(1, 1 + branches.length) as Tensor[];
    save(
      kept.flatMap((one, i) =>
        Object.entries(one).map(([name, value]) => (name === "x" ? inputs[i]! : (value as Tensor))),
      ),
    );
    return {
      value: y,
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        let next = 0;
        const states = names.map((of, i): Kept => {
          const entries = of.map((name) => [name, saved[next++]!]);
          const state = Object.fromEntries(entries) as unknown as Kept;
          return { ...state, x: asRows(state.x, widthOfInput(branches[i]!)) };
        });
        return spending([dy], () =>
          tf.tidy(() => {
            const gradients = branches.map((branch, i) => backward(branch, states[i]!, dy));
            const dx = gradients.map((one) => one.dx);
            return [dy.clone(), ...dx, ...gradients.flatMap((one) => one.trained)];
          }),
        );
      },
    };
  });
  const trained = branches.flatMap(({ layer, hidden }) => [
    ...trainedOf(layer),
    ...(hidden ? trainedOf(hidden.layer) : []),
    ...(hidden?.gate ? trainedOf(hidden.gate) : []),
  ]);
  return op(residual, ...branches.map(({ x }) => x), ...trained);
}

/** Of a branch's x. */
function widthOfInput({ layer, hidden }: Branch): number {
  return (hidden?.layer ?? layer).weight.shape[0];
}

function forward(residual: Tensor, branches: Branch[]): { y: Tensor; kept: Kept[] } {
  const products: Product[] = [];
  const kept = branches.map((branch) => {
    const state = hiddenForward(branch);
    const { products: own, narrow } = forwardProducts(state.h ?? state.x, branch.layer);
    products.push(...own);
    return narrow ? { ...state, narrow } : state;
  });
  const width = residual.shape.at(-1)!;
  const biases = branches.flatMap(({ layer }) => (layer.bias ? [layer.bias] : []));
  const { c } = gemm(products, { biases, add: asRows(residual, width) });
  return { y: tf.reshape(c, residual.shape), kept };
}

function hiddenForward(branch: Branch): Kept {
  const { hidden } = branch;
  const x = asRows(branch.x, widthOfInput(branch));
  if (!hidden) return { x };
  const { kind, gate } = hidden;
  const kept: Kept = { x };
  if (gate) {
    const { products, narrow } = forwardProducts(x, gate);
    kept.gatePre = gemm(products, biasOf(gate)).c;
    if (narrow) kept.gateNarrow = narrow;
  }
  const { products, narrow } = forwardProducts(x, hidden.layer);
  if (narrow) kept.hiddenNarrow = narrow;
  const { c, pre } = gemm(products, {
    ...biasOf(hidden.layer),
    ...(kept.gatePre ? { gate: { kind, gate: kept.gatePre } } : { activation: kind }),
  });
  kept.h = c;
  kept.hiddenPre = pre!;
  return kept;
}

type Gradients = { dx: Tensor; trained: Tensor[] };

function backward({ x, layer, hidden }: Branch, kept: Kept, dyGiven: Tensor): Gradients {
  const dy = asRows(dyGiven, layer.weight.shape[1] as number);
  const { products, narrow: dNarrow } = inputGradientProducts(dy, layer);
  const trained = layerGradients(layer, kept.h ?? kept.x, dy, kept.narrow ?? null, dNarrow);
  const likeX = (rows: Tensor) => tf.reshape(rows, x.shape);
  if (!hidden) return { dx: likeX(gemm(products).c), trained };
  const { kind, gate } = hidden;
  if (!gate) {
    const slope = { kind, pre: kept.hiddenPre! };
    const dPre = gemm(products, { slope }).c;
    const inner = inputGradientProducts(dPre, hidden.layer);
    trained.push(
      ...layerGradients(hidden.layer, kept.x, dPre, kept.hiddenNarrow ?? null, inner.narrow),
    );
    return { dx: likeX(gemm(inner.products).c), trained };
  }
  const { dGate, dHidden } = gateGradients(kind, gemm(products).c, kept);
  const inner = inputGradientProducts(dHidden, hidden.layer);
  const ofGate = inputGradientProducts(dGate, gate);
  trained.push(
    ...layerGradients(hidden.layer, kept.x, dHidden, kept.hiddenNarrow ?? null, inner.narrow),
    ...layerGradients(gate, kept.x, dGate, kept.gateNarrow ?? null, ofGate.narrow),
  );
  return { dx: likeX(gemm([...inner.products, ...ofGate.products]).c), trained };
}

/** Of h = f(gate) · hidden: dGate = dh · hidden · f′(gate), dHidden = dh · f(gate). */
function gateGradients(kind: ActivationKind, dh: Tensor, kept: Kept) {
  const [gate, hidden] = [kept.gatePre!, kept.hiddenPre!];
  const dGate = toTensor(webgpuOutput(dh.shape));
  const dHidden = toTensor(webgpuOutput(dh.shape));
  runElementwise(
    {
      key: `gateGradients ${kind}`,
      reads: ["dh", "gate", "hidden"],
      writes: ["dGate", "dHidden"],
      functions: ACTIVATION_WGSL[kind],
      body: `dGate[i] = dh[i] * hidden[i] * slope(gate[i]);
        dHidden[i] = dh[i] * value(gate[i]);`,
    },
    { dh, gate, hidden, dGate, dHidden },
  );
  return { dGate, dHidden };
}
