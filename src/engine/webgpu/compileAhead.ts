/**
 * Compiles programs before they are needed, without running them: while a person still reads, and beside whatever else the
 * device does. Tensors made on the way have shapes and no memory.
 */
import { tf, toTensor, webgpuInternals, type Tensor } from "../tfjs";
import { withHostTensors, type HostTensorMaker } from "./hostTensor";
import { collectPrograms } from "./run";

/**
 * Does `work`, which frees all that it makes and reads no values, and has each program that it would run compiled;
 * resolves when they are ready. What does not compile is left to whoever runs it.
 */
export async function compileAhead(work: () => void): Promise<void> {
  const backend = webgpuInternals();
  const { pipelineCache } = backend;
  const waiting: Promise<unknown>[] = [];
  const hostTensors: Tensor[] = [];
  const makeTensor: HostTensorMaker = (source, _, derive) => {
    const values = derive(source);
    const dtype = values instanceof Int32Array ? "int32" : "float32";
    const tensor = tf.keep(toTensor(backend.makeTensorInfo([values.length], dtype)));
    hostTensors.push(tensor);
    return tensor;
  };
  // Over the method of the class, for this object alone.
  backend.uploadToGPU = () => undefined;
  tf.env().set("WEBGPU_ENGINE_COMPILE_ONLY", true);
  try {
    waiting.push(...withHostTensors(makeTensor, () => collectPrograms(work)));
  } finally {
    tf.env().set("WEBGPU_ENGINE_COMPILE_ONLY", false);
    delete (backend as { uploadToGPU?: unknown }).uploadToGPU;
    tf.dispose(hostTensors);
    // TensorFlow.js would take a promise for a pipeline.
    for (const [key, entry] of Object.entries(pipelineCache)) {
      if (!(entry instanceof Promise)) continue;
      delete pipelineCache[key];
      waiting.push(entry.then((pipeline) => (pipelineCache[key] ??= pipeline)));
    }
  }
  await Promise.allSettled(waiting);
}
