import type { Sample } from "../sample";
import { toWords } from "../text";

/** Longer answers to one prompt, such as two stories, are variety. */
const MOST_WORDS = 30;
/** Words in which two answers may differ and still make the same statement about something else. */
const MOST_DIFFERENT = 3;
const NEGATIONS = new Set(["not", "no", "never"]);
/** "I am" and "I'm", "a" and "the" say the same. */
const EMPTY_WORDS = new Set("a an the am is are i m s re ve d ll".split(" "));

/**
 * True for two answers to the same question that say the same but for a word or three, such as
 * "… is Paris" and "… is Dublin", or that are that short. Which one is right it cannot know.
 */
export function contradicts(a: Sample, b: Sample): boolean {
  if (a.question === "" || a.question !== b.question || a.answer === b.answer) return false;
  const first = toWords(a.answer);
  const second = toWords(b.answer);
  if (Math.max(first.length, second.length) > MOST_WORDS) return false;
  const [one, other] = withoutShared(first, second);
  if (one.length === 0 || other.length === 0) {
    const [word, ...more] = [...one, ...other];
    return word !== undefined && more.length === 0 && NEGATIONS.has(word);
  }
  if (![...one, ...other].some((word) => !EMPTY_WORDS.has(word))) return false;
  return Math.max(one.length, other.length) <= MOST_DIFFERENT;
}

/** What is left of both without the words that they begin and end with together. */
function withoutShared(a: readonly string[], b: readonly string[]): [string[], string[]] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  const most = Math.min(a.length, b.length) - start;
  while (end < most && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  return [a.slice(start, a.length - end), b.slice(start, b.length - end)];
}
