/** The linear layer on WebGPU: bias and adapter go into the product's own memory, in one dispatch behind it. */
import { toTensor, type Tensor } from "@/engine/tfjs";
import { runOwnProgram, webgpuOutput } from "@/engine/webgpu/run";
import { columnSumsProgram, GROUP_COLUMNS } from "@/engine/webgpu/sums";
import { matMul, matMulTransposed, transposedMatMul } from "../matMul/matMul";
import type { LoraPair } from "./linear";
import { addToRowsProgram, loraGradientsProgram, SIDE } from "./wgsl";

/** y = x·W + bias + s·(x·A)·B, and u = x·A where there is an adapter. x [N, in]. The caller owns both. */
export function linearForwardWebGPU(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  adapter: LoraPair | null,
): { y: Tensor; narrow: Tensor | null } {
  const y = matMul(x, weight);
  const narrow = adapter && matMul(x, adapter.a);
  if (adapter && narrow) addToRows(y, bias, { narrow, wide: adapter.b, scale: adapter.scale });
  else if (bias) addToRows(y, bias, null);
  return { y, narrow };
}

/** dx = dy·Wᵀ + s·e·Aᵀ with e = dy·Bᵀ, and the gradients of what is trained: [dx, dW?, dBias?, dA?, dB?]. */
export function linearBackwardWebGPU(
  dy: Tensor,
  x: Tensor,
  weight: Tensor,
  adapter: LoraPair | null,
  narrow: Tensor | null,
  trains: { weight: boolean; bias: boolean },
): Tensor[] {
  const dx = matMulTransposed(dy, weight);
  const gradients = [dx];
  if (trains.weight) gradients.push(transposedMatMul(x, dy));
  if (trains.bias) gradients.push(sumRowsWebGPU(dy));
  if (adapter && narrow) {
    const { a, b, scale } = adapter;
    const e = matMulTransposed(dy, b);
    addToRows(dx, null, { narrow: e, wide: a, scale, isTransposed: true });
    gradients.push(...loraGradients({ x, e, narrow, dy, scale }));
    e.dispose();
  }
  return gradients;
}

type Delta = {
  /** [N, rank]. */
  narrow: Tensor;
  /** [rank, out], or [out, rank] when transposed. */
  wide: Tensor;
  scale: number;
  isTransposed?: boolean;
};

/** rows += bias + s·narrow·wide, in place. */
function addToRows(rows: Tensor, bias: Tensor | null, delta: Delta | null): void {
  const columns = rows.shape[1] as number;
  const width = columns % 4 === 0 ? 4 : 1;
  runOwnProgram(
    addToRowsProgram({
      width,
      hasBias: bias !== null,
      wide: delta && (delta.isTransposed ? "transposed" : "plain"),
    }),
    {
      rows,
      ...(bias ? { bias } : {}),
      ...(delta ? { narrow: delta.narrow, wide: delta.wide } : {}),
    },
    {
      columns,
      rank: delta ? (delta.narrow.shape[1] as number) : 0,
      scale: delta ? delta.scale : 0,
    },
    rows.size / width,
  );
}

/** dA = s·xᵀ·e [in, rank] and dB = s·narrowᵀ·dy [rank, out]. */
function loraGradients(given: {
  x: Tensor;
  e: Tensor;
  narrow: Tensor;
  dy: Tensor;
  scale: number;
}): [Tensor, Tensor] {
  const { scale, ...tensors } = given;
  const [rows, inFeatures] = given.x.shape as [number, number];
  const outFeatures = given.dy.shape[1] as number;
  const rank = given.narrow.shape[1] as number;
  const dA = webgpuOutput([inFeatures, rank]);
  const dB = webgpuOutput([rank, outFeatures]);
  const tiles = (features: number) => Math.ceil(features / SIDE) * Math.ceil(rank / SIDE);
  runOwnProgram(
    loraGradientsProgram,
    { ...tensors, dA, dB },
    { rows, rank, inFeatures, outFeatures, inTiles: tiles(inFeatures), scale },
    tiles(inFeatures) + tiles(outFeatures),
  );
  return [toTensor(dA), toTensor(dB)];
}

const SUM_ROWS = columnSumsProgram("sumRows", { x: "f32" }, "vec2<f32>(x[at], 0.0)", false);

/** Σ over the rows: [N, C] → [C]. */
function sumRowsWebGPU(x: Tensor): Tensor {
  const [rows, width] = x.shape as [number, number];
  const first = webgpuOutput([width]);
  runOwnProgram(SUM_ROWS, { x, first }, { rows, width }, Math.ceil(width / GROUP_COLUMNS));
  return toTensor(first);
}
