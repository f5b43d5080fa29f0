/** Reads documents in a thread that lives only as long as that takes. */
import { wrap } from "comlink";
import { AppError } from "@/core/errors";
import type { FoundRecord } from "@/data/documents/find/find";
import { MAX_FILE_BYTES, tooLarge } from "@/data/parse/decodeText";
import type { DocumentApi } from "./documents.worker";
import { installErrorTransfer } from "./errorTransfer";

export type FoundInDocuments = { records: FoundRecord[]; notes: string[] };

/**
 * Records of the files, in their order. Throws `data/…`, and `hub/cancelled` once `signal` is
 * aborted: then the thread is ended at once, in whatever it is.
 */
export async function findInDocuments(
  files: readonly File[],
  signal: AbortSignal,
): Promise<FoundInDocuments> {
  installErrorTransfer();
  const large = files.find(({ size }) => size > MAX_FILE_BYTES);
  if (large) throw tooLarge(large.size);
  const worker = new Worker(new URL("./documents.worker.ts", import.meta.url), { type: "module" });
  const ended = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () =>
      reject(new AppError("hub/cancelled", "Reading the documents was cancelled.")),
    );
    worker.addEventListener("error", ({ message }) =>
      reject(new AppError("worker/crashed", `Reading the documents failed: ${message}`)),
    );
  });
  try {
    const remote = wrap<DocumentApi>(worker);
    const found: FoundInDocuments = { records: [], notes: [] };
    for (const file of files) {
      const { records, notes } = await Promise.race([remote.find(file.name, file), ended]);
      found.records.push(...records);
      found.notes.push(...notes.map((note) => `${file.name}: ${note}`));
    }
    return found;
  } finally {
    worker.terminate();
  }
}
