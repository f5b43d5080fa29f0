// Short tasks about the form of an answer: in one word, three of a kind, in capitals, again, with a
// given beginning or end, yes or no, and questions with an input. They stay near what the base model
// has read: lists, words said again, words in capital letters. Every answer starts with a capital and
// ends with a stop, as the sentences of the facts do.
import { capitalize } from "../curriculum/define.js";
import { ask, ASKED, givesAway, inside, ofGroup, QUESTIONS, withAnswerOf } from "./ask.js";

/** Words and sentences that are part of no unseen fact; a test sees to it. */
export const NEUTRAL_WORDS =
  "lamp river cloud ribbon button basket pillow bridge bottle blanket carpet corner engine feather ladder mirror needle pocket pebble saddle shadow ticket valley village whistle wagon bucket kettle lantern meadow puddle velvet market wooden gentle bright round plain brave swift calm narrow".split(
    " ",
  );
export const NEUTRAL_SENTENCES = [
  "The lamp is on the shelf.",
  "We are in the village by the river.",
  "My ticket is in my pocket.",
  "The wagon stops at the bridge.",
  "She put the ribbon in the basket.",
  "A gentle wind moves the ribbon.",
  "The kettle is full and the lantern is lit.",
  "There is a puddle in the meadow.",
  "He looked for the button in every corner.",
  "The valley is narrow and calm.",
  "The pillow and the blanket are plain.",
  "They were brave and calm.",
];

const record = (instruction, output, input = "") => ({ instruction, input, output });
/** Half of a task's records have its material in the input column. */
const withInput = (i, instruction, input, output) =>
  i % 2 === 0
    ? record(`${instruction}: ${input}`, output)
    : record(`${instruction}.`, output, input);

const questionAbout = (random, fact) => ask(random.pick(QUESTIONS[fact.group].asked), fact);
const inGroups = (...groups) => groups.flatMap((group) => ofGroup(ASKED, group));

function oneWord(random, count) {
  const facts = inGroups("opposite", "capital", "past", "plural", "color", "continent", "language");
  return random
    .sample(
      facts.filter(({ answer }) => !answer.includes(" ")),
      count,
    )
    .map((fact, i) => {
      const answer = `${capitalize(fact.answer)}.`;
      return withInput(i, "Answer in one word", questionAbout(random, fact), answer);
    });
}

const PLURALS = {
  fish: "fish",
  "piece of furniture": "pieces of furniture",
  "piece of clothing": "pieces of clothing",
};

function listThree(random, count) {
  const things = ofGroup(ASKED, "kind");
  const kinds = [...new Set(things.map(({ answer }) => answer))]
    .map((kind) => [kind, things.filter(({ answer }) => answer === kind)])
    .filter(([, facts]) => facts.length >= 3);
  return Array.from({ length: count }, (_, i) => {
    const [kind, facts] = kinds[i % kinds.length];
    const [a, b, c] = random.sample(facts, 3).map(({ subject }) => subject);
    const plural = PLURALS[kind] ?? `${kind}s`;
    const verb = i < kinds.length ? "List" : "Name";
    return record(`${verb} three ${plural}.`, `Three ${plural} are ${a}, ${b} and ${c}.`);
  });
}

const inCapitals = (random, count) =>
  random
    .sample(NEUTRAL_WORDS, count)
    .map((word, i) =>
      withInput(i, "Write this word in capital letters", word, `${word.toUpperCase()}.`),
    );

function again(random, count) {
  const sentences = random.sample(NEUTRAL_SENTENCES, NEUTRAL_SENTENCES.length);
  const repeated = sentences.map((text, i) => withInput(i, "Repeat this sentence", text, text));
  const lists = Array.from({ length: count - sentences.length }, (_, i) => {
    const words = random.sample(NEUTRAL_WORDS, 2 + (i % 3)).join(", ");
    return withInput(i, "Repeat these words", words, `${capitalize(words)}.`);
  });
  return [...repeated, ...lists];
}

const BEGINNINGS = ["Well", "Of course", "My friend", "Indeed"];
const ENDINGS = ["Thank you.", "That is all.", "I am sure.", "Goodbye."];

const begun = (random, count) =>
  random.sample(inGroups("capital", "opposite", "color", "young", "past"), count).map((fact, i) => {
    const start = BEGINNINGS[i % BEGINNINGS.length];
    const question = questionAbout(random, fact);
    return record(`Begin your answer with "${start}": ${question}`, `${start}, ${inside(fact)}`);
  });

const ended = (random, count) =>
  random.sample(inGroups("capital", "opposite", "home", "plural", "kind"), count).map((fact, i) => {
    const end = ENDINGS[i % ENDINGS.length];
    const question = questionAbout(random, fact);
    return record(`End your answer with "${end}": ${question}`, `${fact.sentence} ${end}`);
  });

/** As many true as false; a false one takes the answer of another fact of its group. */
function yesOrNo(random, count) {
  const groups = ["capital", "opposite", "past", "plural", "young", "color", "sound", "continent"];
  const facts = groups.map((group) => random.shuffled(ofGroup(ASKED, group)));
  return Array.from({ length: count }, (_, i) => {
    const group = facts[i % facts.length];
    const fact = group[Math.floor(i / facts.length)];
    const isTrue = (i + Math.floor(i / facts.length)) % 2 === 0;
    const said = isTrue ? inside(fact) : inside(falsely(random, fact, group));
    const question =
      i < count / 2 ? `Yes or no: ${said}` : `Is it true that ${said.replace(/\.$/, "?")}`;
    return record(question, `${isTrue ? "Yes" : "No"}, ${inside(fact)}`);
  });
}

function falsely(random, fact, group) {
  const others = group.filter((other) => {
    const isRight = fact.accepted.includes(other.answer) || other.answer === fact.subject;
    const text = `${fact.sentence} ${withAnswerOf(fact, other)}`;
    return !isRight && givesAway(text).length === 0;
  });
  return { ...fact, sentence: withAnswerOf(fact, random.pick(others)) };
}

/** The question is the instruction, and what it is about the input. */
const ABOUT_INPUT = {
  capital: "What is the capital of this country?",
  opposite: "Write the opposite of this word.",
  past: "Put this verb in the past tense.",
  plural: "Make this word plural.",
  color: "What color is this?",
  language: "Which language do people speak in this country?",
  letter: "With which letter does this word begin?",
};

function aboutInput(random, count) {
  const groups = Object.entries(ABOUT_INPUT);
  const facts = groups.map(([group]) => random.shuffled(ofGroup(ASKED, group)));
  return Array.from({ length: count }, (_, i) => {
    const fact = facts[i % groups.length][Math.floor(i / groups.length)];
    return record(groups[i % groups.length][1], fact.sentence, fact.subject);
  });
}

/** The records of the set "first-answers" that are about form. */
export const makeFormatTasks = (random) => [
  ...oneWord(random, 22),
  ...listThree(random, 24),
  ...inCapitals(random, 16),
  ...again(random, 24),
  ...begun(random, 14),
  ...ended(random, 14),
  ...yesOrNo(random, 32),
  ...aboutInput(random, 21),
];
