/** One file over HTTP, chunk by chunk, with every failure said in words. */
import { AppError } from "@/core/errors";

export type RemoteFile = {
  /** Bytes the server announced; null when it did not, or packs them for the way. */
  announcedBytes: number | null;
  headers: Headers;
  chunks: AsyncIterable<Uint8Array<ArrayBuffer>>;
};

export type FetchOptions = { signal?: AbortSignal; fetch?: typeof fetch };

export function cancelled(cause?: unknown): AppError {
  return new AppError("hub/cancelled", "The download was cancelled.", {}, { cause });
}

/**
 * Starts a download; null when the file is not there. Throws `hub/gated`, `hub/not-found` (no such
 * repository or revision), `hub/failed` or `hub/cancelled`. `what` names it in messages.
 */
export async function openRemoteFile(
  url: string,
  what: string,
  { signal, fetch: doFetch = fetch }: FetchOptions,
): Promise<RemoteFile | null> {
  const response = await request(url, what, "GET", signal, doFetch);
  if (response === null) return null;
  const { headers, body } = response;
  if (!body) throw failed(what, "the answer is empty", url);
  // A web page in place of a file: the sign-in page of a network, or a site that answers everything.
  if (/^text\/html\b/i.test(headers.get("content-type") ?? "")) {
    await body.cancel();
    throw failed(what, "a web page came instead of the file (a sign-in page of the network?)", url);
  }
  const length = headers.get("content-length");
  const isPacked = (headers.get("content-encoding") ?? "identity") !== "identity";
  const announcedBytes = length === null || isPacked ? null : Number(length);
  return { announcedBytes, headers, chunks: readChunks(body, what, url, announcedBytes, signal) };
}

/** Whether a file is there, without its content. Other failures count as no. */
export async function hasRemoteFile(url: string, options: FetchOptions): Promise<boolean> {
  try {
    const answer = await request(url, url, "HEAD", options.signal, options.fetch ?? fetch);
    return answer !== null;
  } catch (error) {
    if (error instanceof AppError && error.code === "hub/cancelled") throw error;
    return false;
  }
}

async function request(
  url: string,
  what: string,
  method: "GET" | "HEAD",
  signal: AbortSignal | undefined,
  doFetch: typeof fetch,
): Promise<Response | null> {
  let response: Response;
  try {
    response = await doFetch(url, { method, signal: signal ?? null });
  } catch (cause) {
    if (signal?.aborted) throw cancelled(cause);
    throw failed(what, `${new URL(url).host} could not be reached`, url, cause);
  }
  if (response.ok) return response;
  await response.body?.cancel();
  return explainStatus(response, what, url);
}

/** null for a missing file; throws for everything else. */
function explainStatus(response: Response, what: string, url: string): null {
  const { status } = response;
  // Hugging Face says more than the number: it answers 401 for a repository that is not there.
  const code = response.headers.get("x-error-code") ?? "";
  const { host } = new URL(url);
  if (code === "RepoNotFound" || code === "RevisionNotFound") {
    const message =
      code === "RepoNotFound"
        ? `${host} has no public repository of this name (${what}).`
        : `${host} has no such revision of this repository (${what}).`;
    throw new AppError("hub/not-found", message, { url, status });
  }
  if (status === 404) return null;
  if (status === 401 || status === 403) {
    throw new AppError(
      "hub/gated",
      `${what}: ${host} gives it only to people who signed in or accepted its license (HTTP ${status}).`,
      { url, status },
    );
  }
  if (status === 429) {
    throw failed(what, `${host} had too many requests from here; wait a few minutes`, url);
  }
  throw failed(what, `${host} answered with HTTP ${status}`, url);
}

function failed(what: string, reason: string, url: string, cause?: unknown): AppError {
  return new AppError("hub/failed", `${what}: ${reason}.`, { url }, { cause });
}

async function* readChunks(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  what: string,
  url: string,
  announcedBytes: number | null,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  let doneBytes = 0;
  const brokenOff = (cause?: unknown) => {
    const of = announcedBytes === null ? "" : ` of ${announcedBytes}`;
    return failed(what, `the download broke off after ${doneBytes}${of} bytes`, url, cause);
  };
  try {
    for (;;) {
      let result: ReadableStreamReadResult<Uint8Array<ArrayBuffer>>;
      try {
        result = await reader.read();
      } catch (cause) {
        throw signal?.aborted ? cancelled(cause) : brokenOff(cause);
      }
      if (signal?.aborted) throw cancelled();
      if (result.done) break;
      doneBytes += result.value.length;
      yield result.value;
    }
    if (announcedBytes !== null && doneBytes < announcedBytes) throw brokenOff();
  } finally {
    // Whoever stops reading stops the transfer too.
    await reader.cancel().catch(() => undefined);
  }
}
