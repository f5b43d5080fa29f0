/**
 * The matrix product on WebGPU with everything that can be done before its result is written: sums of several
 * products, biases, a residual, an activation or its slope, a gate.
 */
import type { ActivationKind } from "@/engine/ops/activation/wgsl";
import { toTensor, webgpuInternals, type Tensor, type TensorInfo } from "@/engine/tfjs";
import { isPacked } from "../packed";
import { runOwnProgram, webgpuOutput } from "../run";
import { gemmBindings, keepsSum, type GemmShape, type Layout } from "./code";
import type { Tile } from "./tiles";
import { chooseVariant, tileVariant } from "./tune";

/** scale · op(a)·op(b): a [M, K], or [K, M] when transposed; b [K, N], or [N, K] when transposed, packed or not. */
export type Product = {
  a: TensorInfo;
  b: TensorInfo;
  transposeA?: boolean;
  transposeB?: boolean;
  scale?: number;
  /** Rows of a before it count as zeros; a must not be transposed then. */
  firstRow?: number;
};

/** What happens to the sum of the products, in this order. At most one of the last three. */
export type Epilogue = {
  /** Each [N], added to every row. */
  biases?: TensorInfo[];
  /** [M, N], added. */
  add?: TensorInfo;
  /** Result f(sum); the sum itself is kept as `pre`. */
  activation?: ActivationKind;
  /** Result sum · f′(pre): pre [M, N]. */
  slope?: { kind: ActivationKind; pre: TensorInfo };
  /** Result f(gate) · sum; the sum itself is kept as `pre`. */
  gate?: { kind: ActivationKind; gate: TensorInfo };
  /** Σ of the first product's b over the inner axis, [N]; its b must not be transposed. */
  hasColumnSums?: boolean;
};

export type GemmResult = { c: Tensor; pre: Tensor | null; columnSums: Tensor | null };

/** Σ products → [M, N], and what the epilogue keeps. The caller owns all of it. */
export function gemm(products: Product[], epilogue: Epilogue = {}): GemmResult {
  const { rows, columns } = sizesOf(products[0]!);
  const output = (shape: number[]) => toTensor(webgpuOutput(shape));
  const c = output([rows, columns]);
  const keeps = epilogue.activation !== undefined || epilogue.gate !== undefined;
  const pre = keeps ? output([rows, columns]) : null;
  const columnSums = epilogue.hasColumnSums ? output([columns]) : null;
  const outputs = { c, pre, columnSums };
  runInParts(products, epilogue, outputs, false);
  return outputs;
}

/** Where a device binds fewer tensors than all take, as many products as fit go ahead and the others are added to them. */
function runInParts(
  products: Product[],
  epilogue: Epilogue,
  outputs: Outputs,
  accumulates: boolean,
): void {
  if (fits(products, epilogue, accumulates)) {
    run(products, epilogue, outputs, accumulates);
    return;
  }
  const { activation, slope, gate, ...sums } = epilogue;
  let most = products.length - 1;
  while (!fits(products.slice(0, most), sums, accumulates)) most--;
  run(products.slice(0, most), sums, outputs, accumulates);
  const functions: Epilogue = {
    ...(activation && { activation }),
    ...(slope && { slope }),
    ...(gate && { gate }),
  };
  runInParts(products.slice(most), functions, outputs, true);
}

/** c = Σ products, or c += Σ products. */
export function gemmInto(c: TensorInfo, products: Product[], accumulates: boolean): void {
  runInParts(products, {}, { c, pre: null, columnSums: null }, accumulates);
}

/** c = the product, by this tile: whether it computes rightly is asked before it is chosen. */
export function gemmWithTile(tile: Tile, product: Product, c: TensorInfo): void {
  run([product], {}, { c, pre: null, columnSums: null }, false, (shape, rows, columns) =>
    tileVariant(tile, shape, rows, columns),
  );
}

type Outputs = { c: TensorInfo; pre: TensorInfo | null; columnSums: TensorInfo | null };

function fits(products: Product[], epilogue: Epilogue, accumulates: boolean): boolean {
  if (products.length === 1) return true;
  const { reads, writes } = gemmBindings(shapeOf(products, epilogue, accumulates));
  const { maxStorageBuffersPerShaderStage } = webgpuInternals().device.limits;
  return Object.keys(reads).length + Object.keys(writes).length <= maxStorageBuffersPerShaderStage;
}

function sizesOf({ a, b, transposeA = false, transposeB = false }: Product) {
  const [rows, inner] = (transposeA ? [...a.shape].reverse() : a.shape) as [number, number];
  const [innerOfB, columns] = (transposeB ? [...b.shape].reverse() : b.shape) as [number, number];
  if (a.shape.length !== 2 || b.shape.length !== 2 || inner !== innerOfB) {
    throw new Error(`gemm: [${a.shape.join()}] and [${b.shape.join()}] do not fit`);
  }
  return { rows, columns, inner };
}

const widthOf = (length: number) => (length % 4 === 0 ? 4 : 1);

function shapeOf(products: Product[], epilogue: Epilogue, accumulates: boolean): GemmShape {
  return {
    products: products.map((product) => {
      const { rows, columns, inner } = sizesOf(product);
      const a: Layout = product.transposeA ? "direct" : "inner";
      const b: Layout = product.transposeB ? "inner" : "direct";
      return {
        ...{ a, b },
        aWidth: widthOf(a === "direct" ? rows : inner),
        bWidth: isPacked(product.b) ? "half" : widthOf(b === "direct" ? columns : inner),
        isScaled: (product.scale ?? 1) !== 1,
        hasFirstRow: (product.firstRow ?? 0) > 0,
      };
    }),
    width: widthOf(sizesOf(products[0]!).columns),
    biases: epilogue.biases?.length ?? 0,
    hasAdd: epilogue.add !== undefined,
    accumulates,
    activation: epilogue.activation ?? null,
    slope: epilogue.slope?.kind ?? null,
    gate: epilogue.gate?.kind ?? null,
    hasColumnSums: epilogue.hasColumnSums ?? false,
  };
}

function run(
  products: Product[],
  epilogue: Epilogue,
  { c, pre, columnSums }: Outputs,
  accumulates: boolean,
  choose = chooseVariant,
): void {
  const shape = shapeOf(products, epilogue, accumulates);
  const { rows, columns } = sizesOf(products[0]!);
  const tensors: Record<string, TensorInfo> = { c };
  const uniforms: Record<string, number> = { rows, columns };
  products.forEach((product, i) => {
    tensors[`a${i}`] = product.a;
    tensors[`b${i}`] = product.b;
    uniforms[`inner${i}`] = sizesOf(product).inner;
    if (product.scale !== undefined) uniforms[`scale${i}`] = product.scale;
    if (product.firstRow !== undefined) uniforms[`firstRow${i}`] = product.firstRow;
  });
  epilogue.biases?.forEach((bias, i) => (tensors[`bias${i}`] = bias));
  if (epilogue.add) tensors["addend"] = epilogue.add;
  if (epilogue.slope) tensors["pre"] = epilogue.slope.pre;
  if (epilogue.gate) tensors["gate"] = epilogue.gate.gate;
  if (keepsSum(shape) && pre) tensors["pre"] = pre;
  if (columnSums) tensors["columnSums"] = columnSums;
  const { program, count } = choose(shape, rows, columns, uniforms["inner0"]!);
  runOwnProgram(program, tensors, uniforms, count);
}
