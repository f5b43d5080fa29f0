import { describe, expect, test } from "vitest";
import { AppError } from "@/core/errors";
import { encodeFloat16 } from "./float16";
import {
  encodeTensor,
  MAX_HEADER_BYTES,
  readSafetensorsHeader,
  readTensor,
  writeSafetensors,
  type TensorEntry,
} from "./safetensors";
import { describeShared } from "@/data/testing/files";
import { haveSameBytes, openFixture, openShared } from "./testing/nodeFiles";

/** A file with this header text and this many data bytes. */
function makeFile(header: unknown, dataBytes: number): Blob {
  const text = new TextEncoder().encode(
    typeof header === "string" ? header : JSON.stringify(header),
  );
  const length = new DataView(new ArrayBuffer(8));
  length.setBigUint64(0, BigInt(text.length), true);
  return new Blob([length.buffer, text, new Uint8Array(dataBytes)]);
}

const tensor = (begin: number, end: number, shape = [(end - begin) / 4], dtype = "F32") => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

async function faultOf(blob: Blob): Promise<string> {
  const error: unknown = await readSafetensorsHeader(blob).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(AppError);
  expect((error as AppError).code).toBe("model/bad-safetensors");
  return (error as AppError).message;
}

/** A Blob that adds up the bytes that are read from it. */
class CountingBlob extends Blob {
  readonly #counter: { bytes: number };
  constructor(parts: BlobPart[], counter = { bytes: 0 }) {
    super(parts);
    this.#counter = counter;
  }
  get bytesRead() {
    return this.#counter.bytes;
  }
  override slice(begin?: number, end?: number): Blob {
    return new CountingBlob([super.slice(begin, end)], this.#counter);
  }
  // Node's text() reads through here too.
  override arrayBuffer() {
    this.#counter.bytes += this.size;
    return super.arrayBuffer();
  }
}

const entryOf = async (blob: Blob, name: string) =>
  (await readSafetensorsHeader(blob)).tensors.get(name) as TensorEntry;

describe("reading a header", () => {
  test("names, types, shapes and absolute offsets are found", async () => {
    const file = makeFile({ b: tensor(0, 8, [2]), a: tensor(8, 24, [2, 2]) }, 24);
    const { tensors } = await readSafetensorsHeader(file);
    const start = file.size - 24;
    expect([...tensors.values()]).toEqual([
      { name: "b", dtype: "F32", shape: [2], begin: start, end: start + 8 },
      { name: "a", dtype: "F32", shape: [2, 2], begin: start + 8, end: start + 24 },
    ]);
  });

  test("scalars and empty tensors are allowed", async () => {
    const { tensors } = await readSafetensorsHeader(
      makeFile({ empty: tensor(0, 0, [0, 7]), one: tensor(0, 4, []) }, 4),
    );
    expect(tensors.size).toBe(2);
  });

  test("a file shorter than its length field is refused with its size", async () => {
    expect(await faultOf(new Blob(["abc"]))).toContain("3 bytes");
  });

  test("a header length over the limit is refused before anything is read", async () => {
    const length = new DataView(new ArrayBuffer(8));
    length.setBigUint64(0, BigInt(MAX_HEADER_BYTES + 1), true);
    expect(await faultOf(new Blob([length.buffer]))).toContain(String(MAX_HEADER_BYTES + 1));
  });

  test("a header longer than the file is refused with both sizes", async () => {
    const file = makeFile({ a: tensor(0, 4) }, 4);
    const cut = file.slice(0, 20);
    expect(await faultOf(cut)).toMatch(/only 20/);
  });

  test("a web page instead of a model is shown by its first words", async () => {
    const page = "<!doctype html><html>not found</html>";
    expect(await faultOf(makeFile(page, 0))).toContain("<!doctype html>");
    // Read as a length, the first eight letters are far over the limit.
    expect(await faultOf(new Blob([page]))).toContain("hardly a safetensors");
  });

  test("a list instead of an object is refused", async () => {
    expect(await faultOf(makeFile([1], 0))).toContain("not an object");
  });

  test("a file that breaks off says how many bytes are missing", async () => {
    const whole = makeFile({ a: tensor(0, 400) }, 400);
    const message = await faultOf(whole.slice(0, whole.size - 100));
    expect(message).toContain(String(whole.size));
    expect(message).toContain(String(whole.size - 100));
  });

  test("overlapping tensors are refused", async () => {
    expect(await faultOf(makeFile({ a: tensor(0, 8), b: tensor(4, 12) }, 12))).toMatch(
      /b overlaps a by 4 bytes/,
    );
  });

  test("a hole between tensors is refused", async () => {
    expect(await faultOf(makeFile({ a: tensor(0, 4), b: tensor(8, 12) }, 12))).toMatch(
      /4 bytes between a and b/,
    );
  });

  test("a hole at the start and bytes after the end are refused", async () => {
    expect(await faultOf(makeFile({ a: tensor(4, 8) }, 8))).toMatch(/4 bytes between the header/);
    expect(await faultOf(makeFile({ a: tensor(0, 8) }, 11))).toMatch(/3 bytes at the end/);
  });

  test("a byte count that does not fit shape and type is refused", async () => {
    expect(await faultOf(makeFile({ a: tensor(0, 8, [3]) }, 8))).toMatch(
      /a has 8 bytes; F32 \[3\] needs 12/,
    );
  });

  test("shapes and offsets that are no counts are refused", async () => {
    expect(await faultOf(makeFile({ a: tensor(0, 4, [-1]) }, 4))).toContain("[-1]");
    expect(await faultOf(makeFile({ a: tensor(0, 4, [0.5]) }, 4))).toContain("[0.5]");
    expect(await faultOf(makeFile({ a: { dtype: "F32", shape: [1] } }, 4))).toContain(
      "data_offsets",
    );
    expect(await faultOf(makeFile({ a: tensor(8, 4, [1]) }, 8))).toContain("ends before");
    expect(await faultOf(makeFile({ a: null }, 0))).toContain("a has no dtype");
    expect(await faultOf(makeFile({ a: tensor(0, 4, [2 ** 31, 2 ** 31]) }, 4))).toContain("needs");
  });

  test("a name that stands twice is refused, also when it is written with escapes", async () => {
    const one = JSON.stringify(tensor(0, 4));
    const two = JSON.stringify(tensor(4, 8));
    expect(await faultOf(makeFile(`{"a":${one},"a":${two}}`, 8))).toContain('"a" twice');
    expect(await faultOf(makeFile(`{"a":${one},"\\u0061":${one}}`, 4))).toContain('"a" twice');
  });

  test("names with quotes, braces and the words of JavaScript are just names", async () => {
    const names = ['a"b', "{}[]", "__proto__", "constructor", "dtype"];
    const header = `{${names.map((name, i) => `${JSON.stringify(name)}:${JSON.stringify(tensor(4 * i, 4 * i + 4))}`).join(",")}}`;
    const { tensors } = await readSafetensorsHeader(makeFile(header, 20));
    expect([...tensors.keys()]).toEqual(names);
  });
});

describe("reading tensors", () => {
  test("float16 and bfloat16 give the values that Python reads", async () => {
    const blob = await openFixture("half-rounding.safetensors");
    const float32 = await readTensor(blob, await entryOf(blob, "float32"));
    const float16 = await readTensor(blob, await entryOf(blob, "float16"));
    const bfloat16 = await readTensor(blob, await entryOf(blob, "bfloat16"));
    const bits = new Uint32Array(float32.buffer).map((word) => word & 0xffff0000);
    expect(new Uint32Array(bfloat16.buffer)).toEqual(bits);
    for (let i = 0; i < float32.length; i++) {
      const value = float32[i]!;
      const half = float16[i]!;
      if (Number.isNaN(value)) expect(half).toBeNaN();
      else if (Math.abs(value) >= 65520) expect(half).toBe(Math.sign(value) * Infinity);
      else
        expect(Math.abs(half - value)).toBeLessThanOrEqual(
          Math.max(2 ** -25, Math.abs(value) / 2048),
        );
    }
  });

  test("float32 is rounded to float16 exactly as Python rounds it", async () => {
    const blob = await openFixture("half-rounding.safetensors");
    const values = await readTensor(blob, await entryOf(blob, "float32"));
    const { begin, end } = await entryOf(blob, "float16");
    const expected = new Uint16Array(await blob.slice(begin, end).arrayBuffer());
    const got = encodeFloat16(values);
    const wrong = [...got.keys()].filter((i) => got[i] !== expected[i]);
    expect(wrong.map((i) => `${values[i]}: ${got[i]} ≠ ${expected[i]}`)).toEqual([]);
  });

  test("every float16 value survives decoding and encoding", async () => {
    const halves = Uint16Array.from({ length: 0x10000 }, (_, bits) => bits).filter(
      (bits) => (bits & 0x7c00) !== 0x7c00 || (bits & 0x3ff) === 0,
    );
    const header = {
      a: { dtype: "F16", shape: [halves.length], data_offsets: [0, halves.length * 2] },
    };
    const file = makeFile(header, 0);
    const blob = new Blob([file, halves]);
    const values = await readTensor(blob, await entryOf(blob, "a"));
    expect(encodeFloat16(values)).toEqual(halves);
  });

  test("the byte masks of old Pythia files are never read", async () => {
    const blob = new CountingBlob([await openFixture("old-pythia.safetensors")]);
    const { tensors } = await readSafetensorsHeader(blob);
    const headerBytes = Math.min(...[...tensors.values()].map(({ begin }) => begin));
    expect(tensors.get("gpt_neox.layers.0.attention.bias")?.dtype).toBe("U8");
    expect(blob.bytesRead).toBe(headerBytes);
    const dense = tensors.get("gpt_neox.layers.1.attention.dense.weight") as TensorEntry;
    expect([...(await readTensor(blob, dense))]).toEqual(
      Array.from({ length: 16 }, (_, i) => i + 1),
    );
    expect(blob.bytesRead).toBe(headerBytes + 32);
  });

  test("a tensor of another type is refused by name when it is read", async () => {
    const blob = await openFixture("old-pythia.safetensors");
    const mask = await entryOf(blob, "gpt_neox.layers.0.attention.bias");
    await expect(readTensor(blob, mask)).rejects.toThrow(/attention\.bias is U8/);
  });

  test("types that are not known yet may lie beside the others", async () => {
    const blob = makeFile({ packed: tensor(0, 3, [6], "F4"), a: tensor(3, 7) }, 7);
    expect(await readTensor(blob, await entryOf(blob, "a"))).toEqual(new Float32Array([0]));
    await expect(readTensor(blob, await entryOf(blob, "packed"))).rejects.toThrow("packed is F4");
  });
});

describe("writing", () => {
  const values = new Float32Array([1, -2.5, 3e-5, 7, 0, -0]);

  test("what is written is read back, with an aligned header and no holes", async () => {
    const blob = writeSafetensors([
      { name: "half", dtype: "F16", shape: [3], data: values.subarray(0, 3) },
      { name: "whole", dtype: "F32", shape: [2, 3], data: values },
    ]);
    const { tensors, metadata } = await readSafetensorsHeader(blob);
    const whole = tensors.get("whole") as TensorEntry;
    expect(metadata).toEqual({ format: "pt" });
    expect(whole.begin % 8).toBe(0);
    expect(await readTensor(blob, whole)).toEqual(values);
    const half = await readTensor(blob, tensors.get("half") as TensorEntry);
    expect(half[1]).toBe(-2.5);
    expect(half[2]).toBeCloseTo(3e-5, 7);
  });

  test("a part of a larger array is written alone", async () => {
    const blob = writeSafetensors([
      { name: "middle", dtype: "F32", shape: [2], data: values.subarray(1, 3) },
    ]);
    expect(await readTensor(blob, await entryOf(blob, "middle"))).toEqual(values.slice(1, 3));
  });

  test("bytes that were encoded before are taken as they are", async () => {
    const blob = writeSafetensors(
      [{ name: "a", dtype: "F16", shape: [6], data: encodeTensor("F16", values) }],
      { made_by: "TabTune" },
    );
    const { metadata, tensors } = await readSafetensorsHeader(blob);
    expect(metadata).toEqual({ format: "pt", made_by: "TabTune" });
    expect((await readTensor(blob, tensors.get("a") as TensorEntry))[1]).toBe(-2.5);
  });

  test("a wrong shape is the programmer's mistake", () => {
    expect(() => writeSafetensors([{ name: "a", dtype: "F32", shape: [5], data: values }])).toThrow(
      /needs 20 bytes, got 24/,
    );
  });
});

describeShared("files of other tools", () => {
  test("a model of the oracle is written back byte for byte", async () => {
    const blob = await openShared("oracle/models/gpt2/model.safetensors");
    const { tensors } = await readSafetensorsHeader(blob);
    const copy = writeSafetensors(
      await Promise.all(
        [...tensors.values()].map(async (entry) => ({
          name: entry.name,
          dtype: "F32" as const,
          shape: entry.shape,
          data: await readTensor(blob, entry),
        })),
      ),
    );
    // Python pads its JSON with spaces, so the headers differ; the tensors may not.
    const begin = (entries: Map<string, TensorEntry>) =>
      Math.min(...[...entries.values()].map((entry) => entry.begin));
    const dataOf = async (file: Blob) =>
      file.slice(begin((await readSafetensorsHeader(file)).tensors));
    expect(await haveSameBytes(await dataOf(copy), await dataOf(blob))).toBe(true);
  });
});
