/**
 * ZIP archives over Blobs. Files are stored, not deflated (weights do not shrink), and the archive
 * is a Blob made of small headers and the files' own Blobs, so nothing is copied into memory.
 * Layout: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
import { Inflate } from "fflate";
import { AppError } from "@/core/errors";
import type { ModelFiles } from "@/core/modelFiles";

const LOCAL_SIGNATURE = 0x04034b50;
const CENTRAL_SIGNATURE = 0x02014b50;
const END_SIGNATURE = 0x06054b50;
const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
/** Above this a ZIP needs the ZIP64 extension, which we do not write or read. */
const MAX_ZIP_BYTES = 0xffffffff;
/** A deflated archive may claim any size; no model for a browser is larger. */
const MAX_UNZIPPED_BYTES = 8 * 2 ** 30;
const MAX_ENTRIES = 10_000;
/** 1980-01-01, the first day a ZIP can name: the same files give the same archive. */
const DOS_DATE = 0x0021;
const UTF8_NAME = 0x0800;
const CHUNK_BYTES = 4 * 2 ** 20;

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, i) => {
  let crc = i;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

async function crc32(blob: Blob): Promise<number> {
  let crc = 0xffffffff;
  for (let begin = 0; begin < blob.size; begin += CHUNK_BYTES) {
    const bytes = new Uint8Array(await blob.slice(begin, begin + CHUNK_BYTES).arrayBuffer());
    for (let i = 0; i < bytes.length; i++) crc = CRC_TABLE[(crc ^ bytes[i]!) & 255]! ^ (crc >>> 8);
  }
  return ~crc >>> 0;
}

/** Writes the files into one archive, in their order. */
export async function zipFiles(files: ModelFiles): Promise<Blob> {
  const parts: (Blob | Uint8Array<ArrayBuffer>)[] = [];
  const central: Uint8Array<ArrayBuffer>[] = [];
  let position = 0;
  for (const [fileName, blob] of files) {
    const name = new TextEncoder().encode(fileName);
    const crc = await crc32(blob);
    const local = new DataView(new ArrayBuffer(LOCAL_BYTES));
    local.setUint32(0, LOCAL_SIGNATURE, true);
    writeShared(local, 4, crc, blob.size, name.length);
    const entry = new DataView(new ArrayBuffer(CENTRAL_BYTES));
    entry.setUint32(0, CENTRAL_SIGNATURE, true);
    entry.setUint16(4, 20, true);
    writeShared(entry, 6, crc, blob.size, name.length);
    entry.setUint32(42, position, true);
    parts.push(new Uint8Array(local.buffer), name, blob);
    central.push(new Uint8Array(entry.buffer), name);
    position += LOCAL_BYTES + name.length + blob.size;
    if (position > MAX_ZIP_BYTES) {
      throw new AppError(
        "model/too-large",
        `The files have more than ${MAX_ZIP_BYTES} bytes, the most that a ZIP can hold.`,
        { bytes: position },
      );
    }
  }
  const centralBytes = central.reduce((sum, part) => sum + part.length, 0);
  const end = new DataView(new ArrayBuffer(END_BYTES));
  end.setUint32(0, END_SIGNATURE, true);
  end.setUint16(8, files.size, true);
  end.setUint16(10, files.size, true);
  end.setUint32(12, centralBytes, true);
  end.setUint32(16, position, true);
  return new Blob([...parts, ...central, new Uint8Array(end.buffer)], { type: "application/zip" });
}

/** The part that local and central headers have in common; method 0 (stored) is left as it is. */
function writeShared(view: DataView, at: number, crc: number, size: number, nameLength: number) {
  view.setUint16(at, 20, true);
  view.setUint16(at + 2, UTF8_NAME, true);
  view.setUint16(at + 8, DOS_DATE, true);
  view.setUint32(at + 10, crc, true);
  view.setUint32(at + 14, size, true);
  view.setUint32(at + 18, size, true);
  view.setUint16(at + 22, nameLength, true);
}

type Entry = { name: string; method: number; packedBytes: number; bytes: number; offset: number };

function badZip(message: string): AppError {
  return new AppError("model/missing-file", `The ZIP cannot be opened: ${message}.`);
}

/**
 * Opens an archive. Stored files are slices of it; deflated ones are inflated. A folder that holds
 * everything is taken off the names; what macOS adds is left out.
 */
export async function unzipFiles(zip: Blob): Promise<ModelFiles> {
  const entries = (await readEntries(zip)).filter(
    ({ name }) => !name.endsWith("/") && !/(^|\/)(__MACOSX\/|\._|\.DS_Store$)/.test(name),
  );
  const totalBytes = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  if (totalBytes > MAX_UNZIPPED_BYTES) {
    throw badZip(`it unpacks to ${totalBytes} bytes, more than the ${MAX_UNZIPPED_BYTES} allowed`);
  }
  const prefix = commonFolder(entries.map(({ name }) => name));
  const files: ModelFiles = new Map();
  for (const entry of entries) {
    files.set(entry.name.slice(prefix.length), await readContent(zip, entry));
  }
  return files;
}

function commonFolder(names: string[]): string {
  const folders = names.map((name) => name.slice(0, name.lastIndexOf("/") + 1));
  let prefix = folders[0] ?? "";
  while (!folders.every((folder) => folder.startsWith(prefix))) {
    prefix = prefix.slice(0, prefix.lastIndexOf("/", prefix.length - 2) + 1);
  }
  return prefix;
}

async function view(blob: Blob, begin: number, end: number): Promise<DataView> {
  return new DataView(await blob.slice(begin, end).arrayBuffer());
}

async function readEntries(zip: Blob): Promise<Entry[]> {
  const tail = await view(zip, Math.max(0, zip.size - END_BYTES - MAX_COMMENT_BYTES), zip.size);
  let end = tail.byteLength - END_BYTES;
  while (end >= 0 && tail.getUint32(end, true) !== END_SIGNATURE) end--;
  if (end < 0) throw badZip("it has no table of contents, its download may have broken off");
  const count = tail.getUint16(end + 10, true);
  const size = tail.getUint32(end + 12, true);
  const offset = tail.getUint32(end + 16, true);
  if (count > MAX_ENTRIES) throw badZip(`it has ${count} files, more than ${MAX_ENTRIES}`);
  if (offset === MAX_ZIP_BYTES || count === 0xffff) throw badZip("it is a ZIP64 archive");
  if (offset + size > zip.size) throw badZip("its table of contents lies outside of it");
  const table = await view(zip, offset, offset + size);
  const entries: Entry[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + CENTRAL_BYTES > size || table.getUint32(at, true) !== CENTRAL_SIGNATURE) {
      throw badZip(`its table of contents breaks off at file ${i + 1} of ${count}`);
    }
    const nameLength = table.getUint16(at + 28, true);
    const extras = table.getUint16(at + 30, true) + table.getUint16(at + 32, true);
    if (at + CENTRAL_BYTES + nameLength > size) throw badZip("a file name breaks off");
    const name = new TextDecoder().decode(
      new Uint8Array(table.buffer, at + CENTRAL_BYTES, nameLength),
    );
    if (table.getUint16(at + 8, true) & 1) throw badZip(`${name} is encrypted`);
    entries.push({
      name,
      method: table.getUint16(at + 10, true),
      packedBytes: table.getUint32(at + 20, true),
      bytes: table.getUint32(at + 24, true),
      offset: table.getUint32(at + 42, true),
    });
    at += CENTRAL_BYTES + nameLength + extras;
  }
  return entries;
}

async function readContent(zip: Blob, entry: Entry): Promise<Blob> {
  const { name, method, packedBytes, bytes, offset } = entry;
  const local = await view(zip, offset, offset + LOCAL_BYTES);
  if (local.byteLength < LOCAL_BYTES || local.getUint32(0, true) !== LOCAL_SIGNATURE) {
    throw badZip(`${name} is not where its table of contents says`);
  }
  const begin = offset + LOCAL_BYTES + local.getUint16(26, true) + local.getUint16(28, true);
  const packed = zip.slice(begin, begin + packedBytes);
  if (packed.size !== packedBytes) throw badZip(`${name} breaks off`);
  if (method === 0) return packed;
  if (method === 8) return inflate(packed, name, bytes);
  throw badZip(`${name} is packed with method ${method}; stored and deflated are known`);
}

async function inflate(packed: Blob, name: string, bytes: number): Promise<Blob> {
  const parts: Blob[] = [];
  let done = 0;
  const stream = new Inflate((chunk) => {
    done += chunk.length;
    if (done > bytes) throw badZip(`${name} unpacks to more than the ${bytes} bytes it claims`);
    // Copied into a Blob at once: the stream reuses its buffer.
    parts.push(new Blob([chunk]));
  });
  try {
    for (let begin = 0; begin < packed.size; begin += CHUNK_BYTES) {
      const chunk = new Uint8Array(await packed.slice(begin, begin + CHUNK_BYTES).arrayBuffer());
      stream.push(chunk, begin + CHUNK_BYTES >= packed.size);
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw badZip(`${name} is damaged`);
  }
  if (done !== bytes) throw badZip(`${name} has ${done} bytes of the ${bytes} it claims`);
  return new Blob(parts);
}
