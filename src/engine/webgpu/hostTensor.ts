/**
 * Numbers that the CPU makes anew for every step: token ids, positions, rates. They come to the GPU by one door, so that
 * a captured step can be told which of its buffers to fill again.
 */
import { tf, type Tensor } from "../tfjs";

export type HostArray = Int32Array | Float32Array;

export type HostTensorMaker = (
  source: HostArray,
  name: string,
  derive: (source: HostArray) => HostArray,
) => Tensor;

/** Of each name the newest stays: every layer of a pass, and its gradient, asks for the same. */
const newest = new Map<string, { source: HostArray; length: number; tensor: Tensor }>();
let makeInstead: HostTensorMaker | null = null;

/** While `work` runs, a capture makes the tensors. */
export function withHostTensors<T>(make: HostTensorMaker, work: () => T): T {
  makeInstead = make;
  try {
    return work();
  } finally {
    makeInstead = null;
  }
}

/**
 * The array that `derive` makes of `source`, on the GPU: the tensor is lent until the next one of that name. A captured
 * step derives it again from the array that has the place of `source` then, of the same length.
 */
export function hostTensor<S extends HostArray>(
  source: S,
  name: string,
  derive: (source: S) => HostArray = (given) => given,
): Tensor {
  if (makeInstead) return makeInstead(source, name, derive as (source: HostArray) => HostArray);
  const held = newest.get(name);
  const values = derive(source);
  if (held && held.source === source && held.length === values.length) return held.tensor;
  held?.tensor.dispose();
  const tensor = tf.keep(toTensor1d(values));
  newest.set(name, { source, length: values.length, tensor });
  return tensor;
}

function toTensor1d(values: HostArray): Tensor {
  return tf.tensor1d(values, values instanceof Int32Array ? "int32" : "float32");
}
