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
import { readDataFile, readDataRecords, readDataText } from "@/data/dataFile";
import { readRecords, remapDatasetInPieces, type Dataset } from "@/data/dataset";
import type { Waiting } from "@/data/inPieces";
import { MAX_FILE_BYTES, tooLarge } from "@/data/parse/decodeText";
import { fetchDataFile } from "@/data/sources/address";
import { readHubRows } from "@/data/sources/hubDataset";
import type { Asking } from "@/data/sources/request";
import type { DataSource } from "./protocol";

/** Who waits for a source is told how far it is, and can end it. */
export type Reading = {
  signal?: AbortSignal;
  /** Where data sets of Hugging Face come from. */
  hubUrl?: string;
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
    case "url": {
      const { name, url } = source;
      const bytes = await fetchDataFile(url, name, whileFetching(reading));
      return readDataFile(name, bytes, whileReading(bytes.length, reading));
    }
    case "hub": {
      const parsed = await readHubRows(source, reading.hubUrl ?? "", {
        ...(reading.signal && { signal: reading.signal }),
        onRows: (done, total) => reading.onProgress?.("fetch", done, total),
      });
      return readDataRecords(source.name, parsed, whileReading(parsed.records.length, reading));
    }
    case "bundled":
      return readBundled(source.name, source.values, reading);
  }
}

function whileFetching({ signal, onProgress }: Reading): Asking {
  return {
    ...(signal && { signal }),
    onBytes: (done, total) => onProgress?.("fetch", done, total),
  };
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
