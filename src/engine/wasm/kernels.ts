/** Our own kernels for the WASM backend (AssemblyScript in `assembly/`), on the heap of TensorFlow.js. */
import binary from "virtual:wasm-kernels";
import { freeWasm, wasmAddress, wasmMemory, wasmOutput, type TensorInfo } from "../tfjs";

/** Addresses are bytes, strides and sizes count floats; an address of 0 means "none". Details: `assembly/`. */
export type WasmKernels = {
  multiplyScratchBytes(rows: number, inner: number, aInner: number): number;
  multiply(
    batch: number,
    rows: number,
    columns: number,
    inner: number,
    a: number,
    aRow: number,
    aInner: number,
    aMatrix: number,
    b: number,
    bInner: number,
    bColumn: number,
    bMatrix: number,
    c: number,
    scale: number,
    bias: number,
    adds: number,
    scratch: number,
  ): void;
  attentionScratchFloats(length: number, headDim: number): number;
  attentionForward(
    q: number,
    qRow: number,
    qHead: number,
    k: number,
    v: number,
    kvRow: number,
    kvHead: number,
    out: number,
    cos: number,
    sin: number,
    rotaryDim: number,
    segments: number,
    segmentCount: number,
    heads: number,
    kvHeads: number,
    headDim: number,
    scratch: number,
  ): void;
  attentionBackward(
    q: number,
    qRow: number,
    qHead: number,
    k: number,
    v: number,
    kvRow: number,
    kvHead: number,
    dOut: number,
    dq: number,
    dk: number,
    dv: number,
    cos: number,
    sin: number,
    rotaryDim: number,
    segments: number,
    segmentCount: number,
    heads: number,
    kvHeads: number,
    headDim: number,
    scratch: number,
  ): void;
  attentionCached(
    q: number,
    qRow: number,
    qHead: number,
    k: number,
    v: number,
    kvRow: number,
    kvHead: number,
    out: number,
    cos: number,
    sin: number,
    rotaryDim: number,
    cacheK: number,
    cacheV: number,
    capacity: number,
    past: number,
    count: number,
    heads: number,
    kvHeads: number,
    headDim: number,
    scratch: number,
  ): void;
  normalize(
    x: number,
    gain: number,
    bias: number,
    y: number,
    rows: number,
    width: number,
    eps: number,
  ): void;
  normalizeBackward(
    x: number,
    gain: number,
    dy: number,
    dx: number,
    dGain: number,
    dBias: number,
    rows: number,
    width: number,
    eps: number,
    isCentered: number,
  ): void;
  sumRows(x: number, out: number, rows: number, width: number): void;
  activate(kind: number, x: number, y: number, size: number): void;
  activateBackward(kind: number, x: number, dy: number, dx: number, size: number): void;
  rowStatistics(logits: number, targets: number, out: number, rows: number, width: number): void;
  logitsToGradient(
    logits: number,
    statistics: number,
    targets: number,
    rows: number,
    width: number,
  ): void;
  sumOfSquares(g: number, size: number): number;
  adamWUpdate(
    w: number,
    g: number,
    m: number,
    v: number,
    size: number,
    clip: number,
    beta1: number,
    rest1: number,
    beta2: number,
    rest2: number,
    epsilon: number,
    stepSize: number,
    secondCorrection: number,
    keep: number,
  ): void;
};

let kernels: WasmKernels | null = null;

/** Call once, when the WASM backend is ready. Throws where WebAssembly lacks SIMD. */
export async function startWasmKernels(): Promise<void> {
  const bytes = Uint8Array.from(atob(binary), (character) => character.charCodeAt(0));
  const imports = { env: { memory: wasmMemory(), log: Math.log } };
  const { instance } = await WebAssembly.instantiate(bytes, imports);
  kernels = instance.exports as unknown as WasmKernels;
}

export function wasmKernels(): WasmKernels {
  if (!kernels) throw new Error("wasmKernels: the WASM backend was not started");
  return kernels;
}

/** Lends memory for the length of a call. */
export function withScratch(bytes: number, use: (address: number) => void): void {
  const scratch: TensorInfo = wasmOutput([Math.ceil(bytes / 4)], "float32");
  use(wasmAddress(scratch));
  freeWasm(scratch);
}
