/** The door for documents: what a file is shows in its bytes, its name only helps where they leave it open. */
import { AppError } from "@/core/errors";
import { decodeLeniently, MAX_FILE_BYTES, tooLarge } from "../parse/decodeText";
import type { DocumentText } from "./document";

/** How far into a file a PDF may begin. */
const PDF_WITHIN = 1024;

/** Text, Markdown, HTML or a PDF as blocks. Throws `data/unreadable`, `data/too-large`, `data/nothing-usable`. */
export async function readDocument(name: string, bytes: Uint8Array): Promise<DocumentText> {
  if (bytes.length > MAX_FILE_BYTES) throw tooLarge(bytes.length);
  const document = await readBlocks(name, bytes);
  if (document.blocks.length === 0) {
    throw new AppError("data/nothing-usable", `${name} holds no text.`, { name });
  }
  return document;
}

async function readBlocks(name: string, bytes: Uint8Array): Promise<DocumentText> {
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, PDF_WITHIN));
  if (start.includes("%PDF-")) {
    const { readPdf } = await import("./read/pdf");
    return readPdf(name, bytes);
  }
  if (start.startsWith("PK\u0003\u0004") || start.startsWith("\u00d0\u00cf\u0011\u00e0")) {
    const message = `${name} is an archive or an office file. Save it as PDF, HTML or text.`;
    throw new AppError("data/unreadable", message, { name });
  }
  const { text, note } = decodeLeniently(bytes);
  const clean = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  const notes = note === null ? [] : [note];
  const isHtml = /\.x?html?$/i.test(name) || /^\s*<(?:!doctype html|html|body|head)\b/i.test(clean);
  if (isHtml) {
    const { readHtml } = await import("./read/html");
    return { name, blocks: readHtml(clean), notes };
  }
  const { readText } = await import("./read/text");
  return { name, blocks: readText(clean), notes };
}
