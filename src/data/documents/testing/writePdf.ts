/** Writes small real PDFs for tests: text in Helvetica, with an object table that readers can trust. */

/** It stands below what is before it, or at `y` points from the bottom. */
export type PdfText = { text: string; size: number; y?: number };

const PAGE = { width: 595, height: 842 };
const MARGIN = 72;
/** Average width of a character, as a share of the size: close enough to break lines by. */
const CHARACTER = 0.5;

/** Pages of paragraphs. An empty page has no text at all; `encrypt` makes a file that wants a password. */
export function writePdf(
  pages: readonly (readonly PdfText[])[],
  { encrypt = false } = {},
): Uint8Array<ArrayBuffer> {
  const objects: string[] = [];
  const kids = pages.map((_, i) => `${4 + 2 * i} 0 R`).join(" ");
  objects.push("<< /Type /Catalog /Pages 2 0 R >>");
  objects.push(`<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`);
  objects.push("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>");
  for (const [i, page] of pages.entries()) {
    const content = writePage(page);
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${PAGE.width} ${PAGE.height}] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + 2 * i} 0 R >>`,
    );
    objects.push(`<< /Length ${content.length} >>\nstream\n${content}\nendstream`);
  }
  if (encrypt) objects.push(ENCRYPTION);
  return assemble(objects, encrypt);
}

/** Keys that no password fits. */
const ENCRYPTION = `<< /Filter /Standard /V 1 /R 2 /P -44 /O <${"5A".repeat(32)}> /U <${"A5".repeat(32)}> >>`;

function writePage(page: readonly PdfText[]): string {
  let y = PAGE.height - MARGIN;
  const out: string[] = [];
  for (const { text, size, y: place } of page) {
    if (place !== undefined) y = place;
    for (const line of breakLines(text, (PAGE.width - 2 * MARGIN) / (size * CHARACTER))) {
      const escaped = line.replace(/[\\()]/g, "\\$&");
      out.push(`BT /F1 ${size} Tf ${MARGIN} ${y} Td (${escaped}) Tj ET`);
      y -= 1.2 * size;
    }
    y -= size;
  }
  return out.join("\n");
}

function breakLines(text: string, most: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < most)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function assemble(objects: readonly string[], isEncrypted: boolean): Uint8Array<ArrayBuffer> {
  let file = "%PDF-1.4\n";
  const offsets = objects.map((object, i) => {
    const at = file.length;
    file += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const table = file.length;
  const rows = offsets.map((at) => `${String(at).padStart(10, "0")} 00000 n \n`).join("");
  const id = `/ID [<${"00".repeat(16)}> <${"00".repeat(16)}>]`;
  const encrypt = isEncrypted ? `/Encrypt ${objects.length} 0 R ${id}` : "";
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}`;
  file += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${encrypt} >>\nstartxref\n${table}\n%%EOF\n`;
  return Uint8Array.from(file, (character) => character.charCodeAt(0));
}
