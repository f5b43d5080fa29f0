/**
 * Saved runs: one folder each, with the data as it was (written once) and the newest checkpoint.
 *
 * A checkpoint counts when its `checkpoint-<n>.json` is whole and the files it names have the sizes
 * it names. It is written after them, and the one before is removed after it; so a crash or a full
 * disk at any moment leaves one whole checkpoint.
 */
import * as v from "valibot";
import { AppError } from "@/core/errors";
import {
  listNames,
  openFolder,
  openPrivateDirectory,
  readFile,
  removeEntry,
  toStorageError,
  writeFile,
  type DirectoryHandle,
  type RoomEstimate,
} from "./directory";

export type RunParts = {
  /** Anything that survives JSON: what the list of runs shows, and what resuming needs. */
  meta: unknown;
  /** Kept from one save to the next; given only when it is new. */
  data?: Blob;
  /** The latest checkpoint. */
  state: Blob;
};

export type StoredRun = { runId: string; savedAt: number; bytes: number; meta: unknown };
export type LoadedRun = StoredRun & { data: Blob | null; state: Blob };
export type DamagedRun = { runId: string; reason: string };

const VERSION = 1;
const RUN_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
const CHECKPOINT = /^checkpoint-(\d+)\.json$/;

const fileSchema = v.object({ file: v.string(), bytes: v.number() });
const checkpointSchema = v.object({
  version: v.literal(VERSION),
  savedAt: v.number(),
  state: fileSchema,
  data: v.nullable(fileSchema),
  meta: v.unknown(),
});
type Checkpoint = v.InferOutput<typeof checkpointSchema>;

/** Opens the saved runs of this site. */
export async function openRunStore(): Promise<RunStore> {
  return new RunStore(await openPrivateDirectory());
}

export class RunStore {
  readonly #root: DirectoryHandle | null;
  readonly #estimate: RoomEstimate | undefined;
  /** Saves and deletions run one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  /** `root` is null where the browser keeps no files. */
  constructor(root: DirectoryHandle | null, estimate?: RoomEstimate) {
    this.#root = root;
    this.#estimate = estimate;
  }

  get canSave(): boolean {
    return this.#root !== null;
  }

  /**
   * Saves a checkpoint in place of the one before. Throws `storage/quota`, `storage/failed` or
   * `storage/unavailable`; the one before is then still whole.
   */
  saveRun(runId: string, parts: RunParts): Promise<void> {
    return this.#inTurn(async () => {
      const wantedBytes = parts.state.size + (parts.data?.size ?? 0);
      try {
        await this.#save(checkRunId(runId), parts);
      } catch (error) {
        throw await toStorageError(error, "The run", wantedBytes, this.#estimate);
      }
    });
  }

  /** All runs, newest first. Folders without a whole checkpoint are reported, not thrown. */
  async listRuns(): Promise<{ runs: StoredRun[]; damaged: DamagedRun[] }> {
    const runs: StoredRun[] = [];
    const damaged: DamagedRun[] = [];
    const parent = this.#root && (await openFolder(this.#root, "runs"));
    for (const runId of parent ? await listNames(parent) : []) {
      try {
        const { savedAt, bytes, meta } = await this.loadRun(runId);
        runs.push({ runId, savedAt, bytes, meta });
      } catch (error) {
        damaged.push({ runId, reason: error instanceof Error ? error.message : String(error) });
      }
    }
    return { runs: runs.toSorted((a, b) => b.savedAt - a.savedAt), damaged };
  }

  /** The newest whole checkpoint. Throws `run/cannot-resume` when there is none. */
  async loadRun(runId: string): Promise<LoadedRun> {
    const parent = this.#root && (await openFolder(this.#root, "runs"));
    const folder = parent && (await openFolder(parent, checkRunId(runId)));
    if (!folder) {
      throw new AppError("run/cannot-resume", `The run ${runId} is not saved in this browser.`);
    }
    const found = await findCheckpoint(folder);
    if (!found) {
      throw new AppError("run/cannot-resume", `The saved run ${runId} has no whole checkpoint.`);
    }
    const { checkpoint, state, data } = found;
    return {
      runId,
      savedAt: checkpoint.savedAt,
      bytes: state.size + (data?.size ?? 0),
      meta: checkpoint.meta,
      state,
      data,
    };
  }

  /** Removes a run, damaged or not; nothing happens when it is not there. */
  deleteRun(runId: string): Promise<void> {
    return this.#inTurn(async () => {
      const parent = this.#root && (await openFolder(this.#root, "runs"));
      if (parent) await removeEntry(parent, runId);
    });
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task);
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #save(runId: string, { meta, data, state }: RunParts): Promise<void> {
    if (!this.#root) {
      throw new AppError(
        "storage/unavailable",
        "This browser keeps no files for this page, so the run is not saved.",
      );
    }
    const parent = await this.#root.getDirectoryHandle("runs", { create: true });
    const folder = await parent.getDirectoryHandle(runId, { create: true });
    const names = await listNames(folder);
    const before = await findCheckpoint(folder);
    const turn = 1 + Math.max(0, ...names.map(turnOf));
    const checkpoint: Checkpoint = {
      version: VERSION,
      savedAt: Date.now(),
      state: { file: `state-${turn}`, bytes: state.size },
      data: data ? { file: `data-${turn}`, bytes: data.size } : (before?.checkpoint.data ?? null),
      meta,
    };
    const checkpointName = `checkpoint-${turn}.json`;
    try {
      if (data) await writeFile(folder, `data-${turn}`, data);
      await writeFile(folder, checkpoint.state.file, state);
      await writeFile(folder, checkpointName, new Blob([JSON.stringify(checkpoint)]));
    } catch (error) {
      // Give the room back; what stays here by a crash goes with the next save.
      for (const name of [`data-${turn}`, `state-${turn}`, checkpointName]) {
        await removeEntry(folder, name).catch(() => undefined);
      }
      throw error;
    }
    const kept = [checkpointName, checkpoint.state.file, checkpoint.data?.file];
    // The new checkpoint stands; an old file that will not go is not worth failing for.
    for (const name of await listNames(folder)) {
      if (!kept.includes(name)) await removeEntry(folder, name).catch(() => undefined);
    }
  }
}

function checkRunId(runId: string): string {
  if (!RUN_ID.test(runId)) {
    throw new AppError("storage/failed", `"${runId}" is not the name of a run.`);
  }
  return runId;
}

function turnOf(name: string): number {
  return Number(/^(?:checkpoint|state|data)-(\d{1,15})\b/.exec(name)?.[1] ?? 0);
}

/** The newest checkpoint whose files are all there in full. */
async function findCheckpoint(folder: DirectoryHandle) {
  const names = (await listNames(folder)).filter((name) => CHECKPOINT.test(name));
  for (const name of names.toSorted((a, b) => turnOf(b) - turnOf(a))) {
    const checkpoint = await readCheckpoint(folder, name);
    if (!checkpoint) continue;
    const state = await readWhole(folder, checkpoint.state);
    const data = checkpoint.data && (await readWhole(folder, checkpoint.data));
    if (state && (data || !checkpoint.data)) return { checkpoint, state, data };
  }
  return null;
}

async function readCheckpoint(folder: DirectoryHandle, name: string): Promise<Checkpoint | null> {
  const file = await readFile(folder, name);
  if (!file) return null;
  try {
    return v.parse(checkpointSchema, JSON.parse(await file.text()));
  } catch {
    // Cut off in the middle, or not ours: an older checkpoint may still be whole.
    return null;
  }
}

async function readWhole(
  folder: DirectoryHandle,
  { file, bytes }: { file: string; bytes: number },
): Promise<Blob | null> {
  const content = await readFile(folder, file);
  return content?.size === bytes ? content : null;
}
