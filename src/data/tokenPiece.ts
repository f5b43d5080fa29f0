/** Tokens as a person can read them. */

/**
 * Byte-level vocabularies write every byte as a visible character: printable Latin-1 as itself, the
 * other 68 bytes, in order, as the characters from U+0100.
 */
const BYTE_OF_CHAR: ReadonlyMap<string, number> = (() => {
  const isPrintable = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xff && byte !== 0xad);
  const map = new Map<string, number>();
  let next = 0x100;
  for (let byte = 0; byte < 256; byte++) {
    map.set(String.fromCharCode(isPrintable(byte) ? byte : next++), byte);
  }
  return map;
})();

/** Bytes of a byte-level token; null where a character stands for none. */
export function toBytes(token: string): number[] | null {
  const bytes: number[] = [];
  for (const char of token) {
    const byte = BYTE_OF_CHAR.get(char);
    if (byte === undefined) return null;
    bytes.push(byte);
  }
  return bytes;
}

/** UTF-8 where it is valid, else the codes of the bytes: a token may hold half a character. */
export function bytesToText(bytes: readonly number[]): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
      Uint8Array.from(bytes),
    );
  } catch {
    return bytes.map((byte) => (byte < 0x80 ? String.fromCharCode(byte) : hex(byte))).join("");
  }
}

const hex = (code: number): string => `\\x${code.toString(16).toUpperCase().padStart(2, "0")}`;

/** Line ends and tabs as glyphs, other control characters as their codes. */
export function showControls(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u001f\u007f]/g, (char) => {
    if (char === "\n") return "⏎";
    if (char === "\t") return "⇥";
    return hex(char.charCodeAt(0));
  });
}
