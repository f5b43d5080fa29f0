import {
  isWebGPU,
  runProgram,
  tf,
  toTensor,
  wasmOutput,
  wasmView,
  type Tensor,
} from "@/engine/tfjs";

const WORKGROUP = 64;

/** dW[v] = Σ dy[n] over the n with tokenIds[n] = v. dy [N, C] → [V, C]. */
export function embeddingGradient(dy: Tensor, tokenIds: Int32Array, vocabSize: number): Tensor {
  const width = dy.shape[1] as number;
  return isWebGPU()
    ? embeddingGradientWebGPU(dy, tokenIds, vocabSize, width)
    : embeddingGradientWasm(dy, tokenIds, vocabSize, width);
}

function embeddingGradientWasm(
  dy: Tensor,
  tokenIds: Int32Array,
  vocabSize: number,
  width: number,
): Tensor {
  const out = wasmOutput([vocabSize, width], "float32");
  const result = wasmView(out).fill(0);
  const gradient = wasmView(dy);
  tokenIds.forEach((id, n) => {
    const to = id * width;
    const from = n * width;
    for (let c = 0; c < width; c++) result[to + c]! += gradient[from + c]!;
  });
  return toTensor(out);
}

/** The rows to sum for each distinct id, as compressed sparse rows. */
function groupById(tokenIds: Int32Array): { ids: number[]; starts: number[]; rows: number[] } {
  const rowsOf = new Map<number, number[]>();
  tokenIds.forEach((id, n) => {
    const rows = rowsOf.get(id);
    if (rows) rows.push(n);
    else rowsOf.set(id, [n]);
  });
  const starts = [0];
  const rows: number[] = [];
  for (const list of rowsOf.values()) {
    rows.push(...list);
    starts.push(rows.length);
  }
  return { ids: [...rowsOf.keys()], starts, rows };
}

/** One thread for each (distinct id, column), in place over a zero tensor. */
function embeddingGradientWebGPU(
  dy: Tensor,
  tokenIds: Int32Array,
  vocabSize: number,
  width: number,
): Tensor {
  const { ids, starts, rows } = groupById(tokenIds);
  return tf.tidy(() => {
    const output = tf.zeros([vocabSize, width]);
    runProgram(
      {
        variableNames: ["dy", "ids", "starts", "rows"],
        outputShape: [vocabSize, width],
        workgroupSize: [WORKGROUP, 1, 1],
        dispatchLayout: { x: [0] },
        dispatch: [Math.ceil((ids.length * width) / WORKGROUP), 1, 1],
        uniforms: "width : i32, count : i32,",
        shaderKey: "embeddingGradient",
        getUserCode: () => `
          fn main(index : i32) {
            if (index < uniforms.count * uniforms.width) {
              let group = index / uniforms.width;
              let column = index - group * uniforms.width;
              var sum = 0.0;
              for (var i = starts[group]; i < starts[group + 1]; i = i + 1) {
                sum = sum + dy[rows[i] * uniforms.width + column];
              }
              result[ids[group] * uniforms.width + column] = sum;
            }
          }`,
      },
      [dy, tf.tensor1d(ids, "int32"), tf.tensor1d(starts, "int32"), tf.tensor1d(rows, "int32")],
      "float32",
      [
        { type: "int32", data: [width] },
        { type: "int32", data: [ids.length] },
      ],
      output,
    );
    return output;
  });
}
