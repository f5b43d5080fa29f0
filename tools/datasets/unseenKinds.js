// Kinds of task that the set "first-answers" does not hold at all: how far does the habit of answering
// reach? A tiny model is not expected to do well. Every answer can be checked by rules.
import { capitalize, normalizeAnswer, numberWord, withArticle } from "../curriculum/define.js";
import { ASKED, formOf, ofGroup } from "./ask.js";
import { createRandom } from "./random.js";

const PER_KIND = 14;
const WORDS =
  "bottle feather market garden ribbon candle pencil island shadow mountain window kitchen basket forest harbor lemon spoon jacket".split(
    " ",
  );
const COMPOUNDS =
  "sun flower, rain bow, snow man, tooth brush, foot ball, book shelf, bed room, butter fly, rain coat, water fall, star fish, cup cake, sea shell, moon light".split(
    ", ",
  );
const SENTENCES = [
  "Birds sing.",
  "The cat sleeps.",
  "We like warm bread.",
  "The boat is very old.",
  "My sister reads a long book.",
  "A dog runs over the hill.",
  "The moon looks big tonight.",
  "They play.",
  "Rain falls on the roof.",
  "He gave me a small red apple.",
  "Snow is cold.",
  "The farmer has two brown horses.",
  "Please open that door.",
  "I can see the sea from here.",
];

const task = (instruction, output, accepted, form) => ({ instruction, output, accepted, form });
const plain = (text) => text.replace(/\.$/, "");
/** Words in the given order, with every mark that may stand between them. */
const inOrder = (...words) => [
  words.join(", "),
  words.join(" "),
  words.join(" and "),
  `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`,
];
/** So many different lists of words. */
function wordLists(random, length) {
  const lists = new Map();
  while (lists.size < PER_KIND) {
    const words = random.sample(WORDS, length);
    lists.set(words.toSorted().join(), words);
  }
  return [...lists.values()];
}
/** In no case as the alphabet has them: else saying them again would be right. */
const outOfOrder = (words) =>
  words.join() === words.toSorted().join() ? words.toReversed() : words;

/** Kinds that a thing may share; a question may not have two right answers. */
const NEAR = [
  ["animal", "bird", "fish", "insect", "reptile"],
  ["fruit", "vegetable", "flower", "tree", "color", "metal"],
  ["vehicle", "toy", "building"],
];
const areNear = (a, b) => a === b || NEAR.some((kinds) => kinds.includes(a) && kinds.includes(b));

const KINDS = {
  "last letter": (random) =>
    random.sample(WORDS, PER_KIND).map((word) => {
      const letter = word.at(-1).toUpperCase();
      const form = `The last letter of ${word} is {}.`;
      return task(
        `What is the last letter of ${word}?`,
        form.replace("{}", letter),
        [letter],
        form,
      );
    }),
  "say twice": (random) =>
    random
      .sample(WORDS, PER_KIND)
      .map((word) =>
        task(
          `Say the word ${word} twice.`,
          `${capitalize(word)}, ${word}.`,
          inOrder(word, word),
          "",
        ),
      ),
  "which of two": (random) => {
    const things = ofGroup(ASKED, "kind");
    return random.sample(things, PER_KIND).map((right) => {
      const wrong = random.pick(things.filter(({ answer }) => !areNear(answer, right.answer)));
      const pair = random.shuffled([right, wrong]).map(({ named }) => named);
      const question = `Which of the two is ${withArticle(right.answer)}: ${pair.join(" or ")}?`;
      const form = `{} is ${withArticle(right.answer)}.`;
      return task(
        question,
        right.sentence,
        [right.subject, right.named, `the ${right.subject}`],
        form,
      );
    });
  },
  "odd one out": (random) => {
    const kinds = [
      "fruit",
      "bird",
      "fish",
      "insect",
      "metal",
      "vehicle",
      "planet",
      "reptile",
      "drink",
    ];
    const of = (kind, count) =>
      random.sample(
        ofGroup(ASKED, "kind").filter(({ answer }) => answer === kind),
        count,
      );
    return Array.from({ length: PER_KIND }, (_, i) => {
      const kind = kinds[i % kinds.length];
      const other = random.pick(kinds.filter((name) => !areNear(name, kind)));
      const [odd] = of(other, 1);
      const words = random.shuffled([...of(kind, 3), odd]).map(({ subject }) => subject);
      const list = words.join(", ");
      const question =
        i % 2 === 0 ? `Which word does not belong: ${list}?` : `Find the odd one out: ${list}`;
      const form = "{} does not belong.";
      const accepted = [odd.subject, odd.named, `the odd one out is ${odd.subject}`];
      accepted.push(form.replace("{}", odd.named));
      return task(question, form.replace("{}", capitalize(odd.subject)), accepted, form);
    });
  },
  "count the words": () =>
    SENTENCES.map((sentence) => {
      const count = sentence.split(" ").length;
      const words = `${numberWord(count)} words`;
      const form = "There are {}.";
      const accepted = [numberWord(count), String(count), words, `${count} words`];
      accepted.push(`There are ${words} in the sentence.`);
      return task(
        `How many words does this have: ${sentence}`,
        `There are ${words}.`,
        accepted,
        form,
      );
    }),
  "order of the alphabet": (random) =>
    wordLists(random, 3)
      .map(outOfOrder)
      .map((words) => {
        const sorted = words.toSorted();
        const question = `Put these words in the order of the alphabet: ${words.join(", ")}`;
        return task(question, `${capitalize(sorted.join(", "))}.`, inOrder(...sorted), "");
      }),
  "fill the gap": (random) => {
    const groups = ["capital", "opposite", "young", "past", "plural", "language", "material"];
    const facts = random.sample(
      groups.flatMap((group) => random.sample(ofGroup(ASKED, group), PER_KIND / groups.length)),
      PER_KIND,
    );
    return facts.map((fact) => {
      const form = formOf(fact);
      return task(`Fill the gap: ${form.replace("{}", "___")}`, fact.sentence, fact.accepted, form);
    });
  },
  spell: (random) =>
    random.sample(WORDS, PER_KIND).map((word) => {
      const spelled = [" ", "-", ", "].map((mark) => [...word].join(mark));
      return task(
        `Spell the word ${word}, letter by letter.`,
        `${capitalize(spelled[0])}.`,
        spelled,
        "",
      );
    }),
  swap: (random) =>
    wordLists(random, 2).map(([a, b]) =>
      task(`Swap these two words: ${a}, ${b}`, `${capitalize(b)}, ${a}.`, inOrder(b, a), ""),
    ),
  join: () =>
    COMPOUNDS.map((pair) => {
      const [a, b] = pair.split(" ");
      const accepted = [a + b, `the word is ${a}${b}`];
      return task(
        `Join these two words into one: ${a}, ${b}`,
        `${capitalize(a)}${b}.`,
        accepted,
        "",
      );
    }),
  "last word": () =>
    SENTENCES.map((sentence) => {
      const word = plain(sentence).split(" ").at(-1).toLowerCase();
      const form = "The last word is {}.";
      const question = `What is the last word of this sentence: ${sentence}`;
      return task(question, form.replace("{}", word), [word, `"${word}"`], form);
    }),
};

export const entry = {
  name: "unseen-kinds",
  title: "Unseen kinds of task",
  file: "unseen-kinds.jsonl",
  card: "unseen-kinds.md",
  use: "evaluation",
  columns: ["instruction", "input", "output", "accepted", "kind", "form"],
  license: "CC0-1.0",
  description:
    "Small tasks of kinds that First answers does not hold, such as the odd one out or the last letter.",
  prompts: [],
  fields: [],
};

const distinct = (answers) => {
  const keys = answers.map(normalizeAnswer);
  return answers.filter((_, i) => keys.indexOf(keys[i]) === i);
};

export function make() {
  const random = createRandom(20250904);
  const cases = Object.entries(KINDS).flatMap(([kind, makeTasks]) =>
    makeTasks(random).map(({ instruction, output, accepted, form }) => ({
      instruction,
      input: "",
      output,
      accepted: distinct([output, ...accepted]),
      kind,
      form,
    })),
  );
  return random.shuffled(cases);
}
