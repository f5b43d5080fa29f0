/** The linear layer on WebGPU: bias and adapter are part of its product, and so is the gradient of its bias. */
import { tf, toTensor, type Tensor, type TensorInfo } from "@/engine/tfjs";
import { gemm, type Epilogue, type Product } from "@/engine/webgpu/gemm/gemm";
import { runOwnProgram, webgpuOutput } from "@/engine/webgpu/run";
import { firstRowOf, type LinearGradient, type LinearLayer } from "./linear";
import { loraGradientsProgram, SIDE } from "./wgsl";

/** The same values as a matrix with rows of this width, without a copy. */
export function asRows({ dataId, shape, dtype }: TensorInfo, width: number): TensorInfo {
  return { dataId, shape: [tf.util.sizeFromShape(shape) / width, width], dtype };
}

/**
 * x·W + s·(x·A)·B as products to be summed, and u = x·A where there is an adapter, zero in rows that it is not for; it is
 * the caller's. x [N, in].
 */
export function forwardProducts(
  x: TensorInfo,
  { weight, adapter }: LinearLayer,
): { products: Product[]; narrow: Tensor | null } {
  const product: Product = { a: x, b: weight };
  if (!adapter) return { products: [product], narrow: null };
  const firstRow = firstRowOf(adapter, x.shape[0] as number);
  const narrow = gemm([{ a: x, b: adapter.a, firstRow }]).c;
  return { products: [product, { a: narrow, b: adapter.b, scale: adapter.scale }], narrow };
}

/** dx = dy·Wᵀ + s·e·Aᵀ as products to be summed, and e = dy·Bᵀ where there is an adapter; it is the caller's. */
export function inputGradientProducts(
  dy: TensorInfo,
  { weight, adapter }: LinearLayer,
): { products: Product[]; narrow: Tensor | null } {
  const product: Product = { a: dy, b: weight, transposeB: true };
  if (!adapter) return { products: [product], narrow: null };
  const { a, b, scale } = adapter;
  const narrow = gemm([{ a: dy, b, transposeB: true }]).c;
  return { products: [product, { a: narrow, b: a, transposeB: true, scale }], narrow };
}

/** [dW, dBias?] where they are trained, and [dA, dB] with an adapter. The caller owns them. */
export function layerGradients(
  { weight, bias, adapter }: LinearLayer,
  x: TensorInfo,
  dy: TensorInfo,
  narrow: Tensor | null,
  dNarrow: Tensor | null,
): Tensor[] {
  const gradients: Tensor[] = [];
  if (weight instanceof tf.Variable) {
    const product: Product = { a: x, b: dy, transposeA: true };
    const { c, columnSums } = gemm([product], bias ? { hasColumnSums: true } : {});
    gradients.push(c, ...(columnSums ? [columnSums] : []));
  }
  if (adapter && narrow && dNarrow) {
    gradients.push(...loraGradients({ x, e: dNarrow, narrow, dy, scale: adapter.scale }));
  }
  return gradients;
}

/** y = x·W + bias + s·(x·A)·B, and u = x·A where there is an adapter. x [N, in]. The caller owns both. */
export function linearForwardWebGPU(
  x: Tensor,
  layer: LinearLayer,
): { y: Tensor; narrow: Tensor | null } {
  const { products, narrow } = forwardProducts(x, layer);
  return { y: gemm(products, biasOf(layer)).c, narrow };
}

export function biasOf({ bias }: LinearLayer): Epilogue {
  return bias ? { biases: [bias] } : {};
}

/** dx through all layers, and the gradients of each in the order of `trainedOf`. x [N, in]. The caller owns them. */
export function linearBackwardWebGPU(x: Tensor, parts: LinearGradient[]): Tensor[] {
  const inputs = parts.map(({ layer, dy }) => inputGradientProducts(dy, layer));
  const trained = parts.flatMap(({ layer, dy, narrow }, i) =>
    layerGradients(layer, x, dy, narrow, inputs[i]!.narrow),
  );
  return [gemm(inputs.flatMap(({ products }) => products)).c, ...trained];
}

/** dA = s·xᵀ·e [in, rank] and dB = s·narrowᵀ·dy [rank, out]. */
function loraGradients(given: {
  x: TensorInfo;
  e: TensorInfo;
  narrow: TensorInfo;
  dy: TensorInfo;
  scale: number;
}): [Tensor, Tensor] {
  const { scale, ...tensors } = given;
  const [rows, inFeatures] = given.x.shape as [number, number];
  const outFeatures = given.dy.shape[1] as number;
  const rank = given.narrow.shape[1] as number;
  const dA = toTensor(webgpuOutput([inFeatures, rank]));
  const dB = toTensor(webgpuOutput([rank, outFeatures]));
  const tiles = (features: number) => Math.ceil(features / SIDE) * Math.ceil(rank / SIDE);
  runOwnProgram(
    loraGradientsProgram,
    { ...tensors, dA, dB },
    { rows, rank, inFeatures, outFeatures, inTiles: tiles(inFeatures), scale },
    tiles(inFeatures) + tiles(outFeatures),
  );
  return [dA, dB];
}
