import { explainJson } from "./explainJson";
import { isObject, RecordCollector, type ParsedRecords } from "./records";

/** Keys whose list belongs to one record: an object with it is a record, not a wrapper around many. */
const CONVERSATION_KEYS = new Set([
  "messages",
  "conversations",
  "conversation",
  "segments",
  "instances",
  "thread",
]);

/** A JSON list of objects, or an object that holds one; null where the text is not one valid JSON value. */
export function parseJson(text: string): ParsedRecords | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const out = new RecordCollector();
  const list = Array.isArray(value)
    ? (value as unknown[])
    : isObject(value)
      ? findList(value)
      : null;
  if (list) list.forEach((item, i) => out.addValue(i + 1, item));
  else out.addValue(1 + countNewlines(text.slice(0, text.search(/\S/))), value);
  return out.finish();
}

function countNewlines(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

/** Keys under which tools put all records of a file. */
const WRAPPER_KEYS = new Set([
  "data",
  "dataset",
  "examples",
  "items",
  "records",
  "rows",
  "train",
  "training",
]);

/** The one list of objects that an object is wrapped around, or null where it is itself a record. */
function findList(value: Record<string, unknown>): unknown[] | null {
  const entries = Object.entries(value);
  const lists = entries.filter(
    ([, item]) => Array.isArray(item) && item.length > 0 && item.every(isObject),
  );
  const named = lists.filter(([key]) => WRAPPER_KEYS.has(key.toLowerCase()));
  // By any other name it must be all there is: records also hold lists of objects.
  const [only] = named.length === 1 ? named : entries.length === 1 ? lists : [];
  return only && !CONVERSATION_KEYS.has(only[0].toLowerCase()) ? (only[1] as unknown[]) : null;
}

/**
 * What can be saved of a list (or of objects one after another) that is not valid JSON as a whole:
 * the pieces between the outermost brackets are read one by one.
 */
export function salvageJson(text: string): ParsedRecords {
  const out = new RecordCollector();
  const wrapper = /^\s*\{\s*"[^"\\]*"\s*:\s*\[/.exec(text);
  const list = /^\s*\[/.exec(text) ?? wrapper;
  let number = 0;
  let at = list ? list[0].length : 0;
  // Objects that stand in no list are numbered by the line they start on.
  let line = 1;
  let countedTo = 0;
  for (;;) {
    const start = skip(text, at);
    if (start >= text.length) {
      if (list) out.addProblem(number + 1, 'The list is never closed: "]" is missing at the end.');
      break;
    }
    if (list && text[start] === "]") {
      addRest(out, number, text.slice(start + 1), wrapper !== null);
      break;
    }
    number++;
    line += countNewlines(text.slice(countedTo, start));
    countedTo = start;
    const piece = readPiece(text, start);
    addPiece(out, list ? number : line, text.slice(start, piece.end), piece.isComplete);
    at = piece.end;
  }
  return out.finish();
}

/** Past white space and commas. */
function skip(text: string, start: number): number {
  let at = start;
  while (at < text.length && ", \t\r\n".includes(text[at] ?? "")) at++;
  return at;
}

/** What stands after the closing bracket of the list. */
function addRest(out: RecordCollector, number: number, rest: string, isWrapped: boolean): void {
  if (isWrapped || rest.trim() === "") return;
  out.addProblem(number + 1, `After the end of the list comes "${rest.trim().slice(0, 24)}".`);
}

function addPiece(out: RecordCollector, number: number, text: string, isComplete: boolean): void {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const why = out.isFull ? "" : explainJson(text.trim());
    const cut = isComplete ? "" : " What follows it could not be told apart from it.";
    out.addProblem(number, why + cut);
    return;
  }
  out.addValue(number, value);
}

/** Indents deeper than this are not looked at: a line may be the whole file. */
const MAX_INDENT = 200;

/**
 * The end of the value that starts at `start`. A broken object must not swallow the rest of the file:
 * "{" first on its line, and no deeper indented than the object that is open, starts the next record.
 */
function readPiece(text: string, start: number): { end: number; isComplete: boolean } {
  const first = text[start];
  if (first !== "{" && first !== "[") return readToComma(text, start);
  const before = text.slice(Math.max(0, start - MAX_INDENT), start);
  const ownIndent = /(?:^|\n)([ \t]*)$/.exec(before)?.[1]?.length ?? 0;
  const closes: string[] = [];
  let isInString = false;
  let lineStart = -1;
  for (let at = start; at < text.length; at++) {
    const char = text[at] ?? "";
    if (char === "\n") {
      lineStart = at + 1;
      // A text cannot hold a line break, so its closing quote is missing.
      isInString = false;
    } else if (isInString) {
      if (char === "\\") at++;
      else if (char === '"') isInString = false;
    } else if (char === '"') isInString = true;
    else if (char === "{" || char === "[") {
      const indent = at - lineStart;
      const isShallow = char === "{" && lineStart >= 0 && indent <= Math.min(ownIndent, MAX_INDENT);
      if (isShallow && text.slice(lineStart, at).trim() === "") {
        return { end: at, isComplete: false };
      }
      closes.push(char === "{" ? "}" : "]");
    } else if (char === "}" || char === "]") {
      // A bracket that does not match closes all that was opened after its own.
      const match = closes.lastIndexOf(char);
      if (match >= 0) closes.length = match;
      if (closes.length === 0) return { end: at + 1, isComplete: true };
    }
  }
  return { end: text.length, isComplete: false };
}

function readToComma(text: string, start: number): { end: number; isComplete: boolean } {
  let isInString = false;
  for (let at = start; at < text.length; at++) {
    const char = text[at] ?? "";
    if (isInString) {
      if (char === "\\") at++;
      else if (char === '"' || char === "\n") isInString = false;
    } else if (char === '"') isInString = true;
    else if (at > start && (char === "," || char === "]" || char === "{" || char === "\n")) {
      return { end: at, isComplete: true };
    }
  }
  return { end: text.length, isComplete: true };
}
