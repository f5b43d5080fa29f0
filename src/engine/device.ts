/** Chooses and starts a backend: our own WebGPU device, or WASM where there is no real GPU. */
import { AppError } from "@/core/errors";
import type { BackendName } from "@/core/runConfig";
import { useMatMulWithoutBarriers } from "./ops/matMul/kernel";
import { useOwnMatMul } from "./ops/matMul/wasm";
import { selfTest } from "./selfTest";
import { useWasm, useWebGPU } from "./tfjs";
import { startWasmKernels } from "./wasm/kernels";
import { describeCandidates, usesTiles, useTiles, useTuning } from "./webgpu/gemm/tune";
import { useRowLanes } from "./webgpu/sums";

export type Backend = {
  name: BackendName;
  reason: string;
  adapter: string;
  maxBufferBytes: number;
  /** What the engine may use in all: a rough limit, said before a model is loaded. */
  budgetBytes: number;
  /** Names device and programs, where programs are chosen by trying them: choices of another do not hold. */
  tuningKey: string | null;
  /** Settles when the device is lost; never on WASM. */
  lost: Promise<AppError>;
};

/** 32-bit addresses: a WASM heap cannot grow beyond this. */
const WASM_HEAP_BYTES = 4 * 2 ** 30;
const SOFTWARE_ADAPTERS = /swiftshader|llvmpipe|lavapipe|basic render/i;
/** As text: the WebGPU types that TensorFlow.js brings along do not know them all. */
const WANTED_FEATURES: string[] = ["shader-f16", "subgroups", "timestamp-query"];

/** A software adapter computes on the CPU, about ten times slower than WASM does (peers.md §7.4). */
function isSoftware(adapter: GPUAdapter): boolean {
  const { vendor, architecture, device, description } = adapter.info;
  const isFallback = (adapter.info as { isFallbackAdapter?: boolean }).isFallbackAdapter === true;
  return isFallback || SOFTWARE_ADAPTERS.test(`${vendor} ${architecture} ${device} ${description}`);
}

function adapterName({ info }: GPUAdapter): string {
  return info.description || [info.vendor, info.architecture].filter(Boolean).join(" ") || "GPU";
}

function tuningKey({ info }: GPUAdapter): string {
  const { vendor, architecture, device, description } = info;
  return [vendor, architecture, device, description, describeCandidates()].join("|");
}

async function requestAdapter(): Promise<GPUAdapter | null> {
  // `navigator.gpu` is absent on insecure pages and in browsers without WebGPU.
  const gpu = (navigator as { gpu?: GPU }).gpu;
  if (!gpu) return null;
  try {
    return await gpu.requestAdapter({ powerPreference: "high-performance" });
  } catch {
    return null;
  }
}

async function requestDevice(adapter: GPUAdapter): Promise<GPUDevice> {
  const requiredFeatures = WANTED_FEATURES.filter((feature) =>
    adapter.features.has(feature),
  ) as GPUFeatureName[];
  const requiredLimits: Record<string, number> = {};
  // The limits object has its values as getters on the prototype.
  for (const name in adapter.limits) {
    const value = adapter.limits[name as keyof GPUSupportedLimits];
    if (typeof value === "number") requiredLimits[name] = value;
  }
  return adapter.requestDevice({ requiredFeatures, requiredLimits });
}

async function startWebGPU(
  adapter: GPUAdapter,
  reason: string,
  isTested: boolean,
): Promise<Backend> {
  const device = await requestDevice(adapter);
  let fail: (error: AppError) => void = () => {};
  const lost = new Promise<AppError>((resolve) => (fail = resolve));
  void device.lost.then(({ message }) =>
    fail(
      new AppError("gpu/device-lost", `The graphics device was lost: ${message || "no reason"}`),
    ),
  );
  device.addEventListener("uncapturederror", ({ error }) => {
    const code = error instanceof GPUOutOfMemoryError ? "gpu/out-of-memory" : "gpu/failed";
    fail(new AppError(code, `The graphics device reported: ${error.message}`));
  });
  await useWebGPU(device, adapter.info);
  if (isSoftware(adapter)) {
    useMatMulWithoutBarriers();
    useTiles(false);
    useRowLanes(1);
  }
  const note = isTested ? await selfTest() : null;
  useTuning(usesTiles());
  const maxBufferBytes = Math.min(
    device.limits.maxBufferSize,
    device.limits.maxStorageBufferBindingSize,
  );
  return {
    name: "webgpu",
    reason: note ? `${reason} ${note}` : reason,
    adapter: adapterName(adapter),
    maxBufferBytes,
    // WebGPU tells no total; four times the largest buffer is what common adapters bear.
    budgetBytes: 4 * device.limits.maxBufferSize,
    tuningKey: usesTiles() ? tuningKey(adapter) : null,
    lost,
  };
}

async function startWasm(reason: string): Promise<Backend> {
  let threads: number;
  try {
    threads = await startWasmKernels(await useWasm());
    useOwnMatMul();
  } catch (error) {
    throw new AppError(
      "backend/unavailable",
      "This browser has neither WebGPU nor WebAssembly that works here.",
      {},
      { cause: error },
    );
  }
  return {
    name: "wasm",
    reason,
    adapter: threads === 1 ? "1 CPU thread" : `${threads} CPU threads`,
    maxBufferBytes: WASM_HEAP_BYTES / 2,
    budgetBytes: WASM_HEAP_BYTES,
    tuningKey: null,
    lost: new Promise(() => {}),
  };
}

/** A thread has one backend: TensorFlow.js keeps it, and a second would destroy the first one's device. */
let current: Backend | null = null;

/**
 * Starts the forced backend, or the better of the two, once; a graphics device is tested first. Throws
 * `backend/unavailable`, or `gpu/failed` when WebGPU is forced and computes wrongly.
 */
export async function startBackend(
  wanted: BackendName | "auto",
  isTested = true,
): Promise<Backend> {
  if (current && (wanted === "auto" || wanted === current.name)) return current;
  current = await choose(wanted, isTested);
  return current;
}

async function choose(wanted: BackendName | "auto", isTested: boolean): Promise<Backend> {
  if (wanted === "wasm") return startWasm("WebAssembly, because the address asks for it.");
  const adapter = await requestAdapter();
  if (wanted === "webgpu") {
    if (!adapter) {
      throw new AppError(
        "backend/unavailable",
        "The address asks for WebGPU, but this browser offers no graphics adapter.",
      );
    }
    return startWebGPU(adapter, "WebGPU, because the address asks for it.", isTested);
  }
  if (!adapter) return startWasm("WebAssembly, because this browser offers no graphics adapter.");
  if (isSoftware(adapter)) {
    return startWasm("WebAssembly, because the only graphics adapter is a slow software one.");
  }
  try {
    return await startWebGPU(adapter, `WebGPU on ${adapterName(adapter)}.`, isTested);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return startWasm(`WebAssembly, because the graphics device did not start (${message}).`);
  }
}
