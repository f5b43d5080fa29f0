/**
 * Makes a binary use a memory that threads share. Only a flag of the memory's limits differs, so one binary serves
 * pages with threads and without. https://webassembly.github.io/threads/core/binary/types.html
 */

const HEADER_BYTES = 8;
const IMPORT_SECTION = 2;
const MEMORY_SECTION = 5;
const FUNCTION_KIND = 0;
const MEMORY_KIND = 2;
const HAS_MAXIMUM = 1;
const IS_SHARED = 2;

/** A copy whose memory, imported or its own, is shared. Throws where it has none with a maximum. */
export function withSharedMemory(binary: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = Uint8Array.from(binary);
  const at = findLimits(copy);
  if (at === null || copy[at] !== HAS_MAXIMUM) {
    throw new Error("withSharedMemory: this binary has no memory with a maximum");
  }
  copy[at] = HAS_MAXIMUM | IS_SHARED;
  return copy;
}

/** Where the limits of the first memory begin. */
function findLimits(binary: Uint8Array): number | null {
  let at = HEADER_BYTES;
  const readNumber = () => {
    let value = 0;
    for (let shift = 0, byte = 0x80; byte & 0x80; shift += 7) {
      byte = binary[at++] ?? 0;
      value |= (byte & 0x7f) << shift;
    }
    return value;
  };
  const skipName = () => {
    const length = readNumber();
    at += length;
  };
  while (at < binary.length) {
    const section = binary[at++];
    const size = readNumber();
    const end = at + size;
    if (section === MEMORY_SECTION) {
      readNumber();
      return at;
    }
    if (section === IMPORT_SECTION) {
      for (let left = readNumber(); left > 0; left--) {
        skipName();
        skipName();
        const kind = binary[at++];
        if (kind === MEMORY_KIND) return at;
        if (kind !== FUNCTION_KIND) return null;
        readNumber();
      }
    }
    at = end;
  }
  return null;
}
