/** When a refused request is worth another try, and how long to wait before it. */
import { abortError } from "@/teacher/teacher";

/** One request and up to four repetitions: 1 + 2 + 4 + 8 s of waiting. */
const MAX_TRIES = 5;
const FIRST_WAIT_MS = 1000;
/** Nobody sits and waits for longer; the page says how long the server asks for instead. */
export const MAX_WAIT_MS = 60_000;

export type Refusal = {
  status: number;
  /** The server's `Retry-After`, where it lets a page read it. */
  retryAfter: string | null;
  /** OpenAI's name for the fault, such as `insufficient_quota`. */
  code: string;
};

/** Milliseconds to wait before try number `tries + 1`; null when it would not help. */
export function planRetry(refusal: Refusal, tries: number, now = Date.now()): number | null {
  const { status, code } = refusal;
  // Too many requests and an empty purse have the same status.
  const isPassing = (status === 429 && code !== "insufficient_quota") || status >= 500;
  if (!isPassing || status === 501 || tries >= MAX_TRIES) return null;
  const asked = parseRetryAfter(refusal.retryAfter, now);
  const waitMs = asked ?? FIRST_WAIT_MS * 2 ** (tries - 1);
  return waitMs <= MAX_WAIT_MS ? waitMs : null;
}

/** Seconds or a date (RFC 9110, 10.2.3), as milliseconds from now. */
export function parseRetryAfter(value: string | null, now: number): number | null {
  if (value === null || value.trim() === "") return null;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

/** Waits; rejects with an `AbortError` as soon as the signal says so. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(abortError());
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}
