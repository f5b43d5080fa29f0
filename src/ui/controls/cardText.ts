/** The Markdown of a card as blocks to show: headings, paragraphs, lists, tables, code. Never HTML. */

export type Piece =
  { kind: "text" | "strong" | "code"; text: string } | { kind: "link"; text: string; url: string };

export type Block =
  | { kind: "heading"; level: number; pieces: Piece[] }
  | { kind: "paragraph"; pieces: Piece[] }
  | { kind: "list"; isNumbered: boolean; items: Piece[][] }
  | { kind: "table"; head: Piece[][]; rows: Piece[][][] }
  | { kind: "code"; text: string };

const BULLET = /^\s*(?:[-*+]|(\d+)[.)])\s+/;
const FENCE = /^\s*```/;
const HEADING = /^(#{1,6})\s+(.*?)\s*#*$/;
const TABLE_RULE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

/** What is none of these stays as the text it is. */
export function readCard(markdown: string): Block[] {
  const lines = markdown
    .replaceAll("\r\n", "\n")
    .replace(/^---\n[\s\S]*?\n---\n/, "")
    .replace(/<!--[\s\S]*?-->/g, "")
    .split("\n");
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length;) {
    const line = lines[at] ?? "";
    const end = findEnd(lines, at);
    if (line.trim() !== "") blocks.push(readBlock(line, lines.slice(at, end)));
    at = end;
  }
  return blocks;
}

/** Where the block that begins at this line is over. */
function findEnd(lines: readonly string[], at: number): number {
  const line = lines[at] ?? "";
  if (line.trim() === "" || HEADING.test(line)) return at + 1;
  const isFence = FENCE.test(line);
  const isOver = isFence
    ? (next: string) => FENCE.test(next)
    : line.trimStart().startsWith("|")
      ? (next: string) => !next.trimStart().startsWith("|")
      : BULLET.test(line)
        ? (next: string) => next.trim() === "" || HEADING.test(next) || FENCE.test(next)
        : (next: string) => next.trim() === "" || startsBlock(next);
  let end = at + 1;
  while (end < lines.length && !isOver(lines[end] ?? "")) end++;
  return isFence ? Math.min(end + 1, lines.length) : end;
}

const startsBlock = (line: string): boolean =>
  HEADING.test(line) || FENCE.test(line) || BULLET.test(line) || line.trimStart().startsWith("|");

function readBlock(line: string, lines: readonly string[]): Block {
  const heading = HEADING.exec(line);
  if (heading) {
    const [, marks = "", text = ""] = heading;
    return { kind: "heading", level: marks.length, pieces: readPieces(text) };
  }
  if (FENCE.test(line)) {
    const body = lines.slice(1).filter((one, i) => i < lines.length - 2 || !FENCE.test(one));
    return { kind: "code", text: body.join("\n") };
  }
  if (TABLE_RULE.test(lines[1] ?? "") && line.trimStart().startsWith("|")) {
    return { kind: "table", head: readCells(line), rows: lines.slice(2).map(readCells) };
  }
  const bullet = BULLET.exec(line);
  if (bullet) {
    return { kind: "list", isNumbered: bullet[1] !== undefined, items: readItems(lines) };
  }
  return { kind: "paragraph", pieces: readPieces(joinLines(lines)) };
}

function readItems(lines: readonly string[]): Piece[][] {
  const items: string[][] = [];
  for (const line of lines) {
    if (BULLET.test(line)) items.push([line.replace(BULLET, "")]);
    else items.at(-1)?.push(line);
  }
  return items.map((item) => readPieces(joinLines(item)));
}

const readCells = (line: string): Piece[][] =>
  line
    .trim()
    .replace(/^\||\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => readPieces(cell.trim().replaceAll("\\|", "|")));

const joinLines = (lines: readonly string[]): string =>
  lines
    .map((line) => line.trim())
    .join(" ")
    .trim();

const INLINE = /`([^`]+)`|\*\*([^*]+)\*\*|\[([^\]]+)\]\(([^()\s]+)\)|<(https?:\/\/[^>\s]+)>/g;

function readPieces(text: string): Piece[] {
  const pieces: Piece[] = [];
  let done = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, code, strong, label, target, address] = match;
    if (match.index > done) pieces.push({ kind: "text", text: text.slice(done, match.index) });
    done = match.index + whole.length;
    if (code !== undefined) pieces.push({ kind: "code", text: code });
    else if (strong !== undefined) pieces.push({ kind: "strong", text: strong });
    else pieces.push(readLink(label ?? address ?? "", target ?? address ?? ""));
  }
  if (done < text.length) pieces.push({ kind: "text", text: text.slice(done) });
  return pieces;
}

/** Only addresses of the web become links: another file of the project is not on this page. */
const readLink = (text: string, url: string): Piece =>
  /^https?:\/\//.test(url) ? { kind: "link", text, url } : { kind: "text", text };
