/**
 * The only door to TensorFlow.js: the parts we use, its two backends, and the private fields of the
 * WebGPU backend that its public API does not reach (version pinned at 4.22.0).
 */
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-core/dist/register_all_gradients";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import wasmSimdUrl from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { WebGPUProgram } from "@tensorflow/tfjs-backend-webgpu/dist/webgpu_program";
import { withSharedMemory } from "./wasm/sharedMemory";

export { tf };
export type Tensor = tf.Tensor;
export type Variable = tf.Variable;
export type TensorInfo = tf.TensorInfo;
export type { WebGPUProgram };

/** The private fields of the WebGPU backend that we touch. */
export type WebGPUInternals = {
  device: GPUDevice;
  queue: GPUQueue;
  /** A promise while a pipeline is compiled without waiting for it. */
  pipelineCache: Record<string, GPUComputePipeline | Promise<GPUComputePipeline>>;
  /** Per tensor its buffer, and a copy of its values on the host if it has been read. */
  tensorMap: {
    has(id: object): boolean;
    get(id: object): { values: unknown; resource: GPUBuffer | null };
  };
  bufferManager: {
    numBytesAllocated: number;
    numFreeBuffers: number;
    freeBuffers: Map<string, GPUBuffer[]>;
    acquireBuffer(size: number, usage: GPUBufferUsageFlags): GPUBuffer;
  };
  /** Buffers that go back to the pool when the open commands have been submitted; the same for tensors. */
  uniformPendingDisposal: GPUBuffer[];
  commandQueueOwnedIds: WeakSet<object>;
  commandEncoder: GPUCommandEncoder;
  computePassEncoder: GPUComputePassEncoder | null;
  dispatchCountInPass: number;
  uploadToGPU(id: object): void;
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
  makeTensorInfo(shape: number[], dtype: tf.DataType, values?: Int32Array): TensorInfo;
};

export function webgpuInternals(): WebGPUInternals {
  return tf.backend() as unknown as WebGPUInternals;
}

/** Makes the WebGPU backend over our own device the current one. Only this backend is downloaded. */
export async function useWebGPU(device: GPUDevice, info: GPUAdapterInfo): Promise<void> {
  const { WebGPUBackend } = await import("@tensorflow/tfjs-backend-webgpu");
  // The stock factory registers itself under this name at import; a second one would be ignored.
  if (tf.findBackendFactory("webgpu")) tf.removeBackend("webgpu");
  // Ops on small tensors would otherwise run on the CPU when their inputs happen to lie there.
  tf.env().set("WEBGPU_CPU_FORWARD", false);
  tf.registerBackend("webgpu", () => new WebGPUBackend(device, info), 3);
  await tf.setBackend("webgpu");
  await tf.ready();
}

/**
 * Makes the WASM backend the current one; its binary comes from the page's own origin. → whether its memory is
 * shared, for threads of our own (`wasm/`); those of TensorFlow.js would only serve ops that we do not use.
 */
export async function useWasm(): Promise<boolean> {
  const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
  if (!(await tf.env().getAsync("WASM_HAS_SIMD_SUPPORT"))) {
    throw new Error("tfjs: WebAssembly has no SIMD here");
  }
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  const isShared = canShareMemory();
  const url = isShared ? await sharedBinaryUrl() : wasmSimdUrl;
  // It asks for a path to each of its binaries, also those it will not fetch.
  setWasmPaths({
    "tfjs-backend-wasm.wasm": url,
    "tfjs-backend-wasm-simd.wasm": url,
    "tfjs-backend-wasm-threaded-simd.wasm": url,
  });
  if (!(await tf.setBackend("wasm"))) throw new Error("tfjs: the WASM backend did not start");
  await tf.ready();
  if (isShared) URL.revokeObjectURL(url);
  return isShared;
}

/** Only a page whose host sends two headers may (cross-origin isolation), and a device that has the addresses. */
function canShareMemory(): boolean {
  if (!globalThis.crossOriginIsolated) return false;
  try {
    return Boolean(new WebAssembly.Memory({ initial: 256, maximum: 65_536, shared: true }));
  } catch {
    return false;
  }
}

async function sharedBinaryUrl(): Promise<string> {
  const binary = new Uint8Array(await (await fetch(wasmSimdUrl)).arrayBuffer());
  return URL.createObjectURL(new Blob([withSharedMemory(binary)], { type: "application/wasm" }));
}

/**
 * An op with own gradients and one or several results, which `tf.customGrad` cannot have. `gradients` gets those of
 * all results and what was saved, and gives those of all inputs.
 */
export function runWithGradients(
  inputs: Tensor[],
  forward: (save: (tensors: Tensor[]) => void) => {
    values: Tensor[];
    gradients: (dys: Tensor[], saved: Tensor[]) => Tensor[];
  },
): Tensor[] {
  let gradients: (dys: Tensor[], saved: Tensor[]) => Tensor[];
  const engine = tf.engine() as unknown as {
    runKernelFunc(params: {
      forwardFunc: (backend: unknown, save: (tensors: Tensor[]) => void) => Tensor[];
      // A single result's gradient comes by itself.
      backwardsFunc: (dys: Tensor | Tensor[], saved: Tensor[]) => Record<string, () => Tensor>;
      inputs: Record<string, Tensor>;
    }): Tensor[];
  };
  return engine.runKernelFunc({
    inputs: Object.fromEntries(inputs.map((input, i) => [i, input])),
    forwardFunc: (_, save) => {
      const made = forward(save);
      gradients = made.gradients;
      return made.values;
    },
    backwardsFunc: (dys, saved) => {
      const results = gradients(Array.isArray(dys) ? dys : [dys], saved);
      return Object.fromEntries(results.map((result, i) => [i, () => result]));
    },
  });
}

/**
 * Gives `work` the gradients of an op's results and frees them: nothing asks for them again, and TensorFlow.js would keep
 * them until the whole pass is over. Whoever hands a gradient in from outside gives it away.
 */
export function spending<T extends Tensor | Tensor[]>(dys: Tensor[], work: () => T): T {
  const made = work();
  tf.dispose(dys);
  return made;
}

/**
 * Runs `work`, which takes gradients of its own, while a gradient is being made. TensorFlow.js has one
 * tape and drops it at the end of whatever gradient came last: the outer one is put aside and back.
 */
export function withOwnTape<T>(work: () => T): T {
  const { state } = tf.engine();
  const outer = state.activeTape;
  try {
    return work();
  } finally {
    state.activeTape = outer;
  }
}

/** Brings tensors whose values lie on the host to the GPU now instead of at their first use. */
export function upload(tensors: Tensor[]): void {
  for (const { dataId } of tensors) webgpuInternals().uploadToGPU(dataId);
}

export function isWebGPU(): boolean {
  return tf.getBackend() === "webgpu";
}

/** Runs one compute program; with `output` it writes in place into that tensor. */
export function runProgram(
  program: WebGPUProgram,
  inputs: TensorInfo[],
  dtype: tf.DataType,
  uniforms: { type: string; data: number[] }[] = [],
  output?: TensorInfo,
): TensorInfo {
  const backend = tf.backend() as WebGPUBackend;
  const result = backend.runWebGPUProgram(program, inputs, dtype, uniforms, output);
  // After an in-place write a host copy kept from an earlier read would be stale (kernels.md §1.3).
  if (output) webgpuInternals().tensorMap.get(output.dataId).values = null;
  return result;
}

/** Allocates a tensor on the WASM heap, its values not set. */
export function wasmOutput(shape: number[], dtype: tf.DataType): TensorInfo {
  return (tf.backend() as BackendWasm).makeOutput(shape, dtype);
}

/**
 * A live view of a tensor's values on the WASM heap. Allocating may move the heap: take views after
 * all outputs are made, and do not keep them.
 */
export function wasmView(info: TensorInfo): Float32Array {
  return (tf.backend() as BackendWasm).typedArrayFromHeap(info) as Float32Array;
}

/** The private fields of the WASM backend that we touch. */
type WasmInternals = {
  wasm: { HEAPU8: Uint8Array; asm: { memory: WebAssembly.Memory } };
  dataIdMap: { get(id: object): { memoryOffset: number } };
};

/** The memory of the WASM backend, which our own kernels work in. */
export function wasmMemory(): WebAssembly.Memory {
  return (tf.backend() as unknown as WasmInternals).wasm.asm.memory;
}

/** The last rows of a matrix where they lie. */
type WasmRows = TensorInfo & { firstByte: number };

/** A matrix from row `first` on, for a kernel. */
export function wasmRowsFrom({ dataId, shape, dtype }: TensorInfo, first: number): TensorInfo {
  const [rows, width] = shape as [number, number];
  const part: WasmRows = {
    dataId,
    shape: [rows - first, width],
    dtype,
    firstByte: 4 * first * width,
  };
  return part;
}

/** Address of a tensor's first value in that memory; it stays while the tensor lives. */
export function wasmAddress(info: TensorInfo): number {
  const { memoryOffset } = (tf.backend() as unknown as WasmInternals).dataIdMap.get(info.dataId);
  return memoryOffset + ((info as Partial<WasmRows>).firstByte ?? 0);
}

/** Frees a tensor that no `Tensor` was made for. */
export function freeWasm({ dataId }: TensorInfo): void {
  (tf.backend() as BackendWasm).disposeData(dataId);
}

/** Wraps what a program or kernel made; the caller owns the tensor. */
export function toTensor(info: TensorInfo): Tensor {
  return tf.engine().makeTensorFromTensorInfo(info);
}

/** Tensors alive and the bytes they (WASM) or their buffers, pool included (WebGPU), take. */
export function engineMemory(): { tensorCount: number; usedBytes: number } {
  const { numTensors, numBytes } = tf.memory();
  if (!isWebGPU()) return { tensorCount: numTensors, usedBytes: numBytes };
  const { numBytesAllocated } = webgpuInternals().bufferManager;
  return { tensorCount: numTensors, usedBytes: numBytesAllocated + heldBytes };
}

/** Bytes of GPU buffers that TensorFlow.js does not know of. */
let heldBytes = 0;

/** Says that so many bytes of GPU buffers were made, or freed when negative. */
export function noteHeldBytes(bytes: number): void {
  heldBytes += bytes;
}

/** Gives back the GPU buffers that TensorFlow.js keeps for later: sizes that were asked for may never come again. */
export function freeUnusedBuffers(): void {
  const { bufferManager } = webgpuInternals();
  for (const buffers of bufferManager.freeBuffers.values()) {
    for (const buffer of buffers) {
      buffer.destroy();
      bufferManager.numBytesAllocated -= buffer.size;
      bufferManager.numFreeBuffers--;
    }
    buffers.length = 0;
  }
}

/** All the memory the backend holds: the WASM heap, or the GPU buffers with their pool. */
export function backendBytes(): number {
  if (isWebGPU()) return engineMemory().usedBytes;
  return (tf.backend() as unknown as WasmInternals).wasm.HEAPU8.buffer.byteLength;
}
