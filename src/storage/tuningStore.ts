/**
 * Which programs were the fastest on this device, as a former visit measured it: one small file. Nothing depends on it:
 * what cannot be read or written, or was measured on another device, is measured again.
 */
import * as v from "valibot";
import { openPrivateDirectory, readFile, writeFile, type DirectoryHandle } from "./directory";

const FILE = "tuning.json";
const VERSION = 1;

const schema = v.object({
  version: v.literal(VERSION),
  device: v.string(),
  choices: v.record(v.string(), v.string()),
});

/** Opens what this site has measured. */
export async function openTuningStore(): Promise<TuningStore> {
  return new TuningStore(await openPrivateDirectory());
}

export class TuningStore {
  readonly #root: DirectoryHandle | null;
  /** Writes are done one after the other: the last one counts. */
  #last: Promise<void> = Promise.resolve();

  /** `root` is null where the browser keeps no files. */
  constructor(root: DirectoryHandle | null) {
    this.#root = root;
  }

  /** What was chosen on this device; nothing when that is not known. */
  async read(device: string): Promise<Record<string, string>> {
    try {
      const file = this.#root && (await readFile(this.#root, FILE));
      if (!file) return {};
      const saved = v.parse(schema, JSON.parse(await file.text()));
      return saved.device === device ? saved.choices : {};
    } catch {
      return {};
    }
  }

  /** In place of what was there, whatever device it was of. */
  write(device: string, choices: Record<string, string>): Promise<void> {
    const root = this.#root;
    if (!root) return Promise.resolve();
    const text = JSON.stringify({ version: VERSION, device, choices });
    const write = () => writeFile(root, FILE, new Blob([text])).catch(() => undefined);
    return (this.#last = this.#last.then(write));
  }
}
