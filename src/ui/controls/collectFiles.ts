export type Collected = {
  files: File[];
  /** Name of the folder they lay in; null for single files. */
  folder: string | null;
};

/** Reads what was dropped, folders included; a folder's files come without their path. */
export async function collectFiles(transfer: DataTransfer): Promise<Collected> {
  // Entries must be taken before the first await: the list is emptied after the event.
  const entries = [...transfer.items]
    .map((item) => item.webkitGetAsEntry())
    .filter((entry) => entry !== null);
  if (entries.length === 0) return { files: [...transfer.files], folder: null };
  const folder = entries.find((entry) => entry.isDirectory)?.name ?? null;
  return { files: (await Promise.all(entries.map(readEntry))).flat(), folder };
}

async function readEntry(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    return [file];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const files: File[] = [];
  // One call gives at most 100 entries; an empty list is the end.
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (batch.length === 0) return files;
    files.push(...(await Promise.all(batch.map(readEntry))).flat());
  }
}
