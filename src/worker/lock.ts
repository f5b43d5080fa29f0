/**
 * First come, first served: training, answers and exports use the model one at a time. Training
 * lets go after every step, so whoever asks meanwhile comes next.
 */
export class Lock {
  #tail: Promise<void> = Promise.resolve();

  /** Waits for its turn; call what it resolves to when done. */
  async acquire(): Promise<() => void> {
    let release: () => void = () => {};
    const before = this.#tail;
    this.#tail = new Promise((resolve) => (release = resolve));
    await before;
    return release;
  }

  async run<T>(task: () => Promise<T>): Promise<T> {
    const release = await this.acquire();
    try {
      return await task();
    } finally {
      release();
    }
  }
}
