/** A document → question–answer records, by every way there is. No model: the answers are the document's own words. */
import { Random } from "@/core/random";
import type { MadeMark } from "@/data/conversation";
import { toSections, type DocumentText } from "../document";
import { DEFINITIONS } from "./definitions";
import { HEADINGS } from "./headings";
import { ABOUT_TEXT, CLOZE } from "./passages";
import { QUESTIONS } from "./questions";
import { findTerms } from "./terms";
import type { Way, WayId } from "./way";

/** In the order in which a page lists them. */
export const WAYS: readonly Way[] = [QUESTIONS, DEFINITIONS, HEADINGS, ABOUT_TEXT, CLOZE];

export type FoundRecord = {
  way: WayId;
  instruction: string;
  input: string;
  output: string;
  category: string;
  made: MadeMark;
};

/** Wordings are drawn anew in every document, and the same document always gives the same records. */
const SEED = 1;

/** Records in the order of the document within each way; none is asked twice. */
export function findRecords({ name, blocks }: DocumentText): FoundRecord[] {
  const sections = toSections(blocks);
  const terms = findTerms(sections);
  const seen = new Set<string>();
  const records: FoundRecord[] = [];
  for (const [stream, { id, title, find }] of WAYS.entries()) {
    for (const { passage, page, ...asked } of find(sections, new Random(SEED, stream), terms)) {
      const key = `${asked.instruction}\n${asked.input}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const where = page === undefined ? name : `${name}, page ${page}`;
      const made = { how: `from ${where}: ${title.toLowerCase()}`, passage };
      records.push({ way: id, ...asked, category: title, made });
    }
  }
  return records;
}
