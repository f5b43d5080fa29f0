/** Text for people as records: Markdown by its headings, chat logs by who speaks, all else by paragraphs. */
import { RecordCollector, type ParsedRecords } from "./records";

const HEADING = /^ {0,3}(#{1,6})[ \t]+(.*)$/;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const UNDERLINE = /^ {0,3}(=+|-{2,})[ \t]*$/;

type Heading = { line: number; level: number; title: string; section: string; body: string[] };

/** Every heading with text under it is a record: heading, body, and the headings above it as section. */
export function parseMarkdown(text: string): ParsedRecords {
  const out = new RecordCollector();
  for (const { line, title, section, body } of readHeadings(text.split("\n"))) {
    const under = body.join("\n").trim();
    // A heading over other headings only is their section.
    if (title !== "" && under !== "") out.addValue(line, { heading: title, body: under, section });
  }
  return out.finish();
}

/** How many headings a text has: with two it is read by them. */
export const countHeadings = (text: string): number => readHeadings(text.split("\n")).length;

function readHeadings(lines: readonly string[]): Heading[] {
  const headings: Heading[] = [];
  const open: Heading[] = [];
  let fence = "";
  const start = (line: number, level: number, title: string): void => {
    while ((open.at(-1)?.level ?? 0) >= level) open.pop();
    const section = open.map((above) => above.title).join(" › ");
    const heading = { line, level, title, section, body: [] };
    headings.push(heading);
    open.push(heading);
  };
  for (const [i, line] of lines.entries()) {
    const mark = FENCE.exec(line)?.[1] ?? "";
    if (fence === "" && mark !== "") fence = mark;
    else if (fence !== "" && mark.startsWith(fence) && line.trim() === mark) fence = "";
    const [, marks = "", title = ""] = (fence === "" && HEADING.exec(line)) || [];
    const body = headings.at(-1)?.body ?? [];
    const above = body.at(-1)?.trim() ?? (i > 0 && headings.length === 0 ? lines[i - 1] : "") ?? "";
    const isUnder = fence === "" && mark === "" && above !== "" && UNDERLINE.test(line);
    if (marks !== "") start(i + 1, marks.length, withoutCloser(title));
    else if (isUnder && isAlone(lines, i - 1)) {
      body.pop();
      start(i, line.trim().startsWith("=") ? 1 : 2, above.trim());
    } else body.push(line);
  }
  return headings;
}

/** A heading may be closed by marks, too. (A pattern for it takes quadratic time on hostile lines.) */
function withoutCloser(title: string): string {
  const text = title.trim();
  let end = text.length;
  while (text[end - 1] === "#") end--;
  return end === 0 || text[end - 1] === " " ? text.slice(0, end).trim() : text;
}

/** An underlined heading is one line between blank ones; a rule under a paragraph is none. */
const isAlone = (lines: readonly string[], at: number): boolean =>
  at >= 0 && (lines[at - 1] ?? "").trim() === "" && !/^\s*([|>*+-]|\d+\.)/.test(lines[at] ?? "");

/** "[10:02] Ann: Hello", "Ann (10:02): Hello", "1/2/24, 10:02 - Ann: Hello" or "Ann: Hello". */
const SAID =
  /^(?:\[[^\]\n]{1,40}\]\s*|\(?\d[\d:.,/ \u202fapmAPM-]{2,24}\)?\s*[-–]?\s*)?(?:\*\*)?([\p{L}][\p{L}\p{N} ._'-]{0,39}?)(?:\s*[([][^)\]\n]{1,30}[)\]])?(?:\*\*)?:(?:\*\*)?(?:\s+(.*)|)$/u;
const RULE = /^\s*[-=*_]{3,}\s*$/;

type Said = { line: number; block: number; speaker: string; text: string };

/** Messages of a chat log with who said them and in which talk; null where the text is none. */
export function parseChatLog(text: string): ParsedRecords | null {
  const said: Said[] = [];
  let block = 0;
  let isBetween = false;
  let plain = 0;
  for (const [i, line] of text.split("\n").entries()) {
    if (line.trim() === "" || RULE.test(line)) {
      isBetween = true;
      continue;
    }
    const [, speaker, words = ""] = SAID.exec(line.trim()) ?? [];
    const last = said.at(-1);
    if (speaker !== undefined) {
      if (isBetween) block++;
      said.push({ line: i + 1, block, speaker: speaker.trim(), text: words });
    } else if (last) {
      plain++;
      last.text += `\n${line.trim()}`;
    } else return null;
    isBetween = false;
  }
  if (!isTalk(said, plain)) return null;
  // Where most messages stand alone between blank lines, blank lines do not part talks.
  const blocks = new Set(said.map((one) => one.block)).size;
  const areTalks = said.length >= 2 * blocks;
  const out = new RecordCollector();
  for (const { line, block: talk, speaker, text: words } of said) {
    out.addValue(line, { conversation: areTalks ? talk + 1 : 1, speaker, text: words });
  }
  return out.finish();
}

/** Names of sides that speak, where each needs to speak only once. */
const SIDE =
  /^(?:q|a|question|answer|user|human|person|customer|client|assistant|agent|support|bot|ai)$/;

/** Few people who speak again and again; a list of terms with colons has a new "speaker" on each line. */
function isTalk(said: readonly Said[], plain: number): boolean {
  const speakers = [...new Set(said.map(({ speaker }) => speaker.toLowerCase()))];
  const { length } = speakers;
  const isFew = length < said.length && length <= Math.max(3, said.length / 2);
  const areSides = speakers.every((speaker) => SIDE.test(speaker));
  return length >= 2 && (isFew || areSides) && plain <= said.length;
}

/** What a training file of whole texts has between two of them. */
const BETWEEN_TEXTS = /<\|endoftext\|>|<\/s>\s*(?=<s>|\n)|(?=^Below is an instruction that)/m;
/** A marker of a known template, which is neither a heading nor a speaker. */
const TEMPLATE = /^### (?:Instruction|Question|Human):|<\|im_start\|>|\[INST\]|^Human: /m;

/** True where the text has turns written by a template. */
export const hasTemplate = (text: string): boolean => TEMPLATE.test(text);

/** Texts of a plain file: whole conversations where a template is in it, else paragraphs. */
export function parsePlainText(text: string): ParsedRecords {
  const out = new RecordCollector();
  const isTemplate = hasTemplate(text);
  let line = 1;
  let at = 0;
  for (const piece of text.split(isTemplate ? BETWEEN_TEXTS : /\n[ \t]*\n/)) {
    const start = text.indexOf(piece, at);
    line += countNewlines(text.slice(at, start));
    const lead = /^\s*/.exec(piece)?.[0] ?? "";
    if (piece.trim() !== "") out.addValue(line + countNewlines(lead), { text: piece.trim() });
    line += countNewlines(piece);
    at = start + piece.length;
  }
  return out.finish();
}

function countNewlines(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}
