/**
 * A short answer is no fault by itself: "Happy." is right where one word is asked for. It is one when
 * it stands for no answer ("idk"), when it answers another sort of question (a bare "yes" to "Why …?"),
 * when a text was asked for, or when this set answers otherwise in whole sentences.
 */
import { leaveOut, type Check, type CheckInput, type Found } from "../check";
import type { SampleTurn } from "../sample";
import { hasEndMark, normalize, quote, toWords } from "../text";

const NO_ANSWERS = new Set(
  "asdf asdfgh asd qwer qwerty hjkl zxcv idk dunno n/a na tbd todo lol lmao blah xxx k ok okay hmm whatever".split(
    " ",
  ),
);
const BARE = new Set("yes no yep nope maybe sure true false".split(" "));
const ASKS_YES_OR_NO =
  /\b(?:is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|should|shall|may|might|must|isn|aren|doesn|don)\b|\b(?:yes|no|true|false|whether|agree|correct|right|or)\b/;
/** "Can you name …" asks for a name, not for a yes. */
const ASKS_POLITELY = /^(?:please )?(?:can|could|will|would) you /;
const ASKS_FOR_OTHER = /^(?:what|who|whom|whose|which|where|when|why|how)\b/;
const ASKS_FOR_TEXT =
  /^(?:please )?(?:(?:can|could|will|would) you )?(?:please )?(?:explain|describe|discuss|summarize|summarise|elaborate|(?:write|tell|compose|draft|create)(?: me)? (?:an?|the) (?:\w+ )?(?:story|tale|poem|essay|letter|e-?mail|paragraph|sentence|article|summary|description|speech|report|review|blog|dialogue|song))\b|^(?:why|how (?:do|does|did|can|to|would|should))\b/;
const ASKS_FOR_LITTLE =
  /\b(?:one|a single|two) words?\b|\bbriefly\b|\byes or no\b|\btrue or false\b/;

/** From this share on, whole sentences are how a set answers. */
const HOUSE_STYLE = 0.8;
/** An answer given so often is a label, such as "positive". */
const LABEL_COUNT = 3;

type Style = { speaksInSentences: boolean; countOf: ReadonlyMap<string, number> };

export const CARELESS_ANSWERS: Check = {
  id: "careless-answers",
  title: "Careless one-word answers",
  why: "The model learns to answer like that, also where it knew better before.",
  severity: "mend",
  advice: "",
  *find({ samples }: CheckInput) {
    const answers = samples.flatMap(({ turns }) => turns.map(({ answer }) => answer.trim()));
    const style = findStyle(answers);
    yield 0;
    const found: Found[] = [];
    for (const [i, { id, line, turns }] of samples.entries()) {
      const what = turns.map((turn) => judge(turn, style)).find((one) => one !== null);
      if (what) found.push({ id, line, what });
      if (i % 64 === 0) yield i;
    }
    return found;
  },
  remedy: leaveOut,
};

function findStyle(answers: readonly string[]): Style {
  const countOf = new Map<string, number>();
  let ended = 0;
  for (const answer of answers) {
    if (answer.length < 40) countOf.set(answer, (countOf.get(answer) ?? 0) + 1);
    if (hasEndMark(answer)) ended++;
  }
  return { speaksInSentences: ended >= HOUSE_STYLE * answers.length, countOf };
}

function judge(turn: SampleTurn, { speaksInSentences, countOf }: Style): string | null {
  const answer = turn.answer.trim();
  if (answer === "" || answer.length > 40 || turn.prompt === "") return null;
  const prompt = normalize(turn.prompt);
  const normalized = normalize(answer);
  if (!/[\p{L}\p{N}]/u.test(answer)) {
    const isAsked = turn.prompt.includes(answer) || (countOf.get(answer) ?? 0) >= LABEL_COUNT;
    const isSign = /[\p{Extended_Pictographic}\p{Sc}+\-*/=<>%&@#]/u.test(answer);
    return isAsked || isSign ? null : `The whole answer is ${quote(answer)}.`;
  }
  if (toWords(normalized).length !== 1 || /\p{N}/u.test(normalized)) return null;
  if (` ${prompt} `.includes(` ${normalized} `) || ASKS_FOR_LITTLE.test(prompt)) return null;
  if (NO_ANSWERS.has(normalized)) return `The whole answer is ${quote(answer)}.`;
  if (BARE.has(normalized) && !asksYesOrNo(prompt)) {
    return `The answer is a bare ${quote(answer)} to ${quote(turn.prompt)}`;
  }
  if (ASKS_FOR_TEXT.test(prompt)) {
    return `The whole answer to ${quote(turn.prompt)} is ${quote(answer)}.`;
  }
  const isLabel = (countOf.get(answer) ?? 0) >= LABEL_COUNT || BARE.has(normalized);
  if (speaksInSentences && !isLabel && !hasEndMark(answer) && /^\p{Ll}/u.test(answer)) {
    return `The whole answer is ${quote(answer)}; the others here are sentences.`;
  }
  return null;
}

function asksYesOrNo(prompt: string): boolean {
  if (ASKS_FOR_OTHER.test(prompt) || ASKS_POLITELY.test(prompt)) return false;
  return ASKS_YES_OR_NO.test(prompt);
}
