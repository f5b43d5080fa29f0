/** Copies of the tiny model with one fault each. */
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tiny } from "./material";

const FILES = ["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"];
const WEIGHTS = "model.safetensors";

type Json = Record<string, unknown>;
type Entry = { dtype: string; shape: number[]; data_offsets: [number, number] };

/** A folder with the model's four files, for `change` to spoil. Returns the paths of what is there then. */
export function copyModel(folder: string, change: (folder: string) => string[] | void): string[] {
  mkdirSync(folder, { recursive: true });
  for (const name of FILES) copyFileSync(join(tiny.model, name), join(folder, name));
  const names = change(folder) ?? FILES;
  return names.map((name) => join(folder, name));
}

export function changeJson(folder: string, name: string, change: (json: Json) => void): void {
  const path = join(folder, name);
  const json = JSON.parse(readFileSync(path, "utf8")) as Json;
  change(json);
  writeFileSync(path, JSON.stringify(json));
}

/** Pickle in place of safetensors. */
export function onlyPickle(folder: string): string[] {
  rmSync(join(folder, WEIGHTS));
  writeFileSync(join(folder, "pytorch_model.bin"), "not looked into");
  return [...FILES.filter((name) => name !== WEIGHTS), "pytorch_model.bin"];
}

export function truncateWeights(folder: string): void {
  const bytes = readFileSync(join(folder, WEIGHTS));
  writeFileSync(join(folder, WEIGHTS), bytes.subarray(0, bytes.length / 2));
}

/** Leaves out the tensor that stands last in the file, and returns its name. */
export function dropLastTensor(folder: string): string {
  const { header, data } = readWeights(folder);
  const ranked = Object.entries(header).sort((a, b) => b[1].data_offsets[1] - a[1].data_offsets[1]);
  const [name, entry] = ranked[0] as [string, Entry];
  delete header[name];
  writeWeights(folder, header, data.subarray(0, entry.data_offsets[0]));
  return name;
}

/** Makes a row of the embedding infinite, so that a text with this token has no finite loss. */
export function poisonToken(folder: string, tokenId: number): void {
  const { header, data } = readWeights(folder);
  const { shape, data_offsets } = header["gpt_neox.embed_in.weight"] as Entry;
  const [, width] = shape as [number, number];
  for (let i = 0; i < width; i++) {
    data.writeFloatLE(Infinity, data_offsets[0] + 4 * (tokenId * width + i));
  }
  writeWeights(folder, header, data);
}

/** Id of a token of the tiny model. */
export function tokenId(token: string): number {
  const json = JSON.parse(readFileSync(join(tiny.model, "tokenizer.json"), "utf8")) as {
    model: { vocab: Record<string, number> };
  };
  const id = json.model.vocab[token];
  if (id === undefined) throw new Error(`tokenId: there is no token "${token}"`);
  return id;
}

function readWeights(folder: string): { header: Record<string, Entry>; data: Buffer } {
  const bytes = readFileSync(join(folder, WEIGHTS));
  const end = 8 + Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.subarray(8, end).toString()) as Record<string, Entry>;
  delete header["__metadata__"];
  return { header, data: bytes.subarray(end) };
}

function writeWeights(folder: string, header: Record<string, Entry>, data: Buffer): void {
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  writeFileSync(join(folder, WEIGHTS), Buffer.concat([length, json, data]));
}
