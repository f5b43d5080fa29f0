/** Long JSON lists, one item after the other, so that the list never stands in memory beside its records. */
import type { InPieces } from "../inPieces";
import { RecordCollector, type ParsedRecords } from "./records";

/** Characters between two yields: some milliseconds of work. */
const YIELD_EVERY = 256 * 1024;

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** The records of a text that is one valid JSON list; null at the first fault, whatever it is. */
export function* parseJsonList(text: string): InPieces<ParsedRecords | null> {
  const out = new RecordCollector();
  let at = /^\s*\[\s*/.exec(text)?.[0].length ?? text.length;
  let yieldAt = YIELD_EVERY;
  for (let number = 1; ; number++) {
    const end = findItemEnd(text, at);
    if (end < 0) return null;
    const isLast = text.charCodeAt(end) === CLOSE_LIST;
    const item = text.slice(at, end);
    // Only an empty list has an empty item.
    if (number === 1 && isLast && item.trim() === "") break;
    try {
      out.addValue(number, JSON.parse(item));
    } catch {
      return null;
    }
    at = end + 1;
    if (isLast) break;
    if (at < yieldAt) continue;
    yieldAt = at + YIELD_EVERY;
    yield at / text.length;
  }
  return /\S/.test(text.slice(at)) ? null : out.finish();
}

/** Where the comma or bracket behind an item of the list stands; -1 where there is none. */
function findItemEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = findStringEnd(text, at + 1);
      if (at < 0) return -1;
    } else if (code === OPEN_OBJECT || code === OPEN_LIST) depth++;
    else if (code === CLOSE_OBJECT || code === CLOSE_LIST) {
      if (depth === 0) return code === CLOSE_LIST ? at : -1;
      depth--;
    } else if (code === COMMA && depth === 0) return at;
  }
  return -1;
}

function findStringEnd(text: string, start: number): number {
  for (let from = start; ;) {
    const quote = text.indexOf('"', from);
    if (quote < 0) return -1;
    let slashes = 0;
    while (text.charCodeAt(quote - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return quote;
    from = quote + 1;
  }
}
