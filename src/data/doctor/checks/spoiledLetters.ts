/**
 * Mojibake: UTF-8 that was read as Latin-1 or Windows-1252, so that "é" became "Ã©". It is undone by
 * writing the letters back as bytes; what is then valid UTF-8 was spoiled, as chance nearly never makes it so.
 */
import { mendWith, perSample, type Check, type Found } from "../check";
import { mapTexts, textsOf } from "../sample";
import { quoteAround } from "../text";

/** Windows-1252 has letters at 0x80–0x9F where Latin-1 has none. */
const WINDOWS_1252 = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";
const BYTE_OF = new Map([...WINDOWS_1252].map((letter, i) => [letter, 0x80 + i]));
/** A first byte of UTF-8 with the letters that could be its other bytes. */
const SPOILED = new RegExp(`[\\u00C2-\\u00F4][\\u0080-\\u00BF${WINDOWS_1252}]{1,3}`, "g");
/** What a decoder writes for bytes that it could not read: nothing brings them back. */
const LOST = "\uFFFD";
const utf8 = new TextDecoder("utf-8", { fatal: true });

export const SPOILED_LETTERS: Check = {
  id: "spoiled-letters",
  title: "Spoiled letters",
  why: "The text was read in the wrong encoding, and the model learns to write such letters.",
  severity: "mend",
  advice:
    "Where “�” stands letters are lost: open the file in its right encoding and save it as UTF-8.",
  find: perSample(({ conversation }) => {
    for (const { text } of textsOf(conversation)) {
      const mended = unspoil(text);
      if (mended !== text) {
        const at = [...text].findIndex((letter, i) => letter !== mended[i]);
        return `${quoteAround(text, at)} should be ${quoteAround(mended, at)}.`;
      }
      if (text.includes(LOST))
        return `Letters are lost in ${quoteAround(text, text.indexOf(LOST))}.`;
    }
    return null;
  }),
  remedy(found, input) {
    const mendable = found.filter(({ what }) => !what.startsWith("Letters are lost"));
    return mendable.length > 0 ? mendLetters(mendable, input) : leaveOutLost(found);
  },
};

const mendLetters = mendWith("Put the letters right", (conversation) =>
  mapTexts(conversation, unspoil),
);

const leaveOutLost = (found: readonly Found[]) => ({
  of: "edit" as const,
  label: "Leave them out",
  edit: { kind: "exclude" as const, ids: found.flatMap(({ id }) => (id === null ? [] : [id])) },
});

/** The text with every stretch of spoiled letters put right. */
export function unspoil(text: string): string {
  if (!/[\u00C2-\u00F4]/.test(text)) return text;
  return text.replace(SPOILED, (letters) => {
    // The longest stretch that is one letter in UTF-8; the rest was meant as it is.
    for (let length = letters.length; length >= 2; length--) {
      const letter = decode(letters.slice(0, length));
      if (letter !== null) return letter + letters.slice(length);
    }
    return letters;
  });
}

function decode(letters: string): string | null {
  const bytes = Uint8Array.from(letters, (letter) => BYTE_OF.get(letter) ?? letter.charCodeAt(0));
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}
