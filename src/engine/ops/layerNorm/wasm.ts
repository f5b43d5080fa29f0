/** LayerNorm and RMSNorm (no mean, no bias) on WASM, a pass each way. */
import { toTensor, wasmAddress, wasmOutput, wasmView, type Tensor } from "@/engine/tfjs";
import { wasmKernels } from "@/engine/wasm/kernels";

/** x [.., C] → [.., C]; without a bias it is RMSNorm. The caller owns it. */
export function normalizeWasm(x: Tensor, gain: Tensor, bias: Tensor | null, eps: number): Tensor {
  const width = gain.size;
  const y = wasmOutput(x.shape, "float32");
  wasmKernels().normalize(
    wasmAddress(x),
    wasmAddress(gain),
    bias ? wasmAddress(bias) : 0,
    wasmAddress(y),
    x.size / width,
    width,
    eps,
  );
  return toTensor(y);
}

/** [dx], and where gain and bias are trained [dx, dGain, dBias?]. The caller owns them. */
export function normalizeBackwardWasm(
  x: Tensor,
  gain: Tensor,
  dy: Tensor,
  options: { eps: number; isCentered: boolean; isTrained: boolean },
): Tensor[] {
  const { eps, isCentered, isTrained } = options;
  const width = gain.size;
  const dx = wasmOutput(x.shape, "float32");
  const dGain = isTrained ? wasmOutput([width], "float32") : null;
  const dBias = isTrained && isCentered ? wasmOutput([width], "float32") : null;
  const sums = [dGain, dBias].filter((info) => info !== null);
  for (const info of sums) wasmView(info).fill(0);
  wasmKernels().normalizeBackward(
    wasmAddress(x),
    wasmAddress(gain),
    wasmAddress(dy),
    wasmAddress(dx),
    dGain ? wasmAddress(dGain) : 0,
    dBias ? wasmAddress(dBias) : 0,
    x.size / width,
    width,
    eps,
    isCentered ? 1 : 0,
  );
  return [dx, ...sums].map(toTensor);
}
