// How the data sets ask about a fact of the curriculum, and which facts may be asked.
import { readFileSync } from "node:fs";
import { capitalize } from "../curriculum/define.js";
import { FACTS } from "../curriculum/facts.js";

/** By group: `asked`, the ways to ask in training, and `heldOut`, those that only evaluation uses. */
export const QUESTIONS = JSON.parse(
  readFileSync(new URL("../curriculum/questions.json", import.meta.url), "utf8"),
);

/** One of a group's ways to ask, about one fact. As `ask` in tools/pretrain/eval_tuning.py. */
export function ask(template, { subject, named, unit }) {
  const words = { s: subject, ns: named, S: capitalize(subject), NS: capitalize(named), unit };
  return capitalize(template.replace(/\{(\w+)\}/g, (_, key) => words[key]));
}

/** Whether a text holds a word or words as a whole, in any case. */
export function holds(text, words) {
  if (!text.toLowerCase().includes(words.toLowerCase())) return false; // many times faster
  const literal = words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(?<![\\w'])${literal}(?![\\w'])`, "i").test(text);
}

/** "a nest" → "nest", so that it is found in "the nest" too. */
const bare = (answer) => answer.replace(/^(a|an|the) /, "");

/** Any of the right answers, but for whole sentences. A letter only as it is written, or every "a" would be one. */
function holdsAnswer(text, { group, answer, accepted, sentence }) {
  if (group === "letter") return new RegExp(`\\b${answer}(?=[.,"]|$)`).test(text);
  const short = accepted.filter(
    (right) => right.length < sentence.length - 2 && !right.endsWith("."),
  );
  return short.some((right) => holds(text, bare(right)));
}

/** Asked questions of other groups say these: "What color is grass?" "Grass is green." */
const GIVEN_AWAY = ["kind/green", "kind/blue", "kind/europe"];

/** The facts that no training set may hold. */
export const UNSEEN = FACTS.filter(({ part, id }) => part === "unseen" && !GIVEN_AWAY.includes(id));

/** The unseen facts that a text gives away: it holds both the subject and the answer. */
export const givesAway = (text) =>
  UNSEEN.filter((fact) => holds(text, fact.subject) && holdsAnswer(text, fact));

const givesNothingAway = ({ subject, sentence }) =>
  givesAway(`${subject}: ${sentence}`).length === 0;

/** The facts to train on. A few are left out: "Two plus three is five" would show two, then three. */
export const ASKED = FACTS.filter((fact) => fact.part === "asked" && givesNothingAway(fact));

/** A sentence after other words: "An owl is a bird." → "an owl is a bird.", but "Paris…" stays. */
export function inside({ named, sentence }) {
  const isName = /^[A-Z]/.test(named) && sentence.startsWith(named);
  return isName ? sentence : sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

/** The facts of a group, in order. */
export const ofGroup = (facts, group) => facts.filter((fact) => fact.group === group);
export const GROUP_NAMES = Object.keys(QUESTIONS);

/** Where the answer stands in the sentence: the answer, with its article where that is its own, and the rest. */
function splitSentence({ sentence, answer, accepted }) {
  const named = accepted.find((text) => text === `a ${answer}` || text === `an ${answer}`);
  const stands = named && holds(sentence, named) ? named : answer;
  // The answer stands last, but for "Tuesday comes after Monday".
  const start = sentence.toLowerCase().lastIndexOf(stands.toLowerCase());
  return { before: sentence.slice(0, start), stands, after: sentence.slice(start + stands.length) };
}

/** The sentence with {} for the answer: "A baby goat is called {}." */
export function formOf(fact) {
  const { before, after } = splitSentence(fact);
  return `${before}{}${after}`;
}

/** The sentence with another fact's answer: what is false, and sounds right. */
export function withAnswerOf(fact, other) {
  const { before, after } = splitSentence(fact);
  return `${before}${splitSentence(other).stands}${after}`;
}

/** A record of an evaluation set. */
export const toCase = (fact, instruction) => ({
  instruction,
  input: "",
  output: fact.sentence,
  accepted: fact.accepted,
  kind: fact.group,
  form: formOf(fact),
});
