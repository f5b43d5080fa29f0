/** The state of a run as a file: parameters and both moments, float32, in the layout of model files. */
import { AppError } from "@/core/errors";
import { readSafetensorsHeader, readTensor, writeSafetensors } from "../formats/safetensors";
import type { AdamW } from "../ops/adamW/adamW";
import { deviceShape, fromDevice, toDevice } from "../model/weights";
import { tf, type Tensor } from "../tfjs";
import type { TrainableParameter } from "./tuned";

/** All tensors of the run as one safetensors file with `step` in its metadata. */
export async function writeCheckpoint(
  parameters: TrainableParameter[],
  optimizer: AdamW,
  step: number,
): Promise<Blob> {
  const tensors = [];
  for (const [i, { spec, variable }] of parameters.entries()) {
    const { m, v } = optimizer.moments(i);
    for (const [part, tensor] of [
      ["w", variable],
      ["m", m],
      ["v", v],
    ] as const) {
      tensors.push({
        name: `${part}.${spec.name}`,
        dtype: "F32" as const,
        shape: spec.shape,
        data: await fromDevice(spec, tensor),
      });
    }
    tf.dispose([m, v]);
  }
  return writeSafetensors(tensors, { step: String(step) });
}

/** Puts a checkpoint's values into parameters and moments; they must be the same ones. */
export async function readCheckpoint(
  blob: Blob,
  parameters: TrainableParameter[],
  optimizer: AdamW,
): Promise<void> {
  const header = await readSafetensorsHeader(blob);
  const moments = [];
  for (const { spec, variable } of parameters) {
    const read = async (part: "w" | "m" | "v"): Promise<Tensor> => {
      const entry = header.tensors.get(`${part}.${spec.name}`);
      if (!entry || entry.shape.join() !== spec.shape.join()) {
        throw new AppError(
          "run/cannot-resume",
          `The saved run does not fit this model: ${spec.name} is ${entry ? `[${entry.shape.join(", ")}]` : "missing"}, not [${spec.shape.join(", ")}].`,
        );
      }
      const tensor = toDevice(spec, await readTensor(blob, entry));
      if (tensor.shape.join() !== deviceShape(spec).join()) {
        throw new Error("readCheckpoint: shape");
      }
      return tensor;
    };
    const weight = await read("w");
    variable.assign(weight);
    weight.dispose();
    moments.push({ m: await takeData(await read("m")), v: await takeData(await read("v")) });
  }
  optimizer.setMoments(moments);
}

/** In the device's layout. Frees the tensor. */
async function takeData(tensor: Tensor): Promise<Float32Array> {
  try {
    return (await tensor.data()) as Float32Array;
  } finally {
    tensor.dispose();
  }
}
