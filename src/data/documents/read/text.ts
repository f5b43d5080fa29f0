/** Plain text and Markdown as blocks: headings, paragraphs, items; code is left out. */
import type { Block } from "../document";
import { toParagraphs } from "./paragraphs";

const MARKED = /^ {0,3}(#{1,6})[ \t]+(.*?)[ \t#]*$/;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const UNDERLINE = /^ {0,3}(=+|-{3,})[ \t]*$/;
const NUMBERED = /^\d{1,2}(?:\.\d{1,2}){0,3}\.?\s+\p{Lu}[^.!?;:]{2,70}$/u;
const CAPITALS = /^[^\p{Ll}]*\p{Lu}{3}[^\p{Ll}]*$/u;
/** Longest line that can be a heading by its looks alone. */
const MAX_HEADING = 80;
/** "**Term**: what it means", "Term – what it means". */
const TERM = /^(?:\*\*|__)([^*_]{2,60}?)(?:\*\*|__)\s*[:–—-]\s*(\S.{10,})$/s;

/** Blocks of text, which may have Markdown's marks. Lines end in \n. */
export function readText(text: string): Block[] {
  const blocks: Block[] = [];
  let lines: string[] = [];
  let fence = "";
  const flush = (): void => {
    blocks.push(...toBlocks(lines));
    lines = [];
  };
  for (const line of text.split("\n")) {
    const mark = FENCE.exec(line)?.[1] ?? "";
    if (fence !== "") {
      if (mark.startsWith(fence)) fence = "";
      continue;
    }
    const [, marks = "", title = ""] = MARKED.exec(line) ?? [];
    if (mark !== "") {
      flush();
      fence = mark;
    } else if (marks !== "") {
      flush();
      if (title !== "") blocks.push(toHeading(marks.length, title));
    } else if (UNDERLINE.test(line) && lines.length === 1) {
      blocks.push(toHeading(line.trim().startsWith("=") ? 1 : 2, lines.join()));
      lines = [];
    } else if (line.trim() === "") flush();
    else lines.push(line);
  }
  flush();
  return blocks;
}

const toHeading = (level: number, title: string): Block => ({
  kind: "heading",
  level,
  text: withoutMarks(title.trim()),
});

/** Lines between two blank ones. */
function toBlocks(lines: readonly string[]): Block[] {
  const [only = ""] = lines;
  const level = lines.length === 1 ? guessHeading(only.trim()) : 0;
  if (level > 0) return [toHeading(level, only)];
  // A table has cells, not sentences.
  const sentences = lines.filter((line) => !/^\s*\|.*\|\s*$/.test(line));
  return toParagraphs(sentences.map((line) => line.replace(/^ {0,3}>\s?/, ""))).map((paragraph) => {
    const [, term = "", meaning = ""] = TERM.exec(paragraph) ?? [];
    return term === ""
      ? { kind: "paragraph", text: withoutMarks(paragraph) }
      : { kind: "term", term: withoutMarks(term), text: withoutMarks(meaning) };
  });
}

/** The level of a line that stands alone and looks like a heading, else 0. */
function guessHeading(line: string): number {
  if (line.length > MAX_HEADING) return 0;
  if (NUMBERED.test(line))
    return (/^[\d.]+/.exec(line)?.[0] ?? "").split(".").filter(Boolean).length;
  return CAPITALS.test(line) ? 1 : 0;
}

/** Markdown's marks inside a line: what is bold or a link is its text. */
export function withoutMarks(text: string): string {
  return text
    .replace(/!\[[^\]]*\]\([^)]*\)/g, "")
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/(\*\*|__|`)(?=\S)([^\n]*?\S)\1/g, "$2")
    .replace(/(^|\s)[*_](?=\S)([^\n*_]*?\S)[*_](?=[\s.,;:!?)]|$)/g, "$1$2")
    .replace(/\s+/g, " ")
    .trim();
}
