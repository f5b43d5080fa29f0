/** Matrix products on WASM by our own kernel: as fast with a transposed side as without, and nothing is cached. */
import { tf, wasmAddress, wasmOutput, type TensorInfo } from "@/engine/tfjs";
import { wasmKernels, withScratch } from "@/engine/wasm/kernels";

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
  const kernels = wasmKernels();
  const aInner = isATransposed ? rows : 1;
  withScratch(kernels.multiplyScratchBytes(rows, inner, aInner), (scratch) =>
    kernels.multiply(
      batch,
      rows,
      columns,
      inner,
      wasmAddress(a),
      isATransposed ? 1 : inner,
      aInner,
      rows * inner,
      wasmAddress(b),
      isBTransposed ? 1 : columns,
      isBTransposed ? inner : 1,
      inner * columns,
      wasmAddress(out),
      scale,
      bias ? wasmAddress(bias) : 0,
      sum ? 1 : 0,
      scratch,
    ),
  );
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
