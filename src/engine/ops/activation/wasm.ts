/** Activations on WASM, each in one pass. */
import { toTensor, wasmAddress, wasmOutput, type Tensor } from "@/engine/tfjs";
import { wasmKernels } from "@/engine/wasm/kernels";

/** As numbered in `wasm/assembly/activation.ts`. */
const KINDS = { gelu: 0, "gelu-tanh": 1, silu: 2 };

export type ActivationKind = keyof typeof KINDS;

/** y = f(x). The caller owns it. */
export function activateWasm(kind: ActivationKind, x: Tensor): Tensor {
  const y = wasmOutput(x.shape, "float32");
  wasmKernels().activate(KINDS[kind], wasmAddress(x), wasmAddress(y), x.size);
  return toTensor(y);
}

/** dx = dy · f′(x). The caller owns it. */
export function activateBackwardWasm(kind: ActivationKind, x: Tensor, dy: Tensor): Tensor {
  const dx = wasmOutput(x.shape, "float32");
  wasmKernels().activateBackward(
    KINDS[kind],
    wasmAddress(x),
    wasmAddress(dy),
    wasmAddress(dx),
    x.size,
  );
  return toTensor(dx);
}
