/**
 * Answers that stop in the middle. Sure signs: a comma, an open bracket or code fence, a word such as
 * "the" at the end. A missing full stop is one only where nearly all sentences of the set have it.
 */
import { leaveOut, type Check, type CheckInput, type Found } from "../check";
import { hasEndMark, quoteEnd } from "../text";
import { stripMarks } from "./templateText";

const UNFINISHED = new Set(
  "a an the of to in on at by for with from and or but as is are was were be been that which who whose than if because so my your his her their our its into about between".split(
    " ",
  ),
);
/** From this share of sentences with an end mark on, one without is suspicious. */
const HOUSE_STYLE = 0.8;
const FEWEST_WORDS = 3;
const TAIL = 400;

export const BROKEN_OFF: Check = {
  id: "broken-off",
  title: "Answers that break off",
  why: "The model learns to stop in the middle of a sentence.",
  severity: "mend",
  advice: "",
  *find({ samples }: CheckInput) {
    let sentences = 0;
    let ended = 0;
    for (const [i, { turns }] of samples.entries()) {
      for (const { answer } of turns) {
        const text = stripMarks(answer).trimEnd();
        if (!isSentence(text)) continue;
        sentences++;
        if (hasEndMark(text.slice(-8))) ended++;
      }
      if (i % 64 === 0) yield i / 2;
    }
    const needsEnd = sentences > 0 && ended >= HOUSE_STYLE * sentences;
    const share = `${Math.floor((100 * ended) / Math.max(1, sentences))} %`;
    const found: Found[] = [];
    for (const [i, { id, line, turns, conversation }] of samples.entries()) {
      if (i % 64 === 0) yield (samples.length + i) / 2;
      if (conversation.isRaw) continue;
      const fault = turns.map(({ answer }) => findFault(answer, needsEnd, share)).find(Boolean);
      if (fault) found.push({ id, line, what: fault });
    }
    return found;
  },
  remedy: leaveOut,
};

function findFault(answer: string, needsEnd: boolean, share: string): string | null {
  const text = stripMarks(answer).trimEnd();
  const fences = text.match(/^```/gm)?.length ?? 0;
  if (fences % 2 === 1) return "A block of code is opened and not closed.";
  const tail = text.slice(-TAIL);
  const words = tail.split(/\s+/).filter(Boolean);
  if (words.length < FEWEST_WORDS || hasEndMark(tail.slice(-8))) return null;
  const end = `It ends with ${quoteEnd(tail)}`;
  if (/[,([{–—]$/.test(tail)) return `${end}.`;
  const last = words.at(-1)?.toLowerCase() ?? "";
  // A title or a list of words may end in any of them.
  const isProse = isSentence(text);
  if (isProse && UNFINISHED.has(last)) return `${end}.`;
  if (!needsEnd || !isProse || endsByItself(text)) return null;
  return `${end}, without a full stop; ${share} of the sentences here have one.`;
}

/** Ends that need no full stop: a number, a hashtag, an address, a name below a quotation, or lines without any. */
function endsByItself(text: string): boolean {
  const lines = text
    .slice(-TAIL)
    .split("\n")
    .filter((line) => line.trim() !== "");
  const line = lines.at(-1) ?? "";
  const before = lines.at(-2);
  if (before !== undefined && !hasEndMark(before)) return true;
  // Behind a colon or a full stop something else begins.
  const words = (line.split(/[.!?:]\s+/).at(-1) ?? "").trim().split(/\s+/);
  if (words.length < FEWEST_WORDS) return true;
  const last = words.at(-1) ?? "";
  if (/^[#@$€£]|\d%?$|@|\w\.\p{L}{2,}$/u.test(last)) return true;
  return /\s[-–—~]\s?\p{Lu}[\p{L}. ]{1,40}$/u.test(line);
}

/** True for prose: its last line is of several words, begins like a sentence and is no list, title, code or address. */
function isSentence(text: string): boolean {
  const lastLine = text.slice(-TAIL).split("\n").at(-1)?.trim() ?? "";
  const words = lastLine.split(/\s+/);
  if (words.length < FEWEST_WORDS) return false;
  if (/^(?:[-*•#>|]|\d+[.)]|[A-Za-z][.)]\s)/.test(lastLine) || /https?:\/\/\S*$/.test(lastLine))
    return false;
  if (/[=<>{}]|^\s{4}/.test(lastLine)) return false;
  const wordy = words.filter((word) => /^\p{L}/u.test(word));
  const capitals = wordy.filter((word) => /^\p{Lu}/u.test(word)).length;
  const isTitle = wordy.length > 0 && capitals > 0.6 * wordy.length;
  const isWordList = lastLine.split(",").length > words.length / 2;
  return /^["“'(]?\p{Lu}/u.test(lastLine) && !isTitle && !isWordList;
}
