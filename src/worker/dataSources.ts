/** Where data comes from: each source read as a data set. */
import { AppError } from "@/core/errors";
import {
  BUNDLED_SETS,
  fetchBundledText,
  fillIn,
  toFieldValues,
  toSetTitle,
  type FieldValues,
} from "@/data/bundled";
import { readDataFile, readDataText } from "@/data/dataFile";
import { readRecords, remapDatasetInPieces, type Dataset } from "@/data/dataset";
import type { Waiting } from "@/data/inPieces";
import { MAX_FILE_BYTES, tooLarge } from "@/data/parse/decodeText";
import type { DataSource } from "./protocol";

/** Who waits for a source is told how far it is, and can end it. */
export type Reading = {
  signal?: AbortSignal;
  onProgress?: (task: "fetch" | "read", done: number, total: number) => void;
};

/** Reads a source while the thread stays free for other calls. Throws `data/…` and `hub/…`. */
export async function readSource(source: DataSource, reading: Reading = {}): Promise<Dataset> {
  switch (source.kind) {
    case "file": {
      const { name, file } = source;
      // Looked at first: a file of some gigabytes must not even be loaded.
      if (file.size > MAX_FILE_BYTES) throw tooLarge(file.size);
      const bytes = new Uint8Array(await file.arrayBuffer());
      return readDataFile(name, bytes, whileReading(bytes.length, reading));
    }
    case "text":
      return readDataText(source.name, source.text, whileReading(source.text.length, reading));
    case "made": {
      const { makeQuestionSets, makeRecords } = await import("@/data/rules/rules");
      const { options } = source;
      return readRecords("made here", makeRecords(options), makeQuestionSets(options));
    }
    case "bundled":
      return readBundled(source.name, source.values, reading);
  }
}

/** A share as the bytes that it is of. */
export function whileReading(byteCount: number, { signal, onProgress }: Reading): Waiting {
  return {
    ...(signal && { signal }),
    onShare: (share) => onProgress?.("read", Math.round(share * byteCount), byteCount),
  };
}

async function readBundled(
  name: string,
  given: FieldValues | undefined,
  reading: Reading,
): Promise<Dataset> {
  const set = BUNDLED_SETS.find((one) => one.name === name);
  if (!set) throw new AppError("data/unreadable", `There is no bundled data set ${name}.`);
  const values = toFieldValues(set, given);
  const text = await fetchBundledText(set.file);
  const waiting = whileReading(text.length, reading);
  const dataset = await readDataText(toSetTitle(set, values), text, waiting);
  if (set.fields.length === 0) return dataset;
  const filled = { ...dataset, records: fillIn(dataset.records, values) };
  return remapDatasetInPieces(filled, dataset.mapping, waiting);
}
