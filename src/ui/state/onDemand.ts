/**
 * Work that is done only while somebody looks at its result. What changes while nobody does is worked
 * off when they come.
 */
export class OnDemand {
  readonly #work: () => void;
  #isStale = false;
  #watchers = 0;

  constructor(work: () => void) {
    this.#work = work;
  }

  /** What the work is about has changed. */
  refresh(): void {
    this.#isStale = true;
    this.#catchUp();
  }

  /** Somebody looks; call the result when they leave. */
  watch(): () => void {
    this.#watchers++;
    this.#catchUp();
    return () => this.#watchers--;
  }

  #catchUp(): void {
    if (!this.#isStale || this.#watchers === 0) return;
    this.#isStale = false;
    this.#work();
  }
}
