/** HTML as blocks. It is only read as text: nothing of it runs, loads or is shown. */
import { Parser } from "htmlparser2";
import type { Block } from "../document";
import { joinLines, toParagraphs } from "./paragraphs";

/** What is not the page's own text. */
const SKIPPED = new Set(
  "script style title noscript template head nav footer aside form svg math iframe object select button textarea pre table".split(
    " ",
  ),
);
/** Elements that stand in a line of text; all others begin and end a block. */
const INLINE = new Set(
  "a abbr b bdi bdo big cite code data del dfn em font i img ins kbd label mark q s samp small span strong sub sup time tt u var wbr".split(
    " ",
  ),
);

/** Blocks of a page. The markup may be as broken as it likes. */
export function readHtml(html: string): Block[] {
  const blocks: Block[] = [];
  let text = "";
  let level = 0;
  let skipped = 0;
  let term = "";
  let isMeaning = false;
  const flush = (isTerm = false): void => {
    const lines = text.split("\n").map((line) => line.trim());
    text = "";
    const joined = joinLines(lines);
    if (joined === "") return;
    if (isTerm) term = joined;
    else if (level > 0) blocks.push({ kind: "heading", level, text: joined });
    else if (isMeaning && term !== "") blocks.push({ kind: "term", term, text: joined });
    else
      for (const paragraph of toParagraphs(lines))
        blocks.push({ kind: "paragraph", text: paragraph });
  };
  const parser = new Parser({
    onopentag(name) {
      if (SKIPPED.has(name)) skipped++;
      if (skipped > 0 || INLINE.has(name)) return;
      // A break parts lines; a break in the source does not.
      if (name === "br") {
        text += "\n";
        return;
      }
      flush();
      level = Number(/^h([1-6])$/.exec(name)?.[1] ?? 0);
      isMeaning = name === "dd";
    },
    ontext(part) {
      if (skipped === 0) text += part.replace(/\s+/g, " ");
    },
    onclosetag(name) {
      if (SKIPPED.has(name)) skipped--;
      else if (skipped === 0 && !INLINE.has(name) && name !== "br") {
        flush(name === "dt");
        if (name === "dl") term = "";
        level = 0;
        isMeaning = false;
      }
    },
  });
  parser.end(html);
  flush();
  return blocks;
}
