/**
 * Matrix products for software WebGPU adapters. The stock kernel shares tiles through workgroup
 * memory, and barriers are what a CPU adapter makes slow: 1024³ took 7.0 s with them and 0.6 s
 * without on SwiftShader (kernels.md §5.3). A real GPU keeps the stock kernel.
 */
import { runProgram, tf, type TensorInfo } from "@/engine/tfjs";

const WORKGROUP = 64;
/** Each thread makes a tile of 4 × 4 results. */
const TILE = 4;

type Attributes = { transposeA: boolean; transposeB: boolean };

/** C = A·B, either side transposed if said so. a [.., M, K], b [.., K, N], equal batches → [.., M, N]. */
function multiply(
  a: TensorInfo,
  b: TensorInfo,
  { transposeA, transposeB }: Attributes,
): TensorInfo {
  const [aRows, aColumns] = a.shape.slice(-2) as [number, number];
  const [bRows, bColumns] = b.shape.slice(-2) as [number, number];
  const [M, K] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
  const N = transposeB ? bRows : bColumns;
  const outputShape = [...a.shape.slice(0, -2), M, N];
  const batch = tf.util.sizeFromShape(a.shape.slice(0, -2));
  if (batch !== tf.util.sizeFromShape(b.shape.slice(0, -2))) {
    throw new Error(`matMul: batches of [${a.shape.join()}] and [${b.shape.join()}] differ`);
  }
  const tiles = batch * Math.ceil(M / TILE) * Math.ceil(N / TILE);
  const uniforms = {
    rows: M,
    columns: N,
    inner: K,
    aRow: transposeA ? 1 : K,
    aInner: transposeA ? M : 1,
    bInner: transposeB ? 1 : N,
    bColumn: transposeB ? K : 1,
    tiles,
  };
  return runProgram(
    {
      variableNames: ["a", "b"],
      outputShape,
      workgroupSize: [WORKGROUP, 1, 1],
      dispatchLayout: { x: outputShape.map((_, i) => i) },
      dispatch: [Math.ceil(tiles / WORKGROUP), 1, 1],
      uniforms: Object.keys(uniforms)
        .map((name) => `${name} : i32,`)
        .join(" "),
      shaderKey: "matMulWithoutBarriers",
      getUserCode: () => `
        fn main(index : i32) {
          if (index >= uniforms.tiles) { return; }
          let tilesAcross = (uniforms.columns + ${TILE - 1}) / ${TILE};
          let tilesDown = (uniforms.rows + ${TILE - 1}) / ${TILE};
          let matrix = index / (tilesAcross * tilesDown);
          let tile = index - matrix * tilesAcross * tilesDown;
          let row = tile / tilesAcross * ${TILE};
          let column = tile % tilesAcross * ${TILE};
          // Beyond the edge the last row and column are read again, and nothing is written.
          let rows = min(vec4<i32>(row, row + 1, row + 2, row + 3), vec4<i32>(uniforms.rows - 1));
          let columns =
            min(vec4<i32>(column, column + 1, column + 2, column + 3), vec4<i32>(uniforms.columns - 1));
          var at = rows * uniforms.aRow + matrix * uniforms.rows * uniforms.inner;
          var bt = columns * uniforms.bColumn + matrix * uniforms.columns * uniforms.inner;
          var sum0 = vec4<f32>(0.0);
          var sum1 = vec4<f32>(0.0);
          var sum2 = vec4<f32>(0.0);
          var sum3 = vec4<f32>(0.0);
          for (var k = 0; k < uniforms.inner; k = k + 1) {
            let right = vec4<f32>(b[bt.x], b[bt.y], b[bt.z], b[bt.w]);
            sum0 = sum0 + a[at.x] * right;
            sum1 = sum1 + a[at.y] * right;
            sum2 = sum2 + a[at.z] * right;
            sum3 = sum3 + a[at.w] * right;
            at = at + vec4<i32>(uniforms.aInner);
            bt = bt + vec4<i32>(uniforms.bInner);
          }
          let sums = array<vec4<f32>, ${TILE}>(sum0, sum1, sum2, sum3);
          let first = matrix * uniforms.rows * uniforms.columns;
          for (var i = 0; i < ${TILE}; i = i + 1) {
            for (var j = 0; j < ${TILE}; j = j + 1) {
              if (row + i < uniforms.rows && column + j < uniforms.columns) {
                result[first + (row + i) * uniforms.columns + column + j] = sums[i][j];
              }
            }
          }
        }`,
    },
    [a, b],
    "float32",
    Object.values(uniforms).map((value) => ({ type: "int32", data: [value] })),
  );
}

/** Puts this kernel in the place of the stock one. Call once, for a software adapter. */
export function useMatMulWithoutBarriers(): void {
  tf.unregisterKernel("BatchMatMul", "webgpu");
  tf.registerKernel({
    kernelName: "BatchMatMul",
    backendName: "webgpu",
    kernelFunc: ({ inputs, attrs }) =>
      multiply(
        inputs["a"] as TensorInfo,
        inputs["b"] as TensorInfo,
        attrs as unknown as Attributes,
      ),
  });
}
