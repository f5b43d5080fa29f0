/** The text of a PDF as blocks, by pdf.js: which lines are headings and paragraphs shows in their size and place. */
import { AppError } from "@/core/errors";
import type { Block, DocumentText } from "../document";
import { toParagraphs } from "./paragraphs";
import { toBlocks, type PdfLine } from "./pdfLines";

/** Fewer characters on a page than this are a page number or a stamp, not text. */
const LEAST_CHARACTERS = 20;

/** Throws `data/unreadable` for a PDF that is damaged, encrypted, or only pictures. */
export async function readPdf(name: string, bytes: Uint8Array): Promise<DocumentText> {
  const pdfjs = await import("pdfjs-dist/legacy/build/pdf.mjs");
  // With its other half at hand pdf.js asks for no thread and no address: it works in the one that it is called in.
  // @ts-expect-error The package has no types for it, and none are needed.
  const half: unknown = await import("pdfjs-dist/legacy/build/pdf.worker.mjs");
  Object.assign(globalThis, { pdfjsWorker: half });
  const task = pdfjs.getDocument({
    // It is taken away from the caller otherwise.
    data: bytes.slice(),
    isEvalSupported: false,
    disableFontFace: true,
    useSystemFonts: false,
    useWasm: false,
    verbosity: pdfjs.VerbosityLevel.ERRORS,
  });
  try {
    const pdf = await task.promise;
    const pages: PdfLine[][] = [];
    for (let number = 1; number <= pdf.numPages; number++) {
      const page = await pdf.getPage(number);
      const { items } = await page.getTextContent();
      const [, bottom = 0, , top = 0] = page.view;
      pages.push(toLines(items as PdfItem[], number, bottom, top));
      page.cleanup();
    }
    return toDocument(name, pages);
  } catch (thrown) {
    throw toError(name, thrown);
  } finally {
    await task.destroy();
  }
}

/** What is used of pdf.js' TextItem: `transform` is [a, b, c, d, x, y] in points, y from the bottom. */
type PdfItem = { str?: string; transform: number[]; width: number; hasEOL: boolean };

function toLines(items: readonly PdfItem[], page: number, bottom: number, top: number): PdfLine[] {
  const lines: PdfLine[] = [];
  let line: PdfLine | null = null;
  for (const { str, transform, hasEOL } of items) {
    if (str === undefined) continue;
    const [, , skew = 0, height = 0, x = 0, y = 0] = transform;
    const size = Math.hypot(skew, height);
    if (line && str.trim() !== "" && Math.abs(y - line.y) > size / 2) line = null;
    if (!line && str.trim() !== "") {
      line = { text: "", x, y, size, page, place: (y - bottom) / Math.max(1, top - bottom) };
      lines.push(line);
    }
    if (line) line.text += str;
    if (hasEOL) line = null;
  }
  return lines.map((one) => ({ ...one, text: one.text.replace(/\s+/g, " ").trim() }));
}

function toDocument(name: string, pages: readonly PdfLine[][]): DocumentText {
  const lengths = pages.map((lines) => lines.reduce((sum, { text }) => sum + text.length, 0));
  const empty = lengths.filter((length) => length < LEAST_CHARACTERS).length;
  if (empty === pages.length) {
    const count = pages.length === 1 ? "Its only page has" : `Its ${pages.length} pages have`;
    const message = `${name} holds no text. ${count} pictures at most, as from a scanner: put it through text recognition (OCR) first.`;
    throw new AppError("data/unreadable", message, { name, pages: pages.length });
  }
  const blocks: Block[] = toBlocks(pages, toParagraphs);
  const notes =
    empty > 0 ? [`${empty} of ${pages.length} pages hold no text; they may be pictures.`] : [];
  return { name, blocks, notes };
}

function toError(name: string, thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const kind = thrown instanceof Error ? thrown.name : "";
  const said = thrown instanceof Error ? thrown.message : String(thrown);
  const message =
    kind === "PasswordException"
      ? `${name} is encrypted and opens only with a password. Save a copy without one.`
      : `${name} is a damaged PDF (${said}). Fetch or save it again.`;
  return new AppError("data/unreadable", message, { name }, { cause: thrown });
}
