import { strToU8, unzipSync, zipSync } from "fflate";
import { expect, test } from "vitest";
import type { AppError } from "@/core/errors";
import { haveSameBytes } from "./testing/nodeFiles";
import { unzipFiles, zipFiles } from "./zip";

const files = (contents: Record<string, string>) =>
  new Map(Object.entries(contents).map(([name, text]) => [name, new Blob([text])]));
const textsOf = async (opened: Map<string, Blob>) =>
  Object.fromEntries(
    await Promise.all([...opened].map(async ([name, blob]) => [name, await blob.text()] as const)),
  );
const faultOf = async (zip: Blob) =>
  (await unzipFiles(zip).catch((error: unknown) => error)) as AppError;

const contents = { "config.json": "{}", "größe/ü.txt": "text", empty: "" };

test("an archive that we write is opened by another reader", async () => {
  const zip = await zipFiles(files(contents));
  const opened = unzipSync(new Uint8Array(await zip.arrayBuffer()));
  const texts = Object.fromEntries(
    Object.entries(opened).map(([name, bytes]) => [name, new TextDecoder().decode(bytes)]),
  );
  expect(texts).toEqual(contents);
});

test("an archive that we write is opened by us, without inflating or copying", async () => {
  expect(await textsOf(await unzipFiles(await zipFiles(files(contents))))).toEqual(contents);
});

test("large files keep every byte", async () => {
  const bytes = Uint8Array.from({ length: 9_000_000 }, (_, i) => (i * 31 + (i >> 13)) & 255);
  const blob = new Blob([bytes]);
  const zip = await zipFiles(new Map([["model.safetensors", blob]]));
  const byOther = unzipSync(new Uint8Array(await zip.arrayBuffer()))["model.safetensors"];
  expect(await haveSameBytes(new Blob([byOther ?? ""]), blob)).toBe(true);
  const opened = (await unzipFiles(zip)).get("model.safetensors");
  expect(opened && (await haveSameBytes(opened, blob))).toBe(true);
});

test("deflated archives of others are opened, and their one folder is taken off", async () => {
  const long = "abc".repeat(100_000);
  const zip = zipSync({
    "my-model/": new Uint8Array(),
    "my-model/config.json": strToU8("{}"),
    "my-model/onnx/a.txt": strToU8(long),
    "my-model/.DS_Store": strToU8("x"),
    "__MACOSX/my-model/._config.json": strToU8("x"),
  });
  expect(await textsOf(await unzipFiles(new Blob([zip])))).toEqual({
    "config.json": "{}",
    "onnx/a.txt": long,
  });
});

test("files at the top keep the names of their folders", async () => {
  const zip = zipSync({ "a.txt": strToU8("1"), "b/c.txt": strToU8("2") });
  expect([...(await unzipFiles(new Blob([zip]))).keys()]).toEqual(["a.txt", "b/c.txt"]);
});

test("what is no archive, or breaks off, is told", async () => {
  expect((await faultOf(new Blob(["no"]))).message).toContain("table of contents");
  const zip = await zipFiles(files(contents));
  expect((await faultOf(zip.slice(0, zip.size - 30))).message).toContain("table of contents");
  expect((await faultOf(zip.slice(10))).code).toBe("model/missing-file");
});

test("a file that unpacks to more than it claims is stopped", async () => {
  const zip = zipSync({ "a.txt": strToU8("x".repeat(100_000)) });
  const view = new DataView(zip.buffer);
  // The size in the table of contents, 24 bytes into its only entry.
  const table = view.getUint32(zip.length - 6, true);
  view.setUint32(table + 24, 10, true);
  expect((await faultOf(new Blob([zip]))).message).toContain("more than the 10 bytes");
});

test("damaged content is told by the name of the file", async () => {
  const zip = zipSync({ "a.txt": strToU8("hello hello hello hello") });
  zip.fill(0xff, 35, 40);
  expect((await faultOf(new Blob([zip]))).message).toContain("a.txt");
});
