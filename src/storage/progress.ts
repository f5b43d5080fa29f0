/** How far a download is, how fast, and for how long still. */

export type DownloadProgress = {
  doneBytes: number;
  /** 0 while unknown. */
  totalBytes: number;
  /** 0 while unknown. */
  bytesPerSecond: number;
  /** null while unknown. */
  secondsLeft: number | null;
};

export type OnDownloadProgress = (progress: DownloadProgress) => void;

/** Reports at most this often. */
const REPORT_EVERY_MS = 100;
/** The rate is that of the last few seconds: a long average would lag behind a changing network. */
const WINDOW_MS = 3000;

export class ProgressMeter {
  readonly #onProgress: OnDownloadProgress;
  readonly #now: () => number;
  #samples: { atMs: number; doneBytes: number }[] = [];
  #reportedMs = -Infinity;
  #doneBytes = 0;
  totalBytes = 0;

  constructor(onProgress: OnDownloadProgress, now: () => number = () => performance.now()) {
    this.#onProgress = onProgress;
    this.#now = now;
    this.#samples.push({ atMs: now(), doneBytes: 0 });
  }

  add(bytes: number): void {
    this.#doneBytes += bytes;
    if (this.#now() - this.#reportedMs >= REPORT_EVERY_MS) this.#report();
  }

  /** The last report, whatever the time. */
  finish(): void {
    this.totalBytes = this.#doneBytes;
    this.#report();
  }

  get doneBytes(): number {
    return this.#doneBytes;
  }

  #report(): void {
    const nowMs = this.#now();
    this.#reportedMs = nowMs;
    this.#samples.push({ atMs: nowMs, doneBytes: this.#doneBytes });
    while (this.#samples.length > 2 && nowMs - (this.#samples[1]?.atMs ?? nowMs) > WINDOW_MS) {
      this.#samples.shift();
    }
    const [oldest] = this.#samples;
    const seconds = oldest ? (nowMs - oldest.atMs) / 1000 : 0;
    const bytesPerSecond =
      oldest && seconds > 0 ? (this.#doneBytes - oldest.doneBytes) / seconds : 0;
    const totalBytes = Math.max(this.totalBytes, this.totalBytes > 0 ? this.#doneBytes : 0);
    const leftBytes = totalBytes - this.#doneBytes;
    this.#onProgress({
      doneBytes: this.#doneBytes,
      totalBytes,
      bytesPerSecond,
      secondsLeft: totalBytes > 0 && bytesPerSecond > 0 ? leftBytes / bytesPerSecond : null,
    });
  }
}
