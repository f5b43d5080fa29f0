/**
 * The board that all threads of the WASM backend work from: a kernel, and a row of arguments for each piece of its
 * work. Whoever is free takes the next piece; who posts the work takes pieces too, so a helper that is late or
 * missing costs time and nothing else.
 */

/** What the compiled kernels export, and in the same order in every thread. */
export type Exports = Record<string, (...args: number[]) => unknown>;

export const MAX_PIECES = 64;
const MAX_ARGUMENTS = 24;

/** Places in the head of the board, which is counted in 32-bit integers. */
const LEFT = 0;
const DONE = 1;
const POSTED = 2;
const KERNEL = 3;
const ARGUMENTS = 4;
const FAILED = 5;
const HELPED = 6;
/** Where each thread's scratch lies and how much it is, in 64-bit floats behind the head. */
const HEAD_BYTES = 32;
const SCRATCH = 0;
const SCRATCH_BYTES = 1;
const FIRST_RESULT = 2;
const FIRST_ARGUMENT = FIRST_RESULT + MAX_PIECES;

/** Looks at the board about so often before sleeping: some 20 µs, less than waking takes. */
const LOOKS = 2000;

export class Board {
  readonly #head: Int32Array;
  readonly #values: Float64Array;
  readonly #kernels: Exports;
  readonly #names: string[];

  constructor(buffer: SharedArrayBuffer, kernels: Exports) {
    this.#head = new Int32Array(buffer, 0, HEAD_BYTES / 4);
    this.#values = new Float64Array(buffer, HEAD_BYTES);
    this.#kernels = kernels;
    this.#names = Object.keys(kernels);
  }

  static createBuffer(): SharedArrayBuffer {
    return new SharedArrayBuffer(HEAD_BYTES + 8 * (FIRST_ARGUMENT + MAX_PIECES * MAX_ARGUMENTS));
  }

  /**
   * Runs a kernel for each row of arguments, with the helpers' help, and returns what each piece returned. With
   * `scratchBytes` above 0 each thread puts its own part of `scratch` in for the last argument.
   */
  run(name: string, pieces: number[][], scratch: number, scratchBytes: number): number[] {
    const width = pieces[0]?.length ?? 0;
    if (pieces.length > MAX_PIECES || width > MAX_ARGUMENTS) {
      throw new Error(`wasm board: ${pieces.length} pieces of ${width} arguments are too many`);
    }
    this.#head[KERNEL] = this.#names.indexOf(name);
    this.#head[ARGUMENTS] = width;
    this.#values[SCRATCH] = scratch;
    this.#values[SCRATCH_BYTES] = scratchBytes;
    pieces.forEach((row, i) => this.#values.set(row, FIRST_ARGUMENT + i * width));
    Atomics.store(this.#head, DONE, 0);
    Atomics.store(this.#head, LEFT, pieces.length);
    Atomics.add(this.#head, POSTED, 1);
    Atomics.notify(this.#head, POSTED);
    this.#takePieces(0);
    this.#await(DONE, (done) => done === pieces.length);
    if (this.#head[FAILED] !== 0) throw new Error(`wasm board: ${name} failed in a helper`);
    return Array.from(this.#values.subarray(FIRST_RESULT, FIRST_RESULT + pieces.length));
  }

  /** How many pieces helpers have done so far. */
  get helpedPieces(): number {
    return Atomics.load(this.#head, HELPED);
  }

  /** Works for ever, as helper number `thread` (1, 2, …). */
  help(thread: number): never {
    while (true) {
      const posted = Atomics.load(this.#head, POSTED);
      this.#takePieces(thread);
      this.#await(POSTED, (now) => now !== posted);
    }
  }

  #takePieces(thread: number): void {
    while (true) {
      const left = Atomics.load(this.#head, LEFT);
      if (left === 0) return;
      // All of a job was written before LEFT was, so whoever gets a piece sees the job that it is of.
      if (Atomics.compareExchange(this.#head, LEFT, left, left - 1) !== left) continue;
      try {
        this.#values[FIRST_RESULT + left - 1] = this.#compute(left - 1, thread);
      } catch (error) {
        this.#head[FAILED] = 1;
        if (thread === 0) throw error;
      }
      Atomics.add(this.#head, DONE, 1);
      if (thread === 0) continue;
      Atomics.add(this.#head, HELPED, 1);
      Atomics.notify(this.#head, DONE);
    }
  }

  #compute(piece: number, thread: number): number {
    const width = this.#head[ARGUMENTS]!;
    const first = FIRST_ARGUMENT + piece * width;
    const row = Array.from(this.#values.subarray(first, first + width));
    const scratchBytes = this.#values[SCRATCH_BYTES]!;
    if (scratchBytes > 0) row[width - 1] = this.#values[SCRATCH]! + thread * scratchBytes;
    return Number(this.#kernels[this.#names[this.#head[KERNEL]!]!]!(...row));
  }

  /** Looks for a while, then sleeps where a thread may: the page itself may not, it goes on looking. */
  #await(place: number, isReached: (value: number) => boolean): void {
    for (let look = 0; ; look++) {
      const value = Atomics.load(this.#head, place);
      if (isReached(value)) return;
      if (look > LOOKS && canSleep) Atomics.wait(this.#head, place, value);
    }
  }
}

const canSleep = !("document" in globalThis);
