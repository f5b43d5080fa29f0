/** Numbers by value, the greatest first; of equal values the earlier number. A binary heap. */
export class MaxHeap {
  readonly #items: Int32Array;
  readonly #values: Float32Array;
  #size = 0;

  constructor(capacity: number) {
    this.#items = new Int32Array(capacity);
    this.#values = new Float32Array(capacity);
  }

  /** −∞ where the heap is empty. */
  get topValue(): number {
    return this.#size === 0 ? -Infinity : this.#values[0]!;
  }

  push(item: number, value: number): void {
    let at = this.#size++;
    // Stored as it will be compared: in 32 bits.
    const stored = Math.fround(value);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(item, stored, parent)) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#put(item, stored, at);
  }

  pop(): number {
    if (this.#size === 0) throw new Error("MaxHeap.pop: the heap is empty");
    const top = this.#items[0]!;
    const last = --this.#size;
    const item = this.#items[last]!;
    const value = this.#values[last]!;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= last) break;
      const right = child + 1;
      if (right < last && this.#isBefore(this.#items[right]!, this.#values[right]!, child)) {
        child = right;
      }
      if (this.#isBefore(item, value, child)) break;
      this.#move(child, at);
      at = child;
    }
    if (last > 0) this.#put(item, value, at);
    return top;
  }

  #isBefore(item: number, value: number, other: number): boolean {
    const against = this.#values[other]!;
    return value > against || (value === against && item < this.#items[other]!);
  }

  #move(from: number, to: number): void {
    this.#put(this.#items[from]!, this.#values[from]!, to);
  }

  #put(item: number, value: number, at: number): void {
    this.#items[at] = item;
    this.#values[at] = value;
  }
}
