/** Lines of a PDF's pages → headings and paragraphs. A PDF says only where each line stands and how large it is. */
import type { Block } from "../document";

/** Points, y from the bottom of the page; `place` is y as a share of the page's height. */
export type PdfLine = {
  text: string;
  x: number;
  y: number;
  size: number;
  page: number;
  place: number;
};

/** So much larger than the text around it is a heading. */
const HEADING_FACTOR = 1.12;
const MAX_HEADING = 140;
/** A step to the next line of more than this many sizes parts paragraphs. */
const PARAGRAPH_STEP = 1.7;
/** Running heads and page numbers stand in this share of a page at its top and bottom. */
const MARGIN = 0.1;
const NUMBERED = /^\d{1,2}(?:\.\d{1,2}){0,3}\.?\s+\p{Lu}[^.!?;:]{2,70}$/u;

/** `toParagraphs` parts lines that stand together where items or questions begin. */
export function toBlocks(
  pages: readonly (readonly PdfLine[])[],
  toParagraphs: (lines: readonly string[]) => string[],
): Block[] {
  const lines = withoutRunningHeads(pages);
  const body = bodySize(lines);
  const sizes = [...new Set(lines.map(roundSize))].filter((size) => size > body * HEADING_FACTOR);
  const levels = new Map(sizes.sort((a, b) => b - a).map((size, i) => [size, Math.min(6, i + 1)]));
  const blocks: Block[] = [];
  let group: PdfLine[] = [];
  const flush = (): void => {
    const [first] = group;
    if (!first) return;
    for (const text of toParagraphs(group.map((line) => line.text))) {
      blocks.push({ kind: "paragraph", text, page: first.page });
    }
    group = [];
  };
  for (const [i, line] of lines.entries()) {
    const level = headingLevel(line, levels, lines[i - 1], lines[i + 1]);
    if (level > 0) {
      flush();
      pushHeading(blocks, line, level, lines[i - 1]);
      continue;
    }
    const above = group.at(-1);
    if (above && isNewParagraph(above, line)) flush();
    group.push(line);
  }
  flush();
  return blocks;
}

const roundSize = ({ size }: PdfLine): number => Math.round(size * 2) / 2;

/** The size of most of the text, by characters. */
function bodySize(lines: readonly PdfLine[]): number {
  const counts = new Map<number, number>();
  for (const line of lines) {
    counts.set(roundSize(line), (counts.get(roundSize(line)) ?? 0) + line.text.length);
  }
  return [...counts].reduce((best, next) => (next[1] > best[1] ? next : best), [0, 0])[0];
}

function headingLevel(
  line: PdfLine,
  levels: ReadonlyMap<number, number>,
  above: PdfLine | undefined,
  below: PdfLine | undefined,
): number {
  if (line.text.length > MAX_HEADING || !/\p{L}/u.test(line.text)) return 0;
  const level = levels.get(roundSize(line)) ?? 0;
  if (level > 0) return level;
  const isAlone =
    (!above || isNewParagraph(above, line)) && (!below || isNewParagraph(line, below));
  if (!isAlone || !NUMBERED.test(line.text)) return 0;
  const depth = (/^[\d.]+/.exec(line.text)?.[0] ?? "").split(".").filter(Boolean).length;
  return Math.min(6, levels.size + depth);
}

/** A heading of two lines is one. */
function pushHeading(
  blocks: Block[],
  line: PdfLine,
  level: number,
  above: PdfLine | undefined,
): void {
  const last = blocks.at(-1);
  const goesOn =
    last?.kind === "heading" &&
    last.level === level &&
    above !== undefined &&
    roundSize(above) === roundSize(line) &&
    !isNewParagraph(above, line);
  if (goesOn) last.text = `${last.text} ${line.text}`;
  else blocks.push({ kind: "heading", level, text: line.text, page: line.page });
}

function isNewParagraph(above: PdfLine, line: PdfLine): boolean {
  // On another page or in the next column a sentence goes on.
  if (line.page !== above.page || line.y > above.y) return /[.!?:]["”’)]?$/.test(above.text);
  if (roundSize(line) !== roundSize(above)) return true;
  return above.y - line.y > PARAGRAPH_STEP * line.size;
}

/** Leaves out what stands on most pages at the same place, and page numbers. */
function withoutRunningHeads(pages: readonly (readonly PdfLine[])[]): PdfLine[] {
  const isInMargin = ({ place }: PdfLine): boolean => place < MARGIN || place > 1 - MARGIN;
  const keyOf = ({ text, y }: PdfLine): string => `${Math.round(y)} ${text.replace(/\d+/g, "#")}`;
  const counts = new Map<string, number>();
  for (const page of pages) {
    for (const key of new Set(page.filter(isInMargin).map(keyOf))) {
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  const isRunning = (line: PdfLine): boolean =>
    isInMargin(line) &&
    (/^(?:page\s+)?\d+(?:\s*(?:of|\/)\s*\d+)?$/i.test(line.text) ||
      (pages.length > 2 && (counts.get(keyOf(line)) ?? 0) > pages.length / 2));
  return pages.flat().filter((line) => line.text !== "" && !isRunning(line));
}
