import { AppError } from "@/core/errors";

/**
 * Largest file that is read. Records and conversations are kept in memory beside the weights, at
 * about four times the size of the file, and phones give a tab a few hundred megabytes.
 */
export const MAX_FILE_BYTES = 50 * 1024 * 1024;

/** Files people drop by mistake, by their first bytes. */
const KNOWN_FILES: readonly { bytes: readonly number[]; what: string }[] = [
  { bytes: [0x25, 0x50, 0x44, 0x46], what: "a PDF; “Make some” makes examples from it" },
  { bytes: [0x89, 0x50, 0x4e, 0x47], what: "a PNG picture" },
  { bytes: [0xff, 0xd8, 0xff], what: "a JPEG picture" },
];

const startsWith = (bytes: Uint8Array, start: readonly number[]): boolean =>
  start.every((byte, i) => bytes[i] === byte);

/**
 * Bytes of a text file as text: UTF-8 (with or without a byte order mark) or UTF-16 with one.
 * Throws `data/too-large` and, where the bytes are not text, `data/unreadable`.
 */
export function decodeText(bytes: Uint8Array): string {
  if (bytes.length > MAX_FILE_BYTES) throw tooLarge(bytes.length);
  if (startsWith(bytes, [0xff, 0xfe])) return decodeAs("utf-16le", bytes);
  if (startsWith(bytes, [0xfe, 0xff])) return decodeAs("utf-16be", bytes);
  const known = KNOWN_FILES.find((file) => startsWith(bytes, file.bytes));
  if (known) throw new AppError("data/unreadable", `This is not a text file but ${known.what}.`);
  const zeroAt = bytes.indexOf(0);
  if (zeroAt >= 0) {
    throw new AppError(
      "data/unreadable",
      `This is not a text file: byte ${zeroAt} is zero. If it is UTF-16 text, save it as UTF-8.`,
      { byte: zeroAt },
    );
  }
  return decodeAs("utf-8", bytes);
}

/** The share of control characters above which bytes are no text. */
const MAX_CONTROL_SHARE = 0.005;

/** Control characters that no text has: all but white space and the escape of terminal colors. */
function countControls(bytes: Uint8Array): number {
  let count = 0;
  for (const byte of bytes) {
    if (byte < 9 || (byte > 13 && byte < 32 && byte !== 27)) count++;
  }
  return count;
}

/**
 * `decodeText`, but a file that is not quite UTF-8 is read too: as UTF-8 with the bad bytes replaced
 * where most of it is, else as Windows-1252, in which spreadsheets save. `note` says so.
 */
export function decodeLeniently(bytes: Uint8Array): { text: string; note: string | null } {
  try {
    return { text: decodeText(bytes), note: null };
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.details["line"] === undefined) throw thrown;
    const isUtf16 = startsWith(bytes, [0xff, 0xfe]) || startsWith(bytes, [0xfe, 0xff]);
    const encoding = startsWith(bytes, [0xfe, 0xff]) ? "utf-16be" : "utf-16le";
    const text = new TextDecoder(isUtf16 ? encoding : "utf-8").decode(bytes);
    if (!isUtf16 && countControls(bytes) > bytes.length * MAX_CONTROL_SHARE) throw thrown;
    const bad = text.match(/\uFFFD/g)?.length ?? 0;
    const good = text.match(/[\u0080-\uFFFC]/g)?.length ?? 0;
    if (isUtf16 || good >= bad) {
      return { text, note: `${bad} places are not valid text; they were replaced by \uFFFD.` };
    }
    const latin = new TextDecoder("windows-1252").decode(bytes);
    return { text: latin, note: "The file is not UTF-8; it was read as Windows-1252." };
  }
}

/** The error for a file over `MAX_FILE_BYTES`. */
export function tooLarge(byteCount: number): AppError {
  const mebibytes = (byteCount / 2 ** 20).toFixed(1);
  const limit = MAX_FILE_BYTES / 2 ** 20;
  return new AppError(
    "data/too-large",
    `The file has ${mebibytes} MB; files of up to ${limit} MB are read.`,
    { byteCount, limit: MAX_FILE_BYTES },
  );
}

function decodeAs(encoding: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    const byte = encoding === "utf-8" ? firstBadByte(bytes) : 0;
    const line = 1 + countNewlines(bytes, byte);
    const message =
      encoding === "utf-8"
        ? `This file is not UTF-8 text: byte ${byte} (line ${line}) is not valid. Save it as UTF-8.`
        : "This file starts like UTF-16 text but is not valid. Save it as UTF-8.";
    throw new AppError("data/unreadable", message, { byte, line }, { cause });
  }
}

/** Where the first invalid UTF-8 sequence starts: the longest good prefix, by halving. */
function firstBadByte(bytes: Uint8Array): number {
  let good = 0;
  let bad = bytes.length;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isUtf8(bytes.subarray(0, middle), true)) good = middle;
    else bad = middle;
  }
  // The good part may end inside the sequence that turns out bad: at most three bytes of it.
  while (good > 0 && !isUtf8(bytes.subarray(0, good), false)) good--;
  return good;
}

function isUtf8(bytes: Uint8Array, mayEndInside: boolean): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: mayEndInside });
    return true;
  } catch {
    return false;
  }
}

function countNewlines(bytes: Uint8Array, end: number): number {
  let count = 0;
  for (let i = 0; i < end; i++) if (bytes[i] === 10) count++;
  return count;
}
