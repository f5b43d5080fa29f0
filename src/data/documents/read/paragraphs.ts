/** Lines of text → paragraphs. */

/** Begins a question or an answer of its own, also in the middle of a paragraph's lines. */
export const ASKED = /^(?:Q|Question)\s*\d{0,3}\s*[:.)]\s+(?=\S)/i;
export const ANSWERED = /^(?:A|Answer)\s*\d{0,3}\s*[:.)]\s+(?=\S)/i;
/** Begins an item of a list. */
export const BULLET = /^\s*(?:[-*+•‣▪–]|\(?\d{1,3}[.)])\s+(?=\S)/;

/** A word that was cut at the end of a line is one again. */
export function joinLines(lines: readonly string[]): string {
  let text = "";
  for (const line of lines) {
    const next = line.trim();
    if (next === "") continue;
    const isCut = /\p{Ll}-$/u.test(text) && /^\p{Ll}/u.test(next);
    if (isCut) text = text.slice(0, -1) + next;
    else text = text === "" ? next : `${text} ${next}`;
  }
  return text.replace(/\s+/g, " ");
}

/** Lines that belong together, parted where an item, a question or an answer begins. */
export function toParagraphs(lines: readonly string[]): string[] {
  const groups: string[][] = [];
  for (const line of lines) {
    const begins = BULLET.test(line) || ASKED.test(line.trim()) || ANSWERED.test(line.trim());
    if (begins || groups.length === 0) groups.push([line.replace(BULLET, "")]);
    else groups.at(-1)?.push(line);
  }
  return groups.map(joinLines).filter((text) => text !== "");
}
