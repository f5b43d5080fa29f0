/**
 * The only source of randomness: a seeded generator (sfc32, http://pracrand.sourceforge.net).
 * Its state can be saved and restored, so that a resumed run draws what an uninterrupted one would.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter: number;

  /** `stream` gives independent sequences under one seed. */
  constructor(seed: number, stream = 0) {
    this.#a = seed >>> 0;
    this.#b = Math.floor(seed / 2 ** 32) >>> 0;
    this.#c = stream >>> 0;
    this.#counter = 1;
    for (let i = 0; i < 16; i++) this.#nextUint32();
  }

  #nextUint32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    this.#c |= 0;
    return sum >>> 0;
  }

  /** A number in [0, 1) with 32 random bits. */
  next(): number {
    return this.#nextUint32() / 2 ** 32;
  }

  /** A whole number in [0, limit). */
  integer(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /** One of the items; throws on an empty list. */
  pick<T>(items: readonly T[]): T {
    const item = items[this.integer(items.length)];
    if (item === undefined) throw new Error("Random.pick: the list is empty");
    return item;
  }

  /** A new list with the items in random order (Fisher–Yates). */
  shuffled<T>(items: readonly T[]): T[] {
    const out = [...items];
    for (let i = out.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [out[i], out[j]] = [out[j] as T, out[i] as T];
    }
    return out;
  }
}
