/** A directory in memory whose disk can be full, and that can die in the middle of anything. */
import type { DirectoryHandle, FileHandle } from "../directory";
import { createMemoryDirectory } from "../memoryDirectory";

export type TestDirectory = {
  root: DirectoryHandle;
  /** Bytes that may still be written; Infinity at first. */
  setRoom(bytes: number): void;
  /** The change after this many more changes fails, and so does everything after it. */
  crashAfter(changes: number): void;
  /** The machine is on again: nothing fails any more, and unfinished writes are gone. */
  restart(): void;
  /** Changes made so far: files created, writes, closes, removals. */
  changes(): number;
};

export function createTestDirectory(): TestDirectory {
  let roomBytes = Infinity;
  let changesLeft = Infinity;
  let changes = 0;

  function change(): void {
    if (changesLeft <= 0) throw new DOMException("The machine is off", "AbortError");
    changesLeft--;
    changes++;
  }

  const wrapFile = (file: FileHandle): FileHandle => ({
    getFile: () => file.getFile(),
    async createWritable() {
      const writer = await file.createWritable();
      return {
        async write(data) {
          change();
          const bytes = data instanceof Blob ? data.size : data.byteLength;
          if (bytes > roomBytes) throw new DOMException("The disk is full", "QuotaExceededError");
          roomBytes -= bytes;
          return writer.write(data);
        },

        async close() {
          change();
          return writer.close();
        },
        abort: () => writer.abort(),
      };
    },
  });

  const wrapFolder = (folder: DirectoryHandle): DirectoryHandle => ({
    async getDirectoryHandle(name, options) {
      if (options?.create) change();
      return wrapFolder(await folder.getDirectoryHandle(name, options));
    },
    async getFileHandle(name, options) {
      if (options?.create) change();
      return wrapFile(await folder.getFileHandle(name, options));
    },

    async removeEntry(name, options) {
      change();
      return folder.removeEntry(name, options);
    },
    keys: () => folder.keys(),
  });

  return {
    root: wrapFolder(createMemoryDirectory()),
    setRoom(bytes) {
      roomBytes = bytes;
    },
    crashAfter(count) {
      changesLeft = count;
    },
    restart() {
      changesLeft = Infinity;
      roomBytes = Infinity;
    },
    changes: () => changes,
  };
}
