/** Unpacks gzip and ZIP files piece by piece, so that one made to explode is stopped before it does. */
import { AppError } from "@/core/errors";
import { nextTask } from "@/core/nextTask";
import { MAX_FILE_BYTES } from "./decodeText";

/** Packed bytes given at once; deflate grows them at most 1032 times, here to 16 MB. */
const PIECE_BYTES = 16 * 1024;

/** Pieces between two turns of others: with usual text some 30 ms of work. */
const PIECES_PER_TURN = 64;

/** More entries than any export has; each costs memory whatever it holds. */
const MAX_ENTRIES = 20_000;

/** Bytes that may still be unpacked; what is nested in an archive takes from the same. */
export class UnpackLimit {
  readonly #maxBytes: number;
  #usedBytes = 0;

  constructor(maxBytes = MAX_FILE_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** Throws `data/too-large` once the sum is over the limit. */
  use(byteCount: number): void {
    this.#usedBytes += byteCount;
    if (this.#usedBytes <= this.#maxBytes) return;
    const limit = `${this.#maxBytes / 2 ** 20} MB`;
    const used = `${(this.#usedBytes / 2 ** 20).toFixed(1)} MB`;
    throw new AppError(
      "data/too-large",
      `The file unpacks to more than ${limit}: it was stopped at ${used}. Unpack it and take a part.`,
      { limit: this.#maxBytes },
    );
  }
}

/** `fault` says why the end is missing; what came before it is kept. */
export type Unpacked = { bytes: Uint8Array; fault: string | null };

/** The bytes in a gzip file, or of one that is damaged those before the fault. */
export async function unpackGzip(packed: Uint8Array, limit: UnpackLimit): Promise<Unpacked> {
  const { Gunzip } = await import("fflate");
  const pieces: Uint8Array[] = [];
  const gunzip = new Gunzip((piece) => {
    limit.use(piece.length);
    pieces.push(piece);
  });
  const fault = await pushAll(packed, (piece, isLast) => gunzip.push(piece, isLast));
  return { bytes: join(pieces), fault };
}

/** The entries of a ZIP file whose names are wanted, by name. */
export async function unpackZip(
  packed: Uint8Array,
  limit: UnpackLimit,
  isWanted: (name: string) => boolean,
): Promise<{ entries: Map<string, Uint8Array>; skipped: string[]; fault: string | null }> {
  const { Unzip, UnzipInflate } = await import("fflate");
  const open = new Map<string, Uint8Array[]>();
  const skipped: string[] = [];
  const unzip = new Unzip((entry) => {
    if (open.size + skipped.length > MAX_ENTRIES) {
      const message = `The ZIP file has more than ${MAX_ENTRIES} entries.`;
      throw new AppError("data/too-large", message, { limit: MAX_ENTRIES });
    }
    if (!isWanted(entry.name)) {
      if (!entry.name.endsWith("/")) skipped.push(entry.name);
      return;
    }
    const pieces: Uint8Array[] = [];
    open.set(entry.name, pieces);
    entry.ondata = (error, piece) => {
      if (error) throw error;
      limit.use(piece.length);
      pieces.push(piece);
    };
    entry.start();
  });
  unzip.register(UnzipInflate);
  const fault = await pushAll(packed, (piece, isLast) => unzip.push(piece, isLast));
  const entries = new Map([...open].map(([name, pieces]) => [name, join(pieces)]));
  return { entries, skipped, fault };
}

/** Feeds the bytes in pieces; gives what the unpacker complained of, and throws what is an AppError. */
async function pushAll(
  packed: Uint8Array,
  push: (piece: Uint8Array, isLast: boolean) => void,
): Promise<string | null> {
  for (let at = 0, count = 1; at < packed.length; at += PIECE_BYTES, count++) {
    const end = at + PIECE_BYTES;
    try {
      // A copy: the unpacker keeps and may change what it is given.
      push(packed.slice(at, end), end >= packed.length);
    } catch (thrown) {
      if (thrown instanceof AppError) throw thrown;
      return thrown instanceof Error ? thrown.message : String(thrown);
    }
    if (count % PIECES_PER_TURN === 0) await nextTask();
  }
  return null;
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
