/**
 * Frozen weights as pairs of float16 in 32-bit words, which every adapter unpacks: half the memory, and half the bytes to
 * read, where a model's file has float16 anyway, so that nothing is lost.
 *
 * Such a tensor says that it holds strings: TensorFlow.js would take the words for numbers, and refuses strings.
 */
import { tf, toTensor, webgpuInternals, type Tensor, type TensorInfo } from "../tfjs";
import { runOwnProgram, webgpuOutput, type Program } from "./run";

/** The contiguous axis must come in fours. */
export function canPack(shape: number[]): boolean {
  return shape.length === 2 && shape[1]! % 4 === 0;
}

/** Bits of float16 values in the order of `shape`. The caller owns the tensor. */
export function pack(halves: Uint16Array, shape: number[]): Tensor {
  if (!canPack(shape)) throw new Error(`pack: [${shape.join()}] does not come in fours`);
  const words = new Int32Array(halves.buffer, halves.byteOffset, halves.length / 2);
  const { dataId } = webgpuInternals().makeTensorInfo([words.length], "int32", words);
  return tf.engine().makeTensorFromTensorInfo({ dataId, shape, dtype: "string" });
}

export function isPacked({ dtype }: TensorInfo): boolean {
  return dtype === "string";
}

/** WGSL of a word pair's four values. */
export const UNPACK = "vec4<f32>(unpack2x16float(pair.x), unpack2x16float(pair.y))";

const PROGRAM: Program = {
  key: "unpack",
  reads: { packed: "vec2<u32>" },
  writes: { values: "vec4<f32>" },
  code: () => `
    fn main(i : i32) {
      let pair = packed[i];
      values[i] = ${UNPACK};
    }`,
};

/** A copy in float32, of weights packed or not. The caller owns it. */
export function copyUnpacked(weights: Tensor): Tensor {
  if (!isPacked(weights)) return tf.tidy(() => tf.add(weights, 0));
  const values = webgpuOutput(weights.shape);
  runOwnProgram(PROGRAM, { packed: weights, values }, {}, weights.size / 4);
  return toTensor(values);
}
