/** The linear layer on WASM: bias and adapter go into the product's own memory, and nothing is turned or copied. */
import {
  tf,
  toTensor,
  wasmAddress,
  wasmOutput,
  wasmRowsFrom,
  type Tensor,
  type TensorInfo,
} from "@/engine/tfjs";
import { wasmKernels } from "@/engine/wasm/kernels";
import { multiplyWasm } from "../matMul/wasm";
import { firstRowOf, type LinearGradient, type LinearLayer } from "./linear";

/** y = x·W + bias + s·(x·A)·B, and u = x·A of the rows that an adapter is for. x [N, in]. The caller owns both. */
export function linearForwardWasm(
  x: Tensor,
  { weight, bias, adapter }: LinearLayer,
): { y: Tensor; narrow: Tensor | null } {
  const y = multiplyWasm({ a: x, b: weight, bias });
  if (!adapter) return { y: toTensor(y), narrow: null };
  const first = firstRowOf(adapter, x.shape[0]);
  const narrow = multiplyWasm({ a: wasmRowsFrom(x, first), b: adapter.a });
  multiplyWasm({ a: narrow, b: adapter.b, scale: adapter.scale }, wasmRowsFrom(y, first));
  return { y: toTensor(y), narrow: toTensor(narrow) };
}

/**
 * dx = Σ dy·Wᵀ + e·Aᵀ with e = s·dy·Bᵀ, and the gradients of each layer in the order of `trainedOf`. x [N, in]. The caller
 * owns them.
 */
export function linearBackwardWasm(x: Tensor, parts: LinearGradient[]): Tensor[] {
  let dx: TensorInfo | null = null;
  const gradients: Tensor[] = [];
  for (const { layer, dy, narrow } of parts) {
    const { weight, bias, adapter } = layer;
    dx = multiplyWasm({ a: dy, b: weight, isBTransposed: true }, dx);
    if (weight instanceof tf.Variable) {
      gradients.push(toTensor(multiplyWasm({ a: x, b: dy, isATransposed: true })));
      if (bias) gradients.push(sumRowsWasm(dy));
    }
    if (adapter && narrow) {
      const { a, b, scale } = adapter;
      const e = toTensor(multiplyWasm({ a: dy, b, isBTransposed: true, scale }));
      multiplyWasm({ a: e, b: a, isBTransposed: true }, dx);
      gradients.push(toTensor(multiplyWasm({ a: x, b: e, isATransposed: true })));
      gradients.push(toTensor(multiplyWasm({ a: narrow, b: dy, isATransposed: true, scale })));
    }
  }
  return [toTensor(dx!), ...gradients];
}

/** Σ over the rows: [N, C] → [C]. */
function sumRowsWasm(x: Tensor): Tensor {
  const [rows, width] = x.shape as [number, number];
  const out = wasmOutput([width], "float32");
  wasmKernels().sumRows(wasmAddress(x), wasmAddress(out), rows, width);
  return toTensor(out);
}
