/** Rows of comma-separated text, with their lines. Only this file knows papaparse. */
import Papa from "papaparse";
import type { InPieces } from "../inPieces";

export type TableRow = { line: number; cells: string[] };

/** `problem` says why a line could not be read as the table's other rows. */
export type BadRow = { line: number; problem: string };

/** Rows between two yields. */
const ROWS_AT_ONCE = 200;

/** Characters given to the parser at once: it searches all it is given for the next quote. */
const WINDOW = 256 * 1024;

/** After this many broken quotes the file is one that does not use them as quotes. */
const MAX_BROKEN_QUOTES = 20;

/** A quoted cell longer than this is one whose quote was never closed. */
const MAX_CELL = 16 * WINDOW;

/** The separator of the first rows: the one that cuts most of them into equally many cells. */
export function guessDelimiter(text: string): string {
  const start = text.slice(0, WINDOW);
  return Papa.parse(start, { preview: 20, newline: "\n", skipEmptyLines: true }).meta.delimiter;
}

/**
 * The rows of a text with "\n" line ends. A quote that is never closed would swallow the rest of the
 * file, so its line is read without quotes and reading goes on behind it.
 */
export function* parseCsv(
  text: string,
  delimiter: string,
): InPieces<{ rows: TableRow[]; bad: BadRow[] }> {
  const rows: TableRow[] = [];
  const bad: BadRow[] = [];
  let line = 1;
  let at = 0;
  let width = 0;
  for (let broken = 0; at < text.length;) {
    const { cells, length, isBroken } = readSome(text, at, delimiter);
    for (const row of cells) {
      const isBlank = row.every((cell) => cell.trim() === "");
      if (!isBlank) rows.push({ line, cells: row });
      if (rows.length === 1) width = row.length;
      line += 1 + row.reduce((sum, cell) => sum + countNewlines(cell), 0);
    }
    at += length;
    yield at / text.length;
    if (!isBroken) continue;
    broken++;
    const isHopeless = broken >= MAX_BROKEN_QUOTES;
    const newline = text.indexOf("\n", at);
    const end = isHopeless || newline < 0 ? text.length : newline;
    for (const plain of text.slice(at, end).split("\n")) {
      const split = plain.split(delimiter);
      if (split.length === width) rows.push({ line, cells: split });
      else if (plain.trim() !== "") {
        bad.push({ line, problem: "A quote is opened and not closed as it should be." });
      }
      line++;
    }
    at = end + 1;
  }
  return { rows, bad };
}

type Some = {
  cells: string[][];
  /** Characters that these rows take. */
  length: number;
  /** True where the row behind them has a broken quote. */
  isBroken: boolean;
};

function readSome(text: string, at: number, delimiter: string): Some {
  for (let size = WINDOW; ; size *= 4) {
    const isRest = at + size >= text.length;
    const window = text.slice(at, at + size);
    const parse = (preview: number): Papa.ParseResult<string[]> =>
      Papa.parse<string[]>(window, { delimiter, newline: "\n", preview, fastMode: false });
    const { data, errors, meta } = parse(ROWS_AT_ONCE);
    const isWhole = meta.truncated || isRest;
    const fault = errors.find(({ type }) => type === "Quotes")?.row ?? data.length;
    // The last row of a window may go on behind it, and a fault in it may be none.
    const good = Math.min(fault, isWhole ? data.length : data.length - 1);
    if (good === data.length) return { cells: data, length: meta.cursor, isBroken: false };
    const isBroken = good === fault && (isWhole || fault < data.length - 1);
    if (good > 0) return { cells: data.slice(0, good), length: parse(good).meta.cursor, isBroken };
    if (isBroken || size >= MAX_CELL) return { cells: [], length: 0, isBroken: true };
  }
}

function countNewlines(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}
