/**
 * safetensors: 8 bytes header length, a JSON header, then raw little-endian tensors without holes.
 * https://huggingface.co/docs/safetensors
 */
import { AppError } from "@/core/errors";
import { decodeBfloat16, decodeFloat16, encodeFloat16 } from "./float16";

export { detectWeightFiles } from "./weightFiles";

/** `begin` and `end` are offsets in the whole file. */
export type TensorEntry = {
  name: string;
  dtype: string;
  shape: number[];
  begin: number;
  end: number;
};

export type SafetensorsHeader = {
  tensors: Map<string, TensorEntry>;
  metadata: Record<string, string>;
};

/** One tensor to be written: values, or bytes that `encodeTensor` made of them. */
export type TensorToWrite = {
  name: string;
  dtype: "F32" | "F16";
  shape: readonly number[];
  data: Float32Array | Blob;
};

/** The format's own limit. */
export const MAX_HEADER_BYTES = 100_000_000;

const LENGTH_BYTES = 8;
const ALIGNMENT_BYTES = 8;

/** Tensors of a type that is not listed may be there, but cannot be read, and are not measured. */
const BYTES_PER_VALUE: Record<string, number> = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  F8_E4M3: 1,
  F8_E5M2: 1,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  BOOL: 1,
};

function bad(message: string, details: Record<string, string | number> = {}): AppError {
  return new AppError("model/bad-safetensors", message, details);
}

/** Reads and checks the header alone; throws `model/bad-safetensors`. */
export async function readSafetensorsHeader(blob: Blob): Promise<SafetensorsHeader> {
  if (blob.size < LENGTH_BYTES) {
    throw bad(
      `The file has ${blob.size} bytes: too few for a safetensors file, its download may have broken off.`,
      { fileBytes: blob.size },
    );
  }
  const lengthBytes = await blob.slice(0, LENGTH_BYTES).arrayBuffer();
  const headerBytes = Number(new DataView(lengthBytes).getBigUint64(0, true));
  if (headerBytes > MAX_HEADER_BYTES) {
    throw bad(
      `The header says it has ${headerBytes} bytes; ${MAX_HEADER_BYTES} are allowed, so this is hardly a safetensors file.`,
      { headerBytes },
    );
  }
  const dataBegin = LENGTH_BYTES + headerBytes;
  if (dataBegin > blob.size) {
    throw bad(`The header says it has ${headerBytes} bytes, but the file has only ${blob.size}.`, {
      headerBytes,
      fileBytes: blob.size,
    });
  }
  const text = await blob.slice(LENGTH_BYTES, dataBegin).text();
  const json = parseHeader(text);
  const duplicate = findDuplicateKey(text);
  if (duplicate !== null) {
    throw bad(`The header names "${duplicate}" twice.`, { tensor: duplicate });
  }
  const metadata = readMetadata(json["__metadata__"]);
  const tensors = new Map<string, TensorEntry>();
  for (const [name, value] of Object.entries(json)) {
    if (name !== "__metadata__") tensors.set(name, readEntry(name, value, dataBegin));
  }
  checkRanges([...tensors.values()], dataBegin, blob.size);
  return { tensors, metadata };
}

function parseHeader(text: string): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new AppError(
      "model/bad-safetensors",
      `The header is not JSON; it starts with ${JSON.stringify(text.slice(0, 40))}.`,
      {},
      { cause },
    );
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw bad("The header is JSON, but not an object of tensors.");
  }
  return json as Record<string, unknown>;
}

/** The first name that stands twice at the top level of a JSON object, which JSON.parse hides. */
function findDuplicateKey(text: string): string | null {
  const seen = new Set<string>();
  let depth = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    if (token === "{" || token === "[") depth++;
    else if (token === "}" || token === "]") depth--;
    else if (depth === 1) {
      // Values at this depth are objects, so every string is a key.
      const key = JSON.parse(token) as string;
      if (seen.has(key)) return key;
      seen.add(key);
    }
  }
  return null;
}

function readMetadata(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null) return {};
  const pairs = Object.entries(value).filter((pair) => typeof pair[1] === "string");
  return Object.fromEntries(pairs);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function readEntry(name: string, value: unknown, dataBegin: number): TensorEntry {
  const fields = (typeof value === "object" && value !== null ? value : {}) as {
    dtype?: unknown;
    shape?: unknown;
    data_offsets?: unknown;
  };
  const { dtype, shape, data_offsets: offsets } = fields;
  if (typeof dtype !== "string") {
    throw bad(`The tensor ${name} has no dtype.`, { tensor: name });
  }
  if (!Array.isArray(shape) || !shape.every(isCount)) {
    throw bad(`The tensor ${name} has the shape ${JSON.stringify(shape)}.`, { tensor: name });
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    throw bad(`The tensor ${name} has the data_offsets ${JSON.stringify(offsets)}.`, {
      tensor: name,
    });
  }
  const [begin, end] = offsets as [number, number];
  const bytesPerValue = BYTES_PER_VALUE[dtype];
  if (begin > end) {
    throw bad(`The tensor ${name} begins at ${begin} and ends before, at ${end}.`, {
      tensor: name,
    });
  }
  if (bytesPerValue !== undefined) {
    const expected = shape.reduce((product, size) => product * size, bytesPerValue);
    if (end - begin !== expected) {
      throw bad(
        `The tensor ${name} has ${end - begin} bytes; ${dtype} [${shape.join(", ")}] needs ${expected}.`,
        { tensor: name, bytes: end - begin, expected },
      );
    }
  }
  return { name, dtype, shape, begin: dataBegin + begin, end: dataBegin + end };
}

/** Tensors must fill the file from the header to its end, each byte once. */
function checkRanges(entries: TensorEntry[], dataBegin: number, fileBytes: number): void {
  const sorted = entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end);
  const lastEnd = sorted.reduce((latest, { end }) => Math.max(latest, end), dataBegin);
  if (lastEnd > fileBytes) {
    throw bad(
      `The file breaks off: its tensors need ${lastEnd} bytes, it has ${fileBytes}. Download it again.`,
      { fileBytes, expected: lastEnd },
    );
  }
  let position = dataBegin;
  let previous = "the header";
  for (const { name, begin, end } of sorted) {
    if (begin < position) {
      throw bad(`The tensor ${name} overlaps ${previous} by ${position - begin} bytes.`, {
        tensor: name,
      });
    }
    if (begin > position) {
      throw bad(`${begin - position} bytes between ${previous} and ${name} belong to no tensor.`, {
        tensor: name,
      });
    }
    position = end;
    previous = name;
  }
  if (position < fileBytes) {
    throw bad(`${fileBytes - position} bytes at the end of the file belong to no tensor.`, {
      fileBytes,
      expected: position,
    });
  }
}

/** Reads one tensor as float32; no other byte of the file is touched. */
export async function readTensor(
  blob: Blob,
  entry: TensorEntry,
): Promise<Float32Array<ArrayBuffer>> {
  const { name, dtype } = entry;
  if (dtype !== "F32" && dtype !== "F16" && dtype !== "BF16") {
    throw bad(`The tensor ${name} is ${dtype}; TabTune reads F32, F16 and BF16.`, {
      tensor: name,
      dtype,
    });
  }
  const bytes = await readBytes(blob, entry);
  if (dtype === "F32") return new Float32Array(bytes);
  const halves = new Uint16Array(bytes);
  return dtype === "F16" ? decodeFloat16(halves) : decodeBfloat16(halves);
}

/** The bits of an F16 tensor's values. */
export async function readHalves(blob: Blob, entry: TensorEntry): Promise<Uint16Array> {
  return new Uint16Array(await readBytes(blob, entry));
}

async function readBytes(blob: Blob, { name, begin, end }: TensorEntry): Promise<ArrayBuffer> {
  const bytes = await blob.slice(begin, end).arrayBuffer();
  if (bytes.byteLength === end - begin) return bytes;
  throw bad(`The tensor ${name} has ${end - begin} bytes, only ${bytes.byteLength} came.`, {
    tensor: name,
  });
}

/** The bytes of a tensor as a Blob, so that its values can be let go before the file is written. */
export function encodeTensor(dtype: "F32" | "F16", values: Float32Array): Blob {
  if (dtype === "F16") return new Blob([encodeFloat16(values)]);
  // Only values in shared memory, which a Blob does not take, would not fit this type.
  return new Blob([values as Float32Array<ArrayBuffer>]);
}

/**
 * Writes a safetensors file. F32 tensors come first, so that every tensor is aligned to its type;
 * within a type the given order stays.
 */
export function writeSafetensors(
  tensors: readonly TensorToWrite[],
  metadata: Record<string, string> = {},
): Blob {
  const header: Record<string, unknown> = { __metadata__: { format: "pt", ...metadata } };
  const parts: Blob[] = [];
  let position = 0;
  const ordered = [
    ...tensors.filter(({ dtype }) => dtype === "F32"),
    ...tensors.filter(({ dtype }) => dtype === "F16"),
  ];
  for (const { name, dtype, shape, data } of ordered) {
    if (Object.hasOwn(header, name)) throw new Error(`writeSafetensors: ${name} is given twice`);
    const part = data instanceof Blob ? data : encodeTensor(dtype, data);
    const expected = shape.reduce((product, size) => product * size, dtype === "F32" ? 4 : 2);
    if (part.size !== expected) {
      throw new Error(
        `writeSafetensors: ${name} ${dtype} [${shape.join(", ")}] needs ${expected} bytes, got ${part.size}`,
      );
    }
    header[name] = { dtype, shape, data_offsets: [position, position + expected] };
    position += expected;
    parts.push(part);
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const padded = Math.ceil(json.length / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
  const start = new Uint8Array(LENGTH_BYTES + padded).fill(0x20);
  new DataView(start.buffer).setBigUint64(0, BigInt(padded), true);
  start.set(json, LENGTH_BYTES);
  return new Blob([start, ...parts]);
}
