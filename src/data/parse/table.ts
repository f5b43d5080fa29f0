/** CSV and TSV files as records: which separator, whether a header row, and what the columns are called. */
import { finish, type InPieces } from "../inPieces";
import { guessDelimiter, parseCsv, type TableRow } from "./csv";
import { RecordCollector, type ParsedRecords } from "./records";

/** Names that columns of the known formats go by: with one of them the first row is a header. */
export type KnownNames = ReadonlySet<string>;

/**
 * True where the text begins as a table: a header with known names, equally many tabs on each line, or
 * rows under a header of short names.
 */
export function looksLikeTable(text: string, known: KnownNames): boolean {
  const start = text.slice(0, 20_000);
  const lines = start.split("\n").filter((line) => line.trim() !== "");
  const [first = ""] = lines;
  const tabs = first.split("\t").length;
  const complete = lines.slice(0, Math.max(1, lines.length - 1));
  if (tabs > 1 && complete.every((line) => line.split("\t").length === tabs)) return true;
  const cells = first.split(/[,;|\t]/).map(normalize);
  if (cells.length > 1 && cells.filter((cell) => known.has(cell)).length > 1) return true;
  return hasRowsUnderNames(start);
}

/** Rows that have as many cells as the header; some may be spoiled. */
const FITTING_SHARE = 0.75;
/** Words in a column's name. With no space behind a separator this tells a header from prose. */
const MOST_NAME_WORDS = 3;

function hasRowsUnderNames(start: string): boolean {
  const { rows } = finish(parseCsv(start, guessDelimiter(start)));
  const [header, ...body] = rows.map(({ cells }) => cells);
  if (!header || header.length < 2 || !isHeader(header, new Set())) return false;
  const areNames = header.every((cell, i) => {
    return (i === 0 || !/^\s/.test(cell)) && cell.trim().split(/\s+/).length <= MOST_NAME_WORDS;
  });
  if (!areNames || new Set(header).size < header.length) return false;
  const fitting = body.filter((cells) => cells.length === header.length).length;
  return fitting > 0 && fitting >= FITTING_SHARE * body.length;
}

const normalize = (cell: string): string =>
  cell
    .trim()
    .replace(/^"(.*)"$/, "$1")
    .trim()
    .toLowerCase();

/** Rows between two yields: about a millisecond of work. */
const YIELD_EVERY = 1024;

/** The records of a table. Rows of another width are problems. */
export function* parseTable(text: string, known: KnownNames): InPieces<ParsedRecords> {
  const clean = text.replaceAll("\r\n", "\n").replaceAll("\r", "\n");
  const delimiter = guessDelimiter(clean);
  const out = new RecordCollector();
  const plain = delimiter === "\t" ? splitTabs(clean) : null;
  const { rows, bad } = plain ?? (yield* parseCsv(clean, delimiter));
  const [first] = rows;
  if (!first) return out.finish();
  const hasHeader = isHeader(first.cells, known);
  const names = hasHeader ? toUnique(first.cells) : nameColumns(rows);
  const body = hasHeader ? rows.slice(1) : rows;
  for (const { line, problem } of bad) out.addProblem(line, problem);
  for (const [i, { line, cells }] of body.entries()) {
    if (i % YIELD_EVERY === 0) yield;
    if (cells.length > names.length) {
      out.addProblem(line, `The row has ${cells.length} cells; the table has ${names.length}.`);
      continue;
    }
    // Cells missing at the end of a row are empty ones. A column may have any name, "__proto__" too.
    out.addValue(line, Object.fromEntries(names.map((name, at) => [name, cells[at] ?? ""])));
  }
  const parsed = out.finish();
  if (!hasHeader) {
    const text = `The table has no header row: its columns are called ${names.join(", ")}.`;
    parsed.notes = [{ text, count: body.length, line: first.line }];
  }
  return parsed;
}

/** Tab-separated text mostly has no quotes, only escapes; null where it has properly quoted cells. */
function splitTabs(text: string): { rows: TableRow[]; bad: [] } | null {
  const lines = text.split("\n");
  const quoted = lines.flatMap((line) => line.split("\t").filter((cell) => cell.startsWith('"')));
  if (quoted.length > 0 && quoted.every((cell) => /^"(?:[^"]|"")*"$/.test(cell))) return null;
  const rows = lines.flatMap((line, i) =>
    line.trim() === "" ? [] : [{ line: i + 1, cells: line.split("\t") }],
  );
  const width = rows[0]?.cells.length;
  // Quoted cells may hold line breaks; then the lines are not the rows.
  if (quoted.length > 0 && rows.some(({ cells }) => cells.length !== width)) return null;
  // A backslash before anything else is no escape but, say, a formula; one of many may be a slip.
  const escapes = text.match(/\\[ntr\\]/g)?.length ?? 0;
  const others = text.match(/\\[^ntr\\]/g)?.length ?? 0;
  if (others > escapes * MAX_SLIP_SHARE) return { rows, bad: [] };
  return { rows: rows.map(({ line, cells }) => ({ line, cells: cells.map(unescape) })), bad: [] };
}

/** Stray backslashes to an escape: a well-known table of 1,500 rows has one. */
const MAX_SLIP_SHARE = 0.01;

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "\\": "\\" };

const unescape = (cell: string): string =>
  cell.replace(/\\([ntr\\])/g, (whole, key: string) => ESCAPES[key] ?? whole);

/** Longest name that a column without a known one may have. */
const MAX_NAME_LENGTH = 40;

function isHeader(cells: readonly string[], known: KnownNames): boolean {
  if (cells.some((cell) => known.has(cell.trim().toLowerCase()))) return true;
  return cells.every(
    (cell) => cell.length <= MAX_NAME_LENGTH && /^\s*[\p{L}_][\p{L}\p{N}_ ./()-]*$/u.test(cell),
  );
}

function toUnique(cells: readonly string[]): string[] {
  /** Names taken, with how often each was wanted: a thousand equal ones must not be tried in turn. */
  const taken = new Map<string, number>();
  return cells.map((cell, i) => {
    const base = cell.trim() || `column ${i + 1}`;
    let count = (taken.get(base) ?? 0) + 1;
    while (count > 1 && taken.has(`${base} (${count})`)) count++;
    const name = count === 1 ? base : `${base} (${count})`;
    taken.set(base, count);
    if (name !== base) taken.set(name, 1);
    return name;
  });
}

/** Two columns are a question and its answer; a third one that is longer than the answer says why. */
function nameColumns(rows: readonly TableRow[]): string[] {
  const width = rows[0]?.cells.length ?? 0;
  const size = (column: number): number =>
    rows.slice(0, 1000).reduce((sum, { cells }) => sum + (cells[column]?.length ?? 0), 0);
  if (width === 1) return ["text"];
  if (width === 2) return ["question", "answer"];
  if (width === 3 && size(2) > size(1)) return ["question", "answer", "rationale"];
  return Array.from({ length: width }, (_, i) => `column ${i + 1}`);
}
