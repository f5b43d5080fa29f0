/** Matrix products on WASM by our own kernel: as fast with a transposed side as without, and nothing is cached. */
import { tf, wasmAddress, wasmOutput, type TensorInfo } from "@/engine/tfjs";
import {
  countPieces,
  cutRange,
  runPieces,
  wasmKernels,
  type WasmKernels,
} from "@/engine/wasm/kernels";

/** The kernel's tile: pieces of whole ones, none with fewer rows, sum as the whole product does. */
const ROW_TILE = 4;
const COLUMN_TILE = 8;
/** Multiplications worth waking a thread for, some 40 µs. */
const LEAST_WORK = 2 ** 20;

export type Product = {
  /** [.., M, K], or [.., K, M] when transposed. */
  a: TensorInfo;
  b: TensorInfo;
  isATransposed?: boolean;
  isBTransposed?: boolean;
  scale?: number;
  /** [N], added to every row. */
  bias?: TensorInfo | null;
};

/** C = scale · A·B + bias into new memory, or added to `sum`. Batches must be equal. */
export function multiplyWasm(product: Product, sum: TensorInfo | null = null): TensorInfo {
  const { a, b, isATransposed = false, isBTransposed = false, scale = 1, bias = null } = product;
  const [aRows, aColumns] = a.shape.slice(-2) as [number, number];
  const [bRows, bColumns] = b.shape.slice(-2) as [number, number];
  const [rows, inner] = isATransposed ? [aColumns, aRows] : [aRows, aColumns];
  const [innerOfB, columns] = isBTransposed ? [bColumns, bRows] : [bRows, bColumns];
  const batch = tf.util.sizeFromShape(a.shape.slice(0, -2));
  if (inner !== innerOfB || batch !== tf.util.sizeFromShape(b.shape.slice(0, -2))) {
    throw new Error(`matMul: [${a.shape.join()}] and [${b.shape.join()}] do not fit`);
  }
  const out = sum ?? wasmOutput([...a.shape.slice(0, -2), rows, columns], "float32");
  const aInner = isATransposed ? rows : 1;
  const aRow = isATransposed ? 1 : inner;
  const [bInner, bColumn] = isBTransposed ? [1, inner] : [columns, 1];
  const [aAt, bAt, cAt] = [wasmAddress(a), wasmAddress(b), wasmAddress(out)];
  const biasAt = bias ? wasmAddress(bias) : 0;
  const piece = (
    [rowFrom, rowTo]: [number, number],
    [columnFrom, columnTo]: [number, number],
  ): Parameters<WasmKernels["multiply"]> => [
    batch,
    rowTo - rowFrom,
    columnTo - columnFrom,
    inner,
    aAt + 4 * rowFrom * aRow,
    aRow,
    aInner,
    rows * inner,
    bAt + 4 * columnFrom * bColumn,
    bInner,
    bColumn,
    inner * columns,
    cAt + 4 * (rowFrom * columns + columnFrom),
    columns,
    rows * columns,
    scale,
    biasAt && biasAt + 4 * columnFrom,
    sum ? 1 : 0,
    0,
  ];
  // With few rows it is reading B that takes the time.
  const work = batch > 1 ? 0 : columns * inner * Math.max(rows, ROW_TILE);
  const count = countPieces(work, LEAST_WORK);
  // What is not cut is packed again for each piece: a transposed A, or B.
  const areRowsCut = isATransposed ? rows > columns : columns < count * COLUMN_TILE;
  const pieces = areRowsCut
    ? cutRange(rows, count, ROW_TILE).map((range) => piece(range, [0, columns]))
    : cutRange(columns, count, COLUMN_TILE).map((range) => piece([0, rows], range));
  const pieceRows = areRowsCut ? Math.ceil(rows / pieces.length) + 2 * ROW_TILE : rows;
  runPieces("multiply", pieces, wasmKernels().multiplyScratchBytes(pieceRows, inner, aInner));
  return out;
}

/** Puts this kernel in the place of the stock one. Call once, when the WASM backend is there. */
export function useOwnMatMul(): void {
  tf.unregisterKernel("BatchMatMul", "wasm");
  tf.registerKernel({
    kernelName: "BatchMatMul",
    backendName: "wasm",
    kernelFunc: ({ inputs, attrs }) => {
      const { transposeA, transposeB } = attrs as unknown as Record<string, boolean>;
      const { a, b } = inputs as Record<"a" | "b", TensorInfo>;
      return multiplyWasm({ a, b, isATransposed: transposeA, isBTransposed: transposeB });
    },
  });
}
