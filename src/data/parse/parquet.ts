/** Rows of a Parquet file as records. Only this file knows hyparquet. */
import { AppError } from "@/core/errors";
import { nextTask } from "@/core/nextTask";
import type { Waiting } from "../inPieces";
import { RecordCollector, type ParsedRecords } from "./records";
import type { UnpackLimit } from "./unpack";

/** More rows than any file of the size that is read has; a header can claim any number. */
const MAX_ROWS = 5_000_000;

/** Reads row group after row group; the rows that no longer fit into the limit are left out and said. */
export async function parseParquet(
  bytes: Uint8Array,
  limit: UnpackLimit,
  { onShare, signal }: Waiting = {},
): Promise<ParsedRecords> {
  const { parquetMetadata, parquetReadObjects } = await import("hyparquet");
  const { compressors } = await import("hyparquet-compressors");
  const file = bytes.slice().buffer;
  // What a page says of its size is counted before memory is taken for it.
  const counting = Object.fromEntries(
    Object.entries(compressors).map(([codec, unpack]) => [
      codec,
      (input: Uint8Array, outputLength: number): Uint8Array => {
        limit.use(outputLength);
        return unpack(input, outputLength);
      },
    ]),
  );
  const out = new RecordCollector();
  try {
    const metadata = parquetMetadata(file);
    if (metadata.num_rows > MAX_ROWS) {
      const message = `The Parquet file has ${metadata.num_rows} rows; up to ${MAX_ROWS} are read.`;
      throw new AppError("data/too-large", message, { limit: MAX_ROWS });
    }
    let rowStart = 0;
    for (const group of metadata.row_groups) {
      const rowEnd = Math.min(rowStart + Number(group.num_rows), MAX_ROWS);
      const rows = await parquetReadObjects({
        file,
        metadata,
        rowStart,
        rowEnd,
        compressors: counting,
      });
      for (const [i, row] of rows.entries()) out.addValue(rowStart + i + 1, toPlain(row));
      rowStart = rowEnd;
      onShare?.(rowEnd / Number(metadata.num_rows));
      await nextTask();
      signal?.throwIfAborted();
    }
  } catch (thrown) {
    signal?.throwIfAborted();
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    if (!out.hasRecords) {
      if (thrown instanceof AppError) throw thrown;
      const message = `The Parquet file cannot be read: ${why}.`;
      throw new AppError("data/unreadable", message, {}, { cause: thrown });
    }
    const count = out.records.length;
    out.addProblem(count + 1, `Only the first ${count} rows were read. ${why}`);
  }
  return out.finish();
}

/** Values as JSON has them: big integers, dates and bytes as text, typed arrays as lists. */
function toPlain(value: unknown): unknown {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (ArrayBuffer.isView(value)) {
    const items: unknown[] = Array.from(value as unknown as ArrayLike<unknown>);
    return items.map(toPlain);
  }
  if (Array.isArray(value)) return (value as unknown[]).map(toPlain);
  const entries = Object.entries(value as Record<string, unknown>);
  return Object.fromEntries(entries.map(([key, inner]) => [key, toPlain(inner)]));
}
