/**
 * A captured step: the programs that a function of tensors dispatches, recorded once and then dispatched again without
 * the function. Making a program ready through TensorFlow.js costs the CPU 20 to 50 µs, dispatching a recorded one about 1.
 *
 * It holds for functions whose programs depend on the shapes of their inputs alone. Everything that comes from the CPU
 * must come through `hostTensor`; what the function makes for itself gets buffers that no other work may use.
 */
import { noteHeldBytes, tf, webgpuInternals, type Tensor, type TensorInfo } from "../tfjs";
import { withHostTensors, type HostArray } from "./hostTensor";
import { recordWrites } from "./run";

/** Arrays by the place they have in a step. */
export type HostInputs = Record<string, HostArray>;

type Command = {
  pipeline: GPUComputePipeline;
  bindGroup: GPUBindGroup;
  workgroups: [number, number, number];
};

type Input = { place: string; derive: (source: HostArray) => HostArray; buffer: GPUBuffer };

export type Capture = {
  commands: Command[];
  inputs: Input[];
  /** Tensors from outside that the step writes. */
  written: TensorInfo[];
  outputs: { buffer: GPUBuffer; bytes: number }[];
};

/**
 * Buffers of captured steps. Those of one are free for the next when it has been recorded: on the GPU one step ends
 * before another begins. Owns the buffers.
 */
export class CapturePool {
  #free: GPUBuffer[] = [];
  readonly #used = new Set<GPUBuffer>();
  /** Filled from the CPU, so that no dispatch may write into them: each belongs to one place in one capture. */
  readonly #filled: GPUBuffer[] = [];
  #bytes = 0;
  readonly #device: GPUDevice;

  constructor() {
    this.#device = webgpuInternals().device;
  }

  get numBytesAllocated(): number {
    return this.#bytes;
  }

  acquireBuffer(size: number, usage: GPUBufferUsageFlags, isMapped = false): GPUBuffer {
    if (isMapped)
      throw new Error(`capture: ${size} bytes come from the CPU, but not as a hostTensor`);
    if ((usage & GPUBufferUsage.UNIFORM) !== 0) return this.acquireFilled(size, usage);
    const buffer = this.#takeFree(size, usage) ?? this.#create(size, usage);
    this.#used.add(buffer);
    return buffer;
  }

  acquireFilled(size: number, usage: GPUBufferUsageFlags): GPUBuffer {
    const buffer = this.#create(size, usage);
    this.#filled.push(buffer);
    return buffer;
  }

  releaseBuffer(buffer: GPUBuffer): void {
    if (this.#used.delete(buffer)) this.#free.push(buffer);
  }

  releaseAll(): void {
    this.#free.push(...this.#used);
    this.#used.clear();
  }

  dispose(): void {
    this.releaseAll();
    for (const buffer of [...this.#free, ...this.#filled]) buffer.destroy();
    this.#free = [];
    noteHeldBytes(-this.#bytes);
    this.#bytes = 0;
  }

  /** The smallest that is large enough, unless it would waste as much as it holds. */
  #takeFree(size: number, usage: GPUBufferUsageFlags): GPUBuffer | undefined {
    let best = -1;
    this.#free.forEach((buffer, i) => {
      if (buffer.usage !== usage || buffer.size < size || buffer.size > 2 * size) return;
      if (best < 0 || buffer.size < this.#free[best]!.size) best = i;
    });
    return best < 0 ? undefined : this.#free.splice(best, 1)[0];
  }

  #create(size: number, usage: GPUBufferUsageFlags): GPUBuffer {
    this.#bytes += size;
    noteHeldBytes(size);
    return this.#device.createBuffer({ size, usage });
  }
}

/** Runs `work` and records it. Gives the values of its results, as a replay does, when the GPU has them. */
export function capture(
  pool: CapturePool,
  inputs: HostInputs,
  work: () => Tensor[],
): { captured: Capture; values: Promise<Float32Array>[] } {
  const backend = webgpuInternals();
  backend.ensureCommandEncoderReady();
  backend.endComputePassEncoder();
  backend.submitQueue();
  const { bufferManager } = backend;
  const recorder = new Recorder(inputs, pool);
  const stopRecording = recorder.start();
  backend.bufferManager = pool as unknown as typeof bufferManager;
  try {
    const outputs = withHostTensors(recorder.makeTensor, () => recordWrites(recorder.note, work));
    const found = outputs.map(({ dataId, size }) => ({
      buffer: backend.tensorMap.get(dataId).resource!,
      bytes: 4 * size,
    }));
    backend.ensureCommandEncoderReady();
    backend.endComputePassEncoder();
    backend.submitQueue();
    tf.dispose(outputs);
    const encoder = backend.device.createCommandEncoder();
    const values = copyOutputs(encoder, found);
    backend.queue.submit([encoder.finish()]);
    return {
      captured: { ...recorder.result(), outputs: found },
      values: values.map(readAndDestroy),
    };
  } finally {
    tf.dispose(recorder.tensors);
    // Where the work failed they are still waiting for a submission.
    backend.uniformPendingDisposal = [];
    backend.bufferManager = bufferManager;
    stopRecording();
    pool.releaseAll();
  }
}

class Recorder {
  readonly tensors: Tensor[] = [];
  readonly #places: Map<HostArray, string>;
  readonly #made = new Map<string, Tensor>();
  readonly #inputs: Input[] = [];
  readonly #commands: Command[] = [];
  readonly #written = new Map<object, TensorInfo>();

  readonly #pool: CapturePool;

  constructor(inputs: HostInputs, pool: CapturePool) {
    this.#pool = pool;
    this.#places = new Map(Object.entries(inputs).map(([place, array]) => [array, place]));
  }

  readonly note = (info: TensorInfo): void => {
    this.#written.set(info.dataId, info);
  };

  readonly makeTensor = (
    source: HostArray,
    name: string,
    derive: (source: HostArray) => HostArray,
  ): Tensor => {
    const place = this.#places.get(source);
    if (place === undefined) throw new Error(`capture: ${name} is made of no input of the step`);
    const key = `${place} ${name}`;
    const made = this.#made.get(key);
    if (made) return made;
    const backend = webgpuInternals();
    const values = derive(source);
    const dtype = values instanceof Int32Array ? "int32" : "float32";
    const info = backend.makeTensorInfo([values.length], dtype);
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const buffer = this.#pool.acquireFilled(values.byteLength, usage);
    backend.tensorMap.get(info.dataId).resource = buffer;
    backend.queue.writeBuffer(buffer, 0, values.buffer, values.byteOffset, values.byteLength);
    this.#inputs.push({ place, derive, buffer });
    const tensor = tf.keep(tf.engine().makeTensorFromTensorInfo(info));
    this.#made.set(key, tensor);
    this.tensors.push(tensor);
    return tensor;
  };

  /** From now on passes record what is dispatched in them, and freed memory is used again at once. */
  start(): () => void {
    const backend = webgpuInternals();
    const { device } = backend;
    const createCommandEncoder = device.createCommandEncoder.bind(device);
    // Within one queue what comes later sees what came before: nothing has to wait for a submission.
    const nothing = { add: () => undefined, has: () => false };
    Object.defineProperty(backend, "commandQueueOwnedIds", {
      get: () => nothing,
      set: () => undefined,
      configurable: true,
    });
    const commands = this.#commands;
    device.createCommandEncoder = ((descriptor?: GPUCommandEncoderDescriptor) => {
      const encoder = createCommandEncoder(descriptor);
      return {
        beginComputePass: () => recordingPass(encoder.beginComputePass(), commands),
        copyBufferToBuffer: encoder.copyBufferToBuffer.bind(encoder),
        finish: () => encoder.finish(),
      };
    }) as unknown as typeof device.createCommandEncoder;
    return () => {
      delete (device as { createCommandEncoder?: unknown }).createCommandEncoder;
      delete (backend as { commandQueueOwnedIds?: unknown }).commandQueueOwnedIds;
      backend.commandQueueOwnedIds = new WeakSet();
    };
  }

  /** Of what the step wrote, that which is still there when it has been freed is from outside. */
  result(): Omit<Capture, "outputs"> {
    const { tensorMap } = webgpuInternals();
    const written = [...this.#written.values()].filter(({ dataId }) => tensorMap.has(dataId));
    return { commands: this.#commands, inputs: this.#inputs, written };
  }
}

function recordingPass(pass: GPUComputePassEncoder, commands: Command[]) {
  let pipeline: GPUComputePipeline;
  let bindGroup: GPUBindGroup;
  return {
    setPipeline(given: GPUComputePipeline) {
      pipeline = given;
      pass.setPipeline(given);
    },
    setBindGroup(_: number, given: GPUBindGroup) {
      bindGroup = given;
      pass.setBindGroup(0, given);
    },
    dispatchWorkgroups(x: number, y = 1, z = 1) {
      commands.push({ pipeline, bindGroup, workgroups: [x, y, z] });
      pass.dispatchWorkgroups(x, y, z);
    },
    end: () => pass.end(),
  };
}

/**
 * Runs a captured step on new inputs, in so many submissions, and gives the values of its results when the GPU has them.
 */
export function replay(
  { commands, inputs, written, outputs }: Capture,
  given: HostInputs,
  submits: number,
): Promise<Float32Array>[] {
  const backend = webgpuInternals();
  const { device, queue } = backend;
  if (backend.commandEncoder) {
    backend.endComputePassEncoder();
    backend.submitQueue();
  }
  for (const { place, derive, buffer } of inputs) {
    const values = derive(given[place]!);
    if (values.byteLength > buffer.size) throw new Error(`replay: ${place} has grown`);
    queue.writeBuffer(buffer, 0, values.buffer, values.byteOffset, values.byteLength);
  }
  for (const { dataId } of written) backend.tensorMap.get(dataId).values = null;
  let values: GPUBuffer[] = [];
  const size = Math.ceil(commands.length / submits);
  for (let first = 0; first < commands.length; first += size) {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (const { pipeline, bindGroup, workgroups } of commands.slice(first, first + size)) {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, bindGroup);
      pass.dispatchWorkgroups(...workgroups);
    }
    pass.end();
    if (first + size >= commands.length) values = copyOutputs(encoder, outputs);
    queue.submit([encoder.finish()]);
  }
  return values.map(readAndDestroy);
}

function copyOutputs(encoder: GPUCommandEncoder, outputs: Capture["outputs"]): GPUBuffer[] {
  return outputs.map(({ buffer, bytes }) => {
    const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ;
    const staging = webgpuInternals().device.createBuffer({ size: bytes, usage });
    encoder.copyBufferToBuffer(buffer, 0, staging, 0, bytes);
    return staging;
  });
}

async function readAndDestroy(buffer: GPUBuffer): Promise<Float32Array> {
  try {
    await buffer.mapAsync(GPUMapMode.READ);
    return new Float32Array(buffer.getMappedRange().slice(0));
  } finally {
    buffer.destroy();
  }
}
