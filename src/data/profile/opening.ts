/**
 * How an instruction begins: its first verb or question word, and the first noun after it, as in the
 * chart of Wang et al. 2022, "Self-Instruct". A guess from small lists of words, not a parser: English.
 */
import type { Conversation } from "../conversation";
import { normalize } from "../doctor/text";

export type Opening = { verb: string; noun: string };

/** Put before the request without changing it. */
const POLITE =
  /^(?:(?:please|kindly|hi|hello|hey|now|then|first) )*(?:(?:can|could|will|would) you (?:please )?|do you know |i (?:want|need|would like|d like) (?:you )?to |you (?:should|must|have to) |your task is to |let us |let s |help me (?:to )?)?(?:please )?/;
/** Words between a verb and what it is about. */
const BETWEEN = new Set(
  "a an the of to in on at by for with from and or as is are was were be been do does did has have had can could will would should me my your his her its our their this that these those it he she they you i we us one two three four five six some any all each every few many much most more given following short brief simple new good best different small long detailed creative about into up out what which who whom whose where when why how if not just only very following single own".split(
    " ",
  ),
);
/** An instruction tells itself early; a long text behind it is its input. */
const READ_WORDS = 24;

/** Of the first prompt. Both are "" where there is none. */
export function openingOf({ messages }: Conversation): Opening {
  const request = messages.find(({ role }) => role === "user")?.content ?? "";
  const words = normalize(request.slice(0, 400))
    .replace(POLITE, "")
    .split(" ")
    .slice(0, READ_WORDS);
  const [verb = "", ...rest] = words.filter((word) => word !== "");
  const noun = rest.find((word) => !BETWEEN.has(word) && /^\p{L}{2,}/u.test(word)) ?? "";
  return { verb, noun };
}
