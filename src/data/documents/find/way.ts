/** A way to make question–answer records of a document. */
import type { Random } from "@/core/random";
import type { Section } from "../document";
import type { Terms } from "./terms";

/** A record before it is marked with where it comes from. */
export type Found = {
  instruction: string;
  input: string;
  output: string;
  /** What it was made from, as it stands in the document. */
  passage: string;
  page?: number;
};

export type WayId = "question" | "definition" | "heading" | "about" | "cloze";

export type Way = {
  id: WayId;
  title: string;
  /** One sentence for a person who chooses. */
  help: string;
  find: (sections: readonly Section[], random: Random, terms: Terms) => Iterable<Found>;
};

/** Longest answer: more than this a small model does not learn to say. */
const MAX_ANSWER = 800;

/** As many whole sentences as fit in an answer; "" where the first is too long already. */
export function fitAnswer(sentences: readonly string[]): string {
  let answer = "";
  for (const sentence of sentences) {
    const longer = answer === "" ? sentence : `${answer} ${sentence}`;
    if (longer.length > MAX_ANSWER) break;
    answer = longer;
  }
  return answer;
}

/** Puts a value where {} stands. */
export const fill = (template: string, value: string): string =>
  template.replace("{}", () => value);
