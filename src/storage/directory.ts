/**
 * The little of the browser's private file system (OPFS) that is used here, as types that a real
 * FileSystemDirectoryHandle fits, so that tests and insecure pages can bring another one.
 */
import { AppError } from "@/core/errors";

export type FileWriter = {
  write(data: Blob | Uint8Array<ArrayBuffer>): Promise<void>;
  /** Only now does the file get its new content. */
  close(): Promise<void>;
  abort(): Promise<void>;
};

export type FileHandle = { getFile(): Promise<Blob>; createWritable(): Promise<FileWriter> };

export type DirectoryHandle = {
  getDirectoryHandle(name: string, options?: { create?: boolean }): Promise<DirectoryHandle>;
  getFileHandle(name: string, options?: { create?: boolean }): Promise<FileHandle>;
  removeEntry(name: string, options?: { recursive?: boolean }): Promise<void>;
  keys(): AsyncIterable<string>;
};

/** The root of this site's private files, or null where the browser gives none (plain http, private windows). */
export async function openPrivateDirectory(): Promise<DirectoryHandle | null> {
  try {
    const root = (await navigator.storage.getDirectory()) as unknown as DirectoryHandle;
    const folder = await root.getDirectoryHandle("tabtune", { create: true });
    // Safari before 26 has files that only open synchronously; those are not used here.
    const probe = await folder.getFileHandle(".probe", { create: true });
    return typeof probe.createWritable === "function" ? folder : null;
  } catch {
    return null;
  }
}

function hasName(error: unknown, ...names: string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}

/** The folder, or null when it is not there. */
export async function openFolder(
  parent: DirectoryHandle,
  name: string,
): Promise<DirectoryHandle | null> {
  try {
    return await parent.getDirectoryHandle(name);
  } catch (error) {
    if (hasName(error, "NotFoundError", "TypeMismatchError")) return null;
    throw error;
  }
}

/** The content of a file, or null when it is not there. */
export async function readFile(folder: DirectoryHandle, name: string): Promise<Blob | null> {
  try {
    return await (await folder.getFileHandle(name)).getFile();
  } catch (error) {
    if (hasName(error, "NotFoundError", "TypeMismatchError")) return null;
    throw error;
  }
}

/** Writes a file whole. When that fails, what was begun is removed and the error goes on. */
export async function writeFile(
  folder: DirectoryHandle,
  name: string,
  content: Blob,
): Promise<void> {
  const file = await folder.getFileHandle(name, { create: true });
  try {
    const writer = await file.createWritable();
    try {
      await writer.write(content);
      await writer.close();
    } catch (error) {
      await writer.abort().catch(() => undefined);
      throw error;
    }
  } catch (error) {
    await removeEntry(folder, name).catch(() => undefined);
    throw error;
  }
}

/** Removes a file or a folder with everything in it; nothing happens when it is not there. */
export async function removeEntry(folder: DirectoryHandle, name: string): Promise<void> {
  try {
    await folder.removeEntry(name, { recursive: true });
  } catch (error) {
    if (!hasName(error, "NotFoundError")) throw error;
  }
}

export async function listNames(folder: DirectoryHandle): Promise<string[]> {
  const names: string[] = [];
  for await (const name of folder.keys()) names.push(name);
  return names.toSorted();
}

/** The part of navigator.storage that says how much room there is. */
export type RoomEstimate = () => Promise<{ quota?: number; usage?: number }>;

const estimateRoom: RoomEstimate = () => navigator.storage.estimate();

/** What became of a failed write: `storage/quota` with the bytes, or `storage/failed`. */
export async function toStorageError(
  error: unknown,
  what: string,
  wantedBytes: number,
  estimate: RoomEstimate = estimateRoom,
): Promise<AppError> {
  if (error instanceof AppError) return error;
  const cause = { cause: error };
  if (!hasName(error, "QuotaExceededError")) {
    const reason = error instanceof Error ? error.message : String(error);
    return new AppError("storage/failed", `${what} could not be saved: ${reason}`, {}, cause);
  }
  const { quota, usage } = await estimate().catch(() => ({ quota: undefined, usage: undefined }));
  const availableBytes = quota === undefined ? null : Math.max(0, quota - (usage ?? 0));
  const room =
    availableBytes === null ? "" : `; the browser gives this site ${availableBytes} more bytes`;
  return new AppError(
    "storage/quota",
    `${what} could not be saved: it needs ${wantedBytes} bytes${room}.`,
    { wantedBytes, ...(availableBytes === null ? {} : { availableBytes }) },
    cause,
  );
}
