/** The door for files of any kind: what a file is shows in its bytes, its name only helps where they leave it open. */
import { AppError } from "@/core/errors";
import { FORMATS } from "./columns";
import { buildDataset, toSource, type Dataset } from "./dataset";
import { finishInPieces, waitForPart, type Waiting } from "./inPieces";
import {
  chooseDataFiles,
  explainNoData,
  isDataName,
  isSlackExport,
  joinFiles,
  joinSlack,
  type ParsedFile,
} from "./parse/archive";
import { decodeLeniently, MAX_FILE_BYTES, tooLarge } from "./parse/decodeText";
import { parseInPieces } from "./parse/parse";
import {
  countHeadings,
  hasTemplate,
  parseChatLog,
  parseMarkdown,
  parsePlainText,
} from "./parse/prose";
import type { ParsedRecords } from "./parse/records";
import { UnpackLimit, unpackGzip, unpackZip } from "./parse/unpack";

/**
 * Any data file → conversations: JSON Lines, JSON, CSV, TSV, Parquet, Markdown, chat logs, plain
 * text, gzip of these, and ZIP of these or of a Slack or ChatGPT export. Throws `data/unreadable`,
 * `data/too-large` and `data/nothing-usable`.
 */
export async function readDataFile(
  name: string,
  bytes: Uint8Array,
  waiting: Waiting = {},
): Promise<Dataset> {
  const opening = {
    limit: new UnpackLimit(),
    nesting: 0,
    waiting: whileParsing(waiting),
  };
  return toDataset(name, await parseFile(name, bytes, opening), waiting);
}

/** Text that was pasted or fetched, of any kind that `readDataFile` reads. */
export async function readDataText(
  name: string,
  text: string,
  waiting: Waiting = {},
): Promise<Dataset> {
  return toDataset(name, await parseText(name, text, whileParsing(waiting)), waiting);
}

/** Records that are read already, such as rows from a server. */
export function readDataRecords(
  name: string,
  parsed: ParsedRecords,
  waiting: Waiting = {},
): Promise<Dataset> {
  return finishInPieces(buildDataset(toSource(name, parsed)), waiting);
}

/** Share of the work on JSON Lines that is done once there are records: measured on 50 MB. */
const PARSED_SHARE = 0.6;

const whileParsing = (waiting: Waiting): Waiting => waitForPart(waiting, 0, PARSED_SHARE);

function toDataset(name: string, parsed: ParsedRecords, waiting: Waiting): Promise<Dataset> {
  return readDataRecords(name, parsed, waitForPart(waiting, PARSED_SHARE, 1));
}

/** What is shared by the files in an archive: how much may be unpacked, how deep, and who waits. */
type Opening = { limit: UnpackLimit; nesting: number; waiting: Waiting };

/** An archive in an archive in an archive is none that anyone packed for others to read. */
const MAX_NESTING = 2;

async function parseFile(
  name: string,
  bytes: Uint8Array,
  opening: Opening,
): Promise<ParsedRecords> {
  if (bytes.length > MAX_FILE_BYTES) throw tooLarge(bytes.length);
  const kind = findKind(bytes);
  if (kind === "parquet") {
    const { parseParquet } = await import("./parse/parquet");
    return parseParquet(bytes, opening.limit, opening.waiting);
  }
  if (kind === "text") {
    const { text, note } = decodeLeniently(bytes);
    const parsed = await parseText(name, text, opening.waiting);
    return note === null ? parsed : withNote(parsed, note);
  }
  if (opening.nesting >= MAX_NESTING) {
    const message = `${name} is an archive inside archives; unpack it first.`;
    throw new AppError("data/unreadable", message, { name });
  }
  const inner = { ...opening, nesting: opening.nesting + 1 };
  return kind === "gzip" ? parseGzip(name, bytes, inner) : parseZip(name, bytes, inner);
}

type Kind = "gzip" | "zip" | "parquet" | "text";

function findKind([a, b, c, d]: Uint8Array): Kind {
  if (a === 0x1f && b === 0x8b) return "gzip";
  if (a === 0x50 && b === 0x4b && c === 0x03 && d === 0x04) return "zip";
  return a === 0x50 && b === 0x41 && c === 0x52 && d === 0x31 ? "parquet" : "text";
}

async function parseGzip(name: string, packed: Uint8Array, inner: Opening): Promise<ParsedRecords> {
  const { bytes, fault } = await unpackGzip(packed, inner.limit);
  if (bytes.length === 0 && fault !== null) throw damaged("gzip", fault);
  const parsed = await parseFile(name.replace(/\.gz$/i, ""), bytes, inner);
  return fault === null ? parsed : withFault(parsed, "gzip", fault);
}

async function parseZip(name: string, packed: Uint8Array, inner: Opening): Promise<ParsedRecords> {
  const { entries, skipped, fault } = await unpackZip(packed, inner.limit, isDataName);
  if (entries.size === 0) {
    if (fault !== null) throw damaged("ZIP", fault);
    throw new AppError("data/unreadable", explainNoData(name, skipped), { name });
  }
  const paths = [...entries.keys()];
  const isSlack = isSlackExport(paths);
  const files: ParsedFile[] = [];
  const chosen = new Set(isSlack ? paths : chooseDataFiles(paths));
  for (const [path, bytes] of entries) {
    if (!chosen.has(path)) continue;
    const done = files.length;
    const waiting = waitForPart(inner.waiting, done / chosen.size, (done + 1) / chosen.size);
    files.push({
      path,
      parsed: await parseEntry(path, bytes, { ...inner, waiting }),
    });
  }
  const joined = isSlack ? joinSlack(files) : joinFiles(files);
  return fault === null ? joined : withFault(joined, "ZIP", fault);
}

/** One file of an archive; where it cannot be read the others still can. */
async function parseEntry(
  path: string,
  bytes: Uint8Array,
  opening: Opening,
): Promise<ParsedRecords> {
  try {
    return await parseFile(path, bytes, opening);
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code === "data/too-large") throw thrown;
    return { records: [], problems: [{ line: 1, reason: thrown.message }] };
  }
}

function damaged(kind: string, fault: string): AppError {
  const message = `The ${kind} file is damaged or incomplete (${fault}). Fetch it again.`;
  return new AppError("data/unreadable", message);
}

function withFault(parsed: ParsedRecords, kind: string, fault: string): ParsedRecords {
  const line = (parsed.records.at(-1)?.line ?? 0) + 1;
  const reason = `The ${kind} file is damaged or incomplete here (${fault}); what follows is missing.`;
  return { ...parsed, problems: [...parsed.problems, { line, reason }] };
}

function withNote(parsed: ParsedRecords, text: string): ParsedRecords {
  const note = { text, count: parsed.records.length, line: 1 };
  return { ...parsed, notes: [note, ...(parsed.notes ?? [])] };
}

/** Names by which a table's first row is known to be its header. */
const KNOWN_NAMES: ReadonlySet<string> = new Set(
  FORMATS.flatMap(({ fields }) => fields.flatMap(({ aliases }) => aliases)),
);

async function parseText(name: string, text: string, waiting: Waiting): Promise<ParsedRecords> {
  if (text.length > MAX_FILE_BYTES) throw tooLarge(text.length);
  const clean = (text.startsWith("\uFEFF") ? text.slice(1) : text).replace(/\r\n?/g, "\n");
  const ending = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
  const isJson = ["json", "jsonl", "ndjson"].includes(ending);
  const isMarkdown = ["md", "markdown"].includes(ending);
  const isTable = ["csv", "tsv"].includes(ending);
  const hasBrackets = /^\s*[[{]/.test(clean);
  if (isTable || (!isJson && !isMarkdown && !hasBrackets)) {
    const { parseTable, looksLikeTable } = await import("./parse/table");
    if (isTable || looksLikeTable(clean, KNOWN_NAMES)) {
      return finishInPieces(parseTable(clean, KNOWN_NAMES), waiting);
    }
  }
  if (isJson || hasBrackets) {
    const parsed = await finishInPieces(parseInPieces(clean), waiting);
    // Brackets also begin a chat log ("[10:02] Ann: …") or a list of links.
    if (isJson || parsed.records.length > 0) return parsed;
  }
  return parseProse(clean, isMarkdown);
}

/** Headings make a page, two of them also without the name of one. */
function parseProse(text: string, isMarkdown: boolean): ParsedRecords {
  if (hasTemplate(text)) return parsePlainText(text);
  if (countHeadings(text) >= (isMarkdown ? 1 : 2)) {
    const parsed = parseMarkdown(text);
    if (parsed.records.length > 0) return parsed;
  }
  return parseChatLog(text) ?? parsePlainText(text);
}
