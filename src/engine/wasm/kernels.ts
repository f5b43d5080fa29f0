/** Our own kernels for the WASM backend (AssemblyScript in `assembly/`), on the heap of TensorFlow.js. */
import binary from "virtual:wasm-kernels";
import { freeWasm, wasmAddress, wasmMemory, wasmOutput } from "../tfjs";
import { Board } from "./board";
import type { HelperStart } from "./helper.worker";
import { instantiateKernels } from "./instantiate";
import { withSharedMemory } from "./sharedMemory";

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
    cRow: number,
    cMatrix: number,
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
    outRow: number,
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
    outRow: number,
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
    scale: number,
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
type Threads = { board: Board; count: number };
let threads: Threads | null = null;

/** More threads than this were not tried. */
const MAX_THREADS = 8;

/**
 * Call once, when the WASM backend is ready; with shared memory helpers are started. Throws where WebAssembly
 * lacks SIMD. → how many threads work.
 */
export async function startWasmKernels(isShared: boolean): Promise<number> {
  const bytes = Uint8Array.from(atob(binary), (character) => character.charCodeAt(0));
  const memory = wasmMemory();
  const module = await WebAssembly.compile(isShared ? withSharedMemory(bytes) : bytes);
  const exports = instantiateKernels(module, memory);
  kernels = exports as WasmKernels;
  if (!isShared) return 1;
  const wanted = Math.min(navigator.hardwareConcurrency, MAX_THREADS);
  const board = Board.createBuffer();
  const starts = Array.from({ length: wanted - 1 }, (_, i) =>
    startHelper({ module, memory, board, thread: i + 1 }),
  );
  const helpers = (await Promise.all(starts)).filter((isThere) => isThere).length;
  // Each has its own place in the scratch, also where one before it did not start.
  if (helpers > 0) threads = { board: new Board(board, exports), count: wanted };
  return helpers + 1;
}

/** → whether it works: where it does not, there is one less. */
function startHelper(start: HelperStart): Promise<boolean> {
  const helper = new Worker(new URL("./helper.worker.ts", import.meta.url), { type: "module" });
  return new Promise((resolve) => {
    helper.addEventListener("message", () => resolve(true), { once: true });
    helper.addEventListener("error", () => resolve(false), { once: true });
    helper.postMessage(start);
  });
}

export function wasmKernels(): WasmKernels {
  if (!kernels) throw new Error("wasmKernels: the WASM backend was not started");
  return kernels;
}

/** Runs `work` as a page without threads does: a test and a benchmark compare the two. */
export async function withOneThread<T>(work: () => Promise<T>): Promise<T> {
  const held = threads;
  threads = null;
  try {
    return await work();
  } finally {
    threads = held;
  }
}

/** How many threads work, and how much of it the helpers have done. */
export function threadReport(): { count: number; helpedPieces: number } {
  return { count: threads?.count ?? 1, helpedPieces: threads?.board.helpedPieces ?? 0 };
}

/** Into how many pieces work is best cut, so that none has less than `least` of it: 1 without threads. */
export function countPieces(work: number, least: number): number {
  if (!threads) return 1;
  // Four for each thread, so that one that is held up has little left to do.
  return Math.max(1, Math.min(4 * threads.count, Math.floor(work / least)));
}

/** [from, to) ranges of whole units that cover `size`, `pieces` of them or fewer. */
export function cutRange(size: number, pieces: number, unit = 1): [from: number, to: number][] {
  const units = Math.max(1, Math.floor(size / unit));
  const count = Math.min(pieces, units);
  const edge = (i: number) => (i === count ? size : Math.floor((i * units) / count) * unit);
  return Array.from({ length: count }, (_, i) => [edge(i), edge(i + 1)]);
}

/**
 * Runs a kernel once for each row of arguments, in all threads; the pieces must not write to the same places. With
 * `scratchBytes` the last argument, whatever was given, becomes memory that is lent for the call.
 */
export function runPieces<K extends keyof WasmKernels>(
  kernel: K,
  pieces: Parameters<WasmKernels[K]>[],
  scratchBytes = 0,
): number[] {
  const run = (scratch: number) => {
    if (threads && pieces.length > 1) {
      return threads.board.run(kernel, pieces, scratch, scratchBytes);
    }
    const compute: (...args: number[]) => unknown = wasmKernels()[kernel];
    return pieces.map((piece) =>
      Number(compute(...(scratchBytes > 0 ? [...piece.slice(0, -1), scratch] : piece))),
    );
  };
  if (scratchBytes === 0) return run(0);
  const users = threads && pieces.length > 1 ? threads.count : 1;
  const bytes = Math.ceil(scratchBytes / 16) * 16;
  return withScratch(users * bytes, run);
}

/** Lends memory for the length of a call. */
export function withScratch<T>(bytes: number, use: (address: number) => T): T {
  const scratch = wasmOutput([Math.ceil(bytes / 4)], "float32");
  try {
    return use(wasmAddress(scratch));
  } finally {
    freeWasm(scratch);
  }
}
