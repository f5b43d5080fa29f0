/**
 * Tokens and masks of many examples one behind the other in a few large arrays: two arrays of its own for
 * each example cost as much again as the tokens in them.
 */
import type { EncodedExample } from "./encode";

/** Blocks begin small, so that an edit's one example costs little, and double up to 5 MB. */
const FIRST_BLOCK = 1024;
const LARGEST_BLOCK = 2 ** 20;

export class TokenStore {
  #tokenIds = new Int32Array(0);
  #lossMask = new Uint8Array(0);
  #used = 0;

  /** The same example as a view of the store; nothing of the given one is kept. */
  keep({ line, tokenIds, lossMask }: EncodedExample): EncodedExample {
    const { length } = tokenIds;
    if (this.#used + length > this.#tokenIds.length) this.#begin(length);
    const start = this.#used;
    this.#used += length;
    this.#tokenIds.set(tokenIds, start);
    this.#lossMask.set(lossMask, start);
    return {
      line,
      tokenIds: this.#tokenIds.subarray(start, this.#used),
      lossMask: this.#lossMask.subarray(start, this.#used),
    };
  }

  #begin(length: number): void {
    const doubled = Math.min(Math.max(2 * this.#tokenIds.length, FIRST_BLOCK), LARGEST_BLOCK);
    const size = Math.max(doubled, length);
    this.#tokenIds = new Int32Array(size);
    this.#lossMask = new Uint8Array(size);
    this.#used = 0;
  }
}
