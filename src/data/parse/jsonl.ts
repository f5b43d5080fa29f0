import { explainJson } from "./explainJson";
import type { InPieces } from "../inPieces";
import { RecordCollector, type ParsedRecords } from "./records";

/** Characters between two yields: some milliseconds of work. */
const YIELD_EVERY = 256 * 1024;

/** JSON Lines: one object a line; blank lines are skipped, every other line is a record or a problem. */
export function* parseJsonl(text: string): InPieces<ParsedRecords> {
  const out = new RecordCollector();
  let line = 0;
  let yieldAt = YIELD_EVERY;
  for (let start = 0; start <= text.length;) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    const content = text.slice(start, end).trim();
    start = end + 1;
    line++;
    if (content !== "") addLine(out, line, content);
    if (start < yieldAt) continue;
    yieldAt = start + YIELD_EVERY;
    yield start / text.length;
  }
  return out.finish();
}

function addLine(out: RecordCollector, line: number, content: string): void {
  // A thrown exception costs microseconds: in a long file of another kind, look before parsing.
  if (out.isFull && !(content.startsWith("{") && content.endsWith("}"))) {
    out.addProblem(line, "");
    return;
  }
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    out.addProblem(line, out.isFull ? "" : explainJson(content));
    return;
  }
  out.addValue(line, value);
}
