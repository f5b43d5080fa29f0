/** A directory that lives as long as the page: for browsers that give no private files, and for tests. */
import type { DirectoryHandle, FileHandle } from "./directory";

type Entry =
  { kind: "file"; content: Blob; handle: FileHandle } | { kind: "folder"; handle: DirectoryHandle };

function failed(name: string, problem: "NotFoundError" | "TypeMismatchError"): DOMException {
  const words = problem === "NotFoundError" ? "is not there" : "is of the other kind";
  return new DOMException(`${name} ${words}`, problem);
}

/** An empty directory. */
export function createMemoryDirectory(): DirectoryHandle {
  const entries = new Map<string, Entry>();

  function get<K extends Entry["kind"]>(
    name: string,
    kind: K,
    create: (() => Extract<Entry, { kind: K }>) | null,
  ): Extract<Entry, { kind: K }> {
    if (name === "" || name === "." || name === ".." || name.includes("/")) {
      throw new TypeError(`"${name}" is no file name`);
    }
    const entry = entries.get(name);
    if (entry) {
      if (entry.kind !== kind) throw failed(name, "TypeMismatchError");
      return entry as Extract<Entry, { kind: K }>;
    }
    if (!create) throw failed(name, "NotFoundError");
    const created = create();
    entries.set(name, created);
    return created;
  }

  function createFile(): Extract<Entry, { kind: "file" }> {
    const entry: Extract<Entry, { kind: "file" }> = {
      kind: "file",
      content: new Blob(),
      handle: {
        getFile: () => Promise.resolve(entry.content),
        createWritable() {
          let parts: Blob[] = [];
          return Promise.resolve({
            write(data: Blob | Uint8Array<ArrayBuffer>) {
              parts.push(new Blob([data]));
              return Promise.resolve();
            },
            close() {
              entry.content = new Blob(parts);
              return Promise.resolve();
            },
            abort() {
              parts = [];
              return Promise.resolve();
            },
          });
        },
      },
    };
    return entry;
  }

  return {
    // eslint-disable-next-line @typescript-eslint/require-await -- faults must come as rejections
    async getDirectoryHandle(name, options = {}) {
      const create = () => ({ kind: "folder", handle: createMemoryDirectory() }) as const;
      return get(name, "folder", options.create ? create : null).handle;
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- faults must come as rejections
    async getFileHandle(name, options = {}) {
      return get(name, "file", options.create ? createFile : null).handle;
    },
    removeEntry(name) {
      return entries.delete(name)
        ? Promise.resolve()
        : Promise.reject(failed(name, "NotFoundError"));
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- the real one is asynchronous
    async *keys() {
      yield* [...entries.keys()];
    },
  };
}
