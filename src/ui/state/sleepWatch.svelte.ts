/** How often the page looks at the clock while a run trains. */
export const TICK_MS = 5000;
/** A background tab's timers may run once a minute; only a longer silence is sleep. */
const SLEEP_MS = 120_000;

/** Notices that the tab or the machine was asleep: the clock has jumped since the last look. */
export class SleepWatch {
  /** How long it slept, until the person has read it; 0 when it did not. */
  sleptMs = $state(0);
  #lastTick: number | null = null;

  /** Call every `TICK_MS` with the time of day while a run trains. */
  tick(now: number): void {
    const gap = this.#lastTick === null ? 0 : now - this.#lastTick;
    if (gap > SLEEP_MS) this.sleptMs = gap;
    this.#lastTick = now;
  }

  /** No run trains any more: silence from here on is nothing to tell. */
  rest(): void {
    this.#lastTick = null;
  }

  dismiss(): void {
    this.sleptMs = 0;
  }
}
