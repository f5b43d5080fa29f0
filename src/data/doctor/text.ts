/** How checks look at texts. Word lists are English: other languages get the checks that need none. */

/** Longer texts are compared by their beginning: it bounds the time one record can take. */
const MAX_COMPARED_CHARACTERS = 20_000;

/** Lower-case words with one space between them; sentence marks are gone, signs such as + and = stay. */
export function normalize(text: string): string {
  return text
    .slice(0, MAX_COMPARED_CHARACTERS)
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s.,!?;:'"`“”„‘’«»…()[\]]+/gu, " ")
    .trim();
}

/** Words of a normalized text. */
export const toWords = (normalized: string): string[] =>
  normalized === "" ? [] : normalized.split(" ");

const QUOTED_CHARACTERS = 60;

/** The text in quotation marks, on one line and not too long. */
export function quote(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  const points = [...line.slice(0, 4 * QUOTED_CHARACTERS)];
  const isShort = points.length <= QUOTED_CHARACTERS;
  return `“${isShort ? line : `${points.slice(0, QUOTED_CHARACTERS - 1).join("")}…`}”`;
}

/** The text in quotation marks from some words before a place on. */
export function quoteAround(text: string, at: number): string {
  const start = text.lastIndexOf(" ", Math.max(0, at - QUOTED_CHARACTERS / 3)) + 1;
  return quote(start > 0 && at > QUOTED_CHARACTERS / 2 ? `…${text.slice(start)}` : text);
}

/** The end of a text in quotation marks. */
export function quoteEnd(text: string): string {
  const line = text
    .slice(-4 * QUOTED_CHARACTERS)
    .replace(/\s+/g, " ")
    .trim();
  const points = [...line];
  const isShort = points.length <= QUOTED_CHARACTERS;
  return `“${isShort ? line : `…${points.slice(1 - QUOTED_CHARACTERS).join("")}`}”`;
}

/** True where a sentence, a list item or a piece of code may end so. */
export const hasEndMark = (text: string): boolean =>
  /(?:[.!?…。！？؟।:;)\]}"'”’»`*>|~]|\p{Extended_Pictographic}\uFE0F?)\s*$/u.test(text);
