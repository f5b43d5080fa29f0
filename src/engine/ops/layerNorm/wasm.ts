/** LayerNorm and RMSNorm (no mean, no bias) on WASM, a pass each way. */
import { toTensor, wasmAddress, wasmOutput, wasmView, type Tensor } from "@/engine/tfjs";
import { countPieces, cutRange, runPieces } from "@/engine/wasm/kernels";

/** Values worth waking a thread for: some 30 µs. */
const LEAST_VALUES = 2 ** 15;

/** x [.., C] → [.., C]; without a bias it is RMSNorm. The caller owns it. */
export function normalizeWasm(x: Tensor, gain: Tensor, bias: Tensor | null, eps: number): Tensor {
  const width = gain.size;
  const y = wasmOutput(x.shape, "float32");
  const [from, to, gainAt] = [wasmAddress(x), wasmAddress(y), wasmAddress(gain)];
  const biasAt = bias ? wasmAddress(bias) : 0;
  runPieces(
    "normalize",
    cutRange(x.size / width, countPieces(x.size, LEAST_VALUES)).map(([first, end]) => [
      from + 4 * first * width,
      gainAt,
      biasAt,
      to + 4 * first * width,
      end - first,
      width,
      eps,
    ]),
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
  const [from, fromDy, to, gainAt] = [x, dy, dx, gain].map(wasmAddress) as [
    number,
    number,
    number,
    number,
  ];
  // The sums for gain and bias run over all rows.
  const count = isTrained ? 1 : countPieces(x.size, LEAST_VALUES);
  runPieces(
    "normalizeBackward",
    cutRange(x.size / width, count).map(([first, end]) => [
      from + 4 * first * width,
      gainAt,
      fromDy + 4 * first * width,
      to + 4 * first * width,
      dGain ? wasmAddress(dGain) : 0,
      dBias ? wasmAddress(dBias) : 0,
      end - first,
      width,
      eps,
      isCentered ? 1 : 0,
    ]),
  );
  return [dx, ...sums].map(toTensor);
}
