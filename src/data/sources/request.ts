/** A request for data on another server, with every refusal said in words. */
import { AppError } from "@/core/errors";
import { MAX_FILE_BYTES, tooLarge } from "../parse/decodeText";

export type Asking = {
  signal?: AbortSignal;
  /** Bytes so far, and those announced; 0 where the server did not say. */
  onBytes?: (done: number, total: number) => void;
  fetch?: typeof fetch;
};

/** The answer, whatever its status. Throws `data/unreachable`, or `hub/cancelled`. */
export async function request(url: string, { signal, fetch: doFetch = fetch }: Asking) {
  try {
    // Nobody's cookies go along: what is behind a sign-in is not asked for.
    return await doFetch(url, { signal: signal ?? null, credentials: "omit" });
  } catch (cause) {
    if (signal?.aborted) throw cancelled(cause);
    throw new AppError("data/unreachable", explainUnreachable(new URL(url)), { url }, { cause });
  }
}

const cancelled = (cause?: unknown): AppError =>
  new AppError("hub/cancelled", "Fetching the data was cancelled.", {}, { cause });

/** A page is not told why a server cannot be reached; what can be known is said. */
function explainUnreachable({ protocol, host }: URL): string {
  if (globalThis.navigator?.onLine === false) {
    return `${host} could not be reached: this computer is offline.`;
  }
  if (protocol === "http:" && globalThis.location?.protocol === "https:") {
    return `${host} could not be reached: a page on https may not fetch from an http address.`;
  }
  return (
    `${host} could not be reached. Either there is no way to it, or it does not let pages of other ` +
    "sites read its files (a CORS header is missing)."
  );
}

/** The error for a status that is no success. `what` is what was asked for. */
export function refused(what: string, { status, url }: Response): AppError {
  const host = URL.canParse(url) ? new URL(url).host : "The server";
  const details = { status };
  if (status === 404 || status === 410) {
    return new AppError("data/not-found", `${host} has no ${what} (HTTP ${status}).`, details);
  }
  if (status === 401 || status === 403) {
    const message = `${host} gives ${what} only to people who signed in (HTTP ${status}).`;
    return new AppError("data/gated", message, details);
  }
  const why =
    status === 429
      ? "had too many requests from here; wait a few minutes"
      : "answered with a fault";
  return new AppError("data/unreachable", `${what}: ${host} ${why} (HTTP ${status}).`, details);
}

/** All bytes of an answer; one that is too large is broken off. Throws `data/too-large`, `data/unreachable`. */
export async function readBytes(
  response: Response,
  what: string,
  { signal, onBytes }: Asking,
): Promise<Uint8Array<ArrayBuffer>> {
  const isPacked = (response.headers.get("content-encoding") ?? "identity") !== "identity";
  const announced = isPacked ? 0 : Number(response.headers.get("content-length") ?? 0);
  const pieces: Uint8Array[] = [];
  let done = 0;
  const reader = response.body?.getReader();
  try {
    if (announced > MAX_FILE_BYTES) throw tooLarge(announced);
    for (;;) {
      const piece = await reader?.read();
      if (!piece || piece.done) break;
      done += piece.value.length;
      if (done > MAX_FILE_BYTES) throw tooLarge(done);
      pieces.push(piece.value);
      onBytes?.(done, announced);
    }
  } catch (cause) {
    if (signal?.aborted) throw cancelled(cause);
    if (cause instanceof AppError) throw cause;
    const of = announced > 0 ? ` of ${announced}` : "";
    const message = `${what} broke off after ${done}${of} bytes.`;
    throw new AppError("data/unreachable", message, {}, { cause });
  } finally {
    await reader?.cancel().catch(() => undefined);
  }
  const whole = new Uint8Array(done);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
