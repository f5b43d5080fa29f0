/** Weights from files to the device and back. On the device linear weights lie as [in, out]. */
import { AppError } from "@/core/errors";
import type { ModelFiles } from "@/core/modelFiles";
import type { ModelConfig } from "../formats/hfConfig";
import {
  detectWeightFiles,
  readHalves,
  readSafetensorsHeader,
  readTensor,
  type TensorEntry,
} from "../formats/safetensors";
import { isWebGPU, tf, type Tensor } from "../tfjs";
import { canPack, pack } from "../webgpu/packed";
import { familyOf } from "./families";
import type { WeightSpec } from "./family";

export type WeightMap = Map<string, Tensor>;

type Located = { blob: Blob; entry: TensorEntry };

/** Where each tensor of a model lies in its files. */
export type LocatedWeights = Map<string, Located>;

/**
 * Finds every tensor the family wants, checks names and shapes, and reads no weights. Throws
 * `model/missing-tensors`, `model/wrong-shape`, `model/bad-config` or what the files' headers give.
 */
export async function locateWeights(
  files: ModelFiles,
  config: ModelConfig,
): Promise<LocatedWeights> {
  const family = familyOf(config);
  const specs = family.weights(config);
  const wanted = new Map(specs.map((spec) => [spec.name, spec]));
  const found = new Map<string, Located>();
  const unknown: string[] = [];
  for (const fileName of await detectWeightFiles(files)) {
    const blob = files.get(fileName) as Blob;
    const header = await readSafetensorsHeader(blob);
    for (const [rawName, entry] of header.tensors) {
      const name = family.canonicalName(rawName);
      const spec = wanted.get(name);
      if (spec) {
        checkShape(spec, entry.shape);
        found.set(name, { blob, entry });
      } else if (!family.ignored.some((pattern) => pattern.test(name))) {
        unknown.push(rawName);
      }
    }
  }
  const missing = specs.filter((spec) => !found.has(spec.name)).map((spec) => spec.name);
  if (missing.length > 0) {
    throw new AppError(
      "model/missing-tensors",
      `The weights lack ${missing.length} of ${specs.length} tensors: ${listNames(missing)}.`,
      { count: missing.length },
    );
  }
  if (unknown.length > 0) {
    throw new AppError(
      "model/bad-config",
      `The weights hold tensors that a ${config.family} model of this config has no place for: ${listNames(unknown)}.`,
      { count: unknown.length },
    );
  }
  return found;
}

function listNames(names: string[]): string {
  const shown = names.slice(0, 5).join(", ");
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}

function checkShape({ name, shape }: WeightSpec, got: number[]): void {
  if (shape.length === got.length && shape.every((size, i) => size === got[i])) return;
  throw new AppError(
    "model/wrong-shape",
    `The tensor ${name} should be [${shape.join(", ")}] by the config, but is [${got.join(", ")}] in the file.`,
    { tensor: name, expected: shape.join("×"), got: got.join("×") },
  );
}

/**
 * Loads the base weights tensor by tensor, so that the file is never held whole.
 * The caller owns the tensors.
 */
export async function loadWeights(
  located: LocatedWeights,
  config: ModelConfig,
  onProgress: (doneBytes: number, totalBytes: number) => void,
  signal?: AbortSignal,
): Promise<WeightMap> {
  const totalBytes = [...located.values()].reduce((sum, { entry }) => sum + byteCount(entry), 0);
  const weights: WeightMap = new Map();
  let doneBytes = 0;
  try {
    for (const spec of familyOf(config).weights(config)) {
      signal?.throwIfAborted();
      const { blob, entry } = located.get(spec.name) as Located;
      weights.set(spec.name, await load(spec, blob, entry));
      doneBytes += byteCount(entry);
      onProgress(doneBytes, totalBytes);
    }
  } catch (error) {
    tf.dispose([...weights.values()]);
    throw error;
  }
  return weights;
}

function byteCount({ begin, end }: TensorEntry): number {
  return end - begin;
}

/** float16 stays float16 where the backend can compute with it. */
async function load(spec: WeightSpec, blob: Blob, entry: TensorEntry): Promise<Tensor> {
  const shape = deviceShape(spec);
  if (entry.dtype === "F16" && isWebGPU() && canPack(shape)) {
    return pack(inDeviceOrder(spec, await readHalves(blob, entry)), shape);
  }
  return toDevice(spec, await readTensor(blob, entry));
}

/** Values in the file's layout → a tensor in the device's layout. */
export function toDevice(spec: WeightSpec, values: Float32Array): Tensor {
  return tf.tensor(inDeviceOrder(spec, values), deviceShape(spec), "float32");
}

/** Of a block that is turned at a time: both sides of it stay in the cache. */
const BLOCK = 32;

/** Turned on the host: on the device another copy of its size would stay in the pool. */
function inDeviceOrder<T extends Float32Array | Uint16Array>(
  { shape, kind }: WeightSpec,
  values: T,
): T {
  if (kind !== "linear") return values;
  const [rows, columns] = shape as [number, number];
  const turned = new (values.constructor as new (size: number) => T)(values.length);
  for (let firstRow = 0; firstRow < rows; firstRow += BLOCK) {
    const endRow = Math.min(rows, firstRow + BLOCK);
    for (let firstColumn = 0; firstColumn < columns; firstColumn += BLOCK) {
      const endColumn = Math.min(columns, firstColumn + BLOCK);
      for (let column = firstColumn; column < endColumn; column++) {
        for (let row = firstRow; row < endRow; row++) {
          turned[column * rows + row] = values[row * columns + column]!;
        }
      }
    }
  }
  return turned;
}

/** The shape that `toDevice` gives. */
export function deviceShape({ shape, kind }: WeightSpec): number[] {
  return kind === "linear" ? [...shape].reverse() : shape;
}

/** The reverse of `toDevice`: values in the file's layout. */
export async function fromDevice({ kind }: WeightSpec, tensor: Tensor): Promise<Float32Array> {
  if (kind !== "linear") return (await tensor.data()) as Float32Array;
  const transposed = tf.transpose(tensor);
  try {
    return (await transposed.data()) as Float32Array;
  } finally {
    transposed.dispose();
  }
}
