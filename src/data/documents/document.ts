/** A document as a list of blocks, whatever kind of file it came from. */

export type Block = { page?: number } & (
  | { kind: "heading"; level: number; text: string }
  | { kind: "paragraph"; text: string }
  /** A term and what it means, as in a glossary. */
  | { kind: "term"; term: string; text: string }
);

export type DocumentText = {
  name: string;
  blocks: Block[];
  /** What a person should know about how it was read. */
  notes: string[];
};

/** A heading with what stands under it, up to the next heading of any level. */
export type Section = {
  /** "" before the first heading. */
  title: string;
  /** Titles of the headings above, outermost first. */
  above: string[];
  body: Exclude<Block, { kind: "heading" }>[];
  page?: number;
};

export function toSections(blocks: readonly Block[]): Section[] {
  const sections: Section[] = [];
  const open: { level: number; title: string }[] = [];
  let current: Section = { title: "", above: [], body: [] };
  sections.push(current);
  for (const block of blocks) {
    if (block.kind !== "heading") {
      current.body.push(block);
      continue;
    }
    while ((open.at(-1)?.level ?? 0) >= block.level) open.pop();
    const above = open.map(({ title }) => title);
    current = { title: block.text, above, body: [], ...withPage(block) };
    open.push({ level: block.level, title: block.text });
    sections.push(current);
  }
  return sections.filter(({ title, body }) => title !== "" || body.length > 0);
}

/** A block's page as a field to spread. */
export const withPage = ({ page }: { page?: number }): { page?: number } =>
  page === undefined ? {} : { page };

/** Sentences of a paragraph, without space around them. */
export function toSentences(text: string): string[] {
  return [...SEGMENTER.segment(text)].map(({ segment }) => segment.trim()).filter(Boolean);
}

const SEGMENTER = new Intl.Segmenter("en", { granularity: "sentence" });
