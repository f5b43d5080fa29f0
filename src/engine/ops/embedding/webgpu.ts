/** The embedding and its gradient on WebGPU: every float is written once, by one dispatch each. */
import { toTensor, type Tensor } from "@/engine/tfjs";
import { hostTensor } from "@/engine/webgpu/hostTensor";
import { isPacked, UNPACK } from "@/engine/webgpu/packed";
import { runOwnProgram, webgpuOutput, type Program } from "@/engine/webgpu/run";

const pickProgram = (width: 1 | 4, isHalf: boolean): Program => {
  const element = width === 4 ? "vec4<f32>" : "f32";
  return {
    key: `embedding ${width} ${isHalf}`,
    reads: { table: isHalf ? "vec2<u32>" : element, ids: "i32" },
    writes: { picked: element },
    integers: ["columns"],
    code: () => `
      fn main(at : i32) {
        let row = at / uniforms.columns;
        let pair = table[ids[row] * uniforms.columns + at - row * uniforms.columns];
        picked[at] = ${isHalf ? UNPACK : "pair"};
      }`,
  };
};

/** y[n] = table[tokenIds[n]]. table [V, C], packed or not → [N, C]. The caller owns it. */
export function embeddingWebGPU(table: Tensor, tokenIds: Int32Array | Tensor): Tensor {
  const columns = table.shape[1] as number;
  const width = columns % 4 === 0 ? 4 : 1;
  const ids =
    tokenIds instanceof Int32Array
      ? hostTensor(tokenIds, `ids of [${table.shape.join()}]`)
      : tokenIds;
  const picked = webgpuOutput([ids.size, columns]);
  const count = (ids.size * columns) / width;
  runOwnProgram(
    pickProgram(width, isPacked(table)),
    { table, ids, picked },
    { columns: columns / width },
    count,
  );
  return toTensor(picked);
}

/** `index` holds for each id where its rows begin in what follows, V + 1 numbers, and then the rows by id. */
const gradientProgram = (width: 1 | 4): Program => {
  const element = width === 4 ? "vec4<f32>" : "f32";
  return {
    key: `embeddingGradient ${width}`,
    reads: { dy: element, index: "i32" },
    writes: { gradient: element },
    integers: ["columns", "ids"],
    code: () => `
      fn main(at : i32) {
        let id = at / uniforms.columns;
        let column = at - id * uniforms.columns;
        let rows = uniforms.ids + 1;
        var sum = ${element}(0.0);
        for (var i = index[id]; i < index[id + 1]; i = i + 1) {
          sum = sum + dy[index[rows + i] * uniforms.columns + column];
        }
        gradient[at] = sum;
      }`,
  };
};

/** dW[v] = Σ dy[n] over the n with tokenIds[n] = v, in the order of n. dy [N, C] → [V, C]. The caller owns it. */
export function embeddingGradientWebGPU(
  dy: Tensor,
  tokenIds: Int32Array,
  vocabSize: number,
): Tensor {
  const columns = dy.shape[1] as number;
  const width = columns % 4 === 0 ? 4 : 1;
  const index = hostTensor(tokenIds, `rows by id of ${vocabSize}`, (ids) =>
    rowsById(ids, vocabSize),
  );
  const gradient = webgpuOutput([vocabSize, columns]);
  runOwnProgram(
    gradientProgram(width),
    { dy, index, gradient },
    { columns: columns / width, ids: vocabSize },
    (vocabSize * columns) / width,
  );
  return toTensor(gradient);
}

function rowsById(tokenIds: Int32Array, vocabSize: number): Int32Array {
  const index = new Int32Array(vocabSize + 1 + tokenIds.length);
  for (const id of tokenIds) index[id + 1]!++;
  for (let id = 0; id < vocabSize; id++) index[id + 1]! += index[id]!;
  const next = index.slice(0, vocabSize);
  const rows = index.subarray(vocabSize + 1);
  tokenIds.forEach((id, n) => (rows[next[id]!++] = n));
  return index;
}
