/**
 * Models kept in this browser, one folder each. A model counts when `complete.json` is there, which
 * is written last, and every file has the size it names; so a broken-off download is never taken
 * for a model. Without private files the cache lives as long as the page.
 */
import * as v from "valibot";
import type { ModelFiles } from "@/core/modelFiles";
import {
  listNames,
  openFolder,
  openPrivateDirectory,
  readFile,
  removeEntry,
  toStorageError,
  writeFile,
  type DirectoryHandle,
  type FileWriter,
  type RoomEstimate,
} from "./directory";
import { createMemoryDirectory } from "./memoryDirectory";

export type ModelOrigin = {
  /** What people call it. */
  name: string;
  /** Hugging Face id; "" for a dropped model. */
  repo: string;
  revision: string;
  /** The commit behind the revision, where the server said it; "" otherwise. */
  commit: string;
};

export type CachedModel = ModelOrigin & {
  key: string;
  bytes: number;
  savedAt: number;
  /** False for what a broken-off download left. */
  isComplete: boolean;
};

const MARKER = "complete.json";
const VERSION = 1;

const markerSchema = v.object({
  version: v.literal(VERSION),
  name: v.string(),
  repo: v.string(),
  revision: v.string(),
  commit: v.string(),
  savedAt: v.number(),
  files: v.record(v.string(), v.number()),
});
type Marker = v.InferOutput<typeof markerSchema>;

/** Opens the models kept for this site. */
export async function openModelCache(): Promise<ModelCache> {
  const root = await openPrivateDirectory();
  return new ModelCache(root ?? createMemoryDirectory(), root !== null);
}

/** The key of a Hugging Face model. */
export function hubModelKey(repo: string, revision: string): string {
  return `hub-${encodeURIComponent(`${repo}@${revision}`)}`;
}

export class ModelCache {
  /** False: models are gone when the page is closed. */
  readonly canSave: boolean;
  readonly #root: DirectoryHandle;
  readonly #estimate: RoomEstimate | undefined;

  constructor(root: DirectoryHandle, canSave: boolean, estimate?: RoomEstimate) {
    this.#root = root;
    this.canSave = canSave;
    this.#estimate = estimate;
  }

  /** The files of a model, or null when it is not here in full. */
  async openModel(key: string): Promise<ModelFiles | null> {
    const parent = await openFolder(this.#root, "models");
    const folder = parent && (await openFolder(parent, key));
    const marker = folder && (await readMarker(folder));
    if (!marker) return null;
    const files: ModelFiles = new Map();
    for (const [name, bytes] of Object.entries(marker.files)) {
      const file = await readFile(folder, toStoredName(name));
      if (file?.size !== bytes) return null;
      files.set(name, file);
    }
    return files;
  }

  /** Starts a model that is written file by file. */
  async createModel(key: string): Promise<ModelWriter> {
    try {
      const parent = await this.#root.getDirectoryHandle("models", { create: true });
      const folder = await parent.getDirectoryHandle(key, { create: true });
      await removeEntry(folder, MARKER);
      return new ModelWriter(parent, folder, key, this.#estimate);
    } catch (error) {
      throw await toStorageError(error, "The model", 0, this.#estimate);
    }
  }

  /**
   * Keeps the files of a dropped model and returns its key, so that a run on it can be resumed.
   * The same files get the same key and are written once.
   */
  async saveLocalModel(
    name: string,
    files: ModelFiles,
    onProgress: (doneBytes: number, totalBytes: number) => void = () => undefined,
  ): Promise<string> {
    const key = await localModelKey(name, files);
    if (await this.openModel(key)) return key;
    const totalBytes = [...files.values()].reduce((sum, { size }) => sum + size, 0);
    const writer = await this.createModel(key);
    try {
      let doneBytes = 0;
      for (const [fileName, blob] of files) {
        await writer.addFile(fileName, blob, totalBytes);
        doneBytes += blob.size;
        onProgress(doneBytes, totalBytes);
      }
      await writer.finish({ name, repo: "", revision: "", commit: "" });
    } catch (error) {
      await writer.discard();
      throw error;
    }
    return key;
  }

  /** Removes a model, whole or not; nothing happens when it is not there. */
  async deleteModel(key: string): Promise<void> {
    const parent = await openFolder(this.#root, "models");
    if (parent) await removeEntry(parent, key);
  }

  /** Everything in the cache, newest first. */
  async listModels(): Promise<CachedModel[]> {
    const parent = await openFolder(this.#root, "models");
    const models: CachedModel[] = [];
    for (const key of parent ? await listNames(parent) : []) {
      const folder = parent && (await openFolder(parent, key));
      if (!folder) continue;
      const marker = await readMarker(folder);
      let bytes = 0;
      for (const name of await listNames(folder)) {
        bytes += (await readFile(folder, name))?.size ?? 0;
      }
      models.push({
        key,
        name: marker?.name ?? key,
        repo: marker?.repo ?? "",
        revision: marker?.revision ?? "",
        commit: marker?.commit ?? "",
        savedAt: marker?.savedAt ?? 0,
        bytes,
        isComplete: marker !== null,
      });
    }
    return models.toSorted((a, b) => b.savedAt - a.savedAt);
  }

  /** Bytes of all models, what broken-off downloads left included. */
  async totalBytes(): Promise<number> {
    return (await this.listModels()).reduce((sum, { bytes }) => sum + bytes, 0);
  }
}

/** Writes one model; it can be opened only after `finish`. */
export class ModelWriter {
  readonly #parent: DirectoryHandle;
  readonly #folder: DirectoryHandle;
  readonly #key: string;
  readonly #estimate: RoomEstimate | undefined;
  readonly #sizes: Record<string, number> = {};

  constructor(
    parent: DirectoryHandle,
    folder: DirectoryHandle,
    key: string,
    estimate: RoomEstimate | undefined,
  ) {
    this.#parent = parent;
    this.#folder = folder;
    this.#key = key;
    this.#estimate = estimate;
  }

  /** Writes a file that is at hand. `wantedBytes` is what the whole model needs, for the message. */
  async addFile(fileName: string, content: Blob, wantedBytes: number): Promise<void> {
    try {
      await writeFile(this.#folder, toStoredName(fileName), content);
    } catch (error) {
      throw await this.toError(error, wantedBytes);
    }
    this.#sizes[fileName] = content.size;
  }

  /** Starts a file that is written chunk by chunk; it counts once `addSize` was called for it. */
  async openFile(fileName: string): Promise<FileWriter> {
    const handle = await this.#folder.getFileHandle(toStoredName(fileName), { create: true });
    return handle.createWritable();
  }

  addSize(fileName: string, bytes: number): void {
    this.#sizes[fileName] = bytes;
  }

  /** A file that was written before. */
  async readFile(fileName: string): Promise<Blob> {
    const file = await readFile(this.#folder, toStoredName(fileName));
    if (!file) throw new Error(`ModelWriter: ${fileName} was not written`);
    return file;
  }

  async finish(origin: ModelOrigin): Promise<void> {
    const marker: Marker = {
      version: VERSION,
      ...origin,
      savedAt: Date.now(),
      files: this.#sizes,
    };
    try {
      await writeFile(this.#folder, MARKER, new Blob([JSON.stringify(marker)]));
    } catch (error) {
      throw await this.toError(error, 0);
    }
  }

  /** Removes everything written so far. What cannot be removed is not taken for a model either. */
  async discard(): Promise<void> {
    await removeEntry(this.#parent, this.#key).catch(() => undefined);
  }

  toError(error: unknown, wantedBytes: number) {
    return toStorageError(error, "The model", wantedBytes, this.#estimate);
  }
}

/** Dropped files may have any name; encoded, it is one that every file system takes. */
function toStoredName(fileName: string): string {
  return `file-${encodeURIComponent(fileName)}`;
}

async function readMarker(folder: DirectoryHandle): Promise<Marker | null> {
  const file = await readFile(folder, MARKER);
  if (!file) return null;
  try {
    return v.parse(markerSchema, JSON.parse(await file.text()));
  } catch {
    // Cut off in the middle: as good as not there.
    return null;
  }
}

const SAMPLE_BYTES = 65_536;

/** Names, sizes and samples of the content: enough to know the same files again without reading all. */
async function localModelKey(name: string, files: ModelFiles): Promise<string> {
  let low = 0x811c9dc5;
  let high = 0x01234567;
  const mix = (bytes: Uint8Array) => {
    // FNV-1a, twice from different starts.
    for (const byte of bytes) {
      low = Math.imul(low ^ byte, 0x01000193);
      high = Math.imul(high ^ byte, 0x01000193);
    }
  };
  for (const [fileName, blob] of [...files].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    mix(new TextEncoder().encode(`${fileName}\0${blob.size}\0`));
    const middle = Math.floor(blob.size / 2);
    for (const begin of [0, middle, Math.max(0, blob.size - SAMPLE_BYTES)]) {
      mix(new Uint8Array(await blob.slice(begin, begin + SAMPLE_BYTES).arrayBuffer()));
    }
  }
  const hash = [low, high].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  return `local-${name.replace(/[^A-Za-z0-9.-]+/g, "_").slice(0, 60)}-${hash}`;
}
