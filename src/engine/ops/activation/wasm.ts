/** Activations on WASM, each in one pass. */
import { toTensor, wasmAddress, wasmOutput, type Tensor } from "@/engine/tfjs";
import { countPieces, cutRange, runPieces } from "@/engine/wasm/kernels";

/** As numbered in `wasm/assembly/activation.ts`. */
const KINDS = { gelu: 0, "gelu-tanh": 1, silu: 2 };

export type ActivationKind = keyof typeof KINDS;

/** Values worth waking a thread for: some 30 µs. */
const LEAST_VALUES = 2 ** 15;

/** y = f(x). The caller owns it. */
export function activateWasm(kind: ActivationKind, x: Tensor): Tensor {
  const y = wasmOutput(x.shape, "float32");
  const [from, to] = [wasmAddress(x), wasmAddress(y)];
  runPieces(
    "activate",
    cutRange(x.size, countPieces(x.size, LEAST_VALUES), 4).map(([first, end]) => [
      KINDS[kind],
      from + 4 * first,
      to + 4 * first,
      end - first,
    ]),
  );
  return toTensor(y);
}

/** dx = dy · f′(x). The caller owns it. */
export function activateBackwardWasm(kind: ActivationKind, x: Tensor, dy: Tensor): Tensor {
  const dx = wasmOutput(x.shape, "float32");
  const [from, fromDy, to] = [wasmAddress(x), wasmAddress(dy), wasmAddress(dx)];
  runPieces(
    "activateBackward",
    cutRange(x.size, countPieces(x.size, LEAST_VALUES), 4).map(([first, end]) => [
      KINDS[kind],
      from + 4 * first,
      fromDy + 4 * first,
      to + 4 * first,
      end - first,
    ]),
  );
  return toTensor(dx);
}
