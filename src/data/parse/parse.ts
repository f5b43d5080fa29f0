/** The door for data files: text of unknown kind → records, with a problem for all that is not one. */
import { finish, type InPieces } from "../inPieces";
import { parseJson, salvageJson } from "./json";
import { parseJsonList } from "./jsonList";
import { parseJsonl } from "./jsonl";
import type { ParsedRecords } from "./records";
import { MAX_FILE_BYTES, tooLarge } from "./decodeText";

export { decodeText, MAX_FILE_BYTES } from "./decodeText";
export type { DataRecord, ParsedRecords } from "./records";

/**
 * Reads JSON Lines, a JSON list of objects, or an object that holds one list of objects. Nothing is
 * dropped silently: what is no record is listed with its line (in a list: its number) and the reason.
 * Throws `data/too-large` only.
 */
export function parseRecords(text: string): ParsedRecords {
  return finish(parseInPieces(text));
}

/** A list shorter than this is read at once, some milliseconds. */
const LONG_LIST = 1024 * 1024;

/** `parseRecords`, yielding every few milliseconds. */
export function* parseInPieces(text: string): InPieces<ParsedRecords> {
  // UTF-8 needs at least one byte for a UTF-16 unit.
  if (text.length > MAX_FILE_BYTES) throw tooLarge(text.length);
  const clean = normalizeLineEnds(text.startsWith("\uFEFF") ? text.slice(1) : text);
  const first = /\S/.exec(clean)?.[0];
  if (first === "[") {
    const isLong = clean.length >= LONG_LIST;
    const list = isLong ? yield* parseJsonList(clean) : parseJson(clean);
    return list ?? salvageJson(clean);
  }
  if (first !== "{") return yield* parseJsonl(clean);
  return parseJson(clean) ?? (yield* parseLinesOrPieces(clean));
}

/** Old Macintosh files end lines with a bare carriage return. */
function normalizeLineEnds(text: string): string {
  return text.includes("\r") && !text.includes("\n") ? text.replaceAll("\r", "\n") : text;
}

/** JSON Lines, unless objects go over several lines and more of them are found when read as pieces. */
function* parseLinesOrPieces(text: string): InPieces<ParsedRecords> {
  const lines = yield* parseJsonl(text);
  const firstLine = /\S[^\n]*/.exec(text)?.[0].trimEnd() ?? "";
  if (/\},?$/.test(firstLine)) return lines;
  const pieces = salvageJson(text);
  return pieces.records.length > lines.records.length ? pieces : lines;
}
