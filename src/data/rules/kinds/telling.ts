/** Tasks about which class something belongs to. */
import { between, pickSome } from "../draw";
import type { TaskKind } from "../kind";
import { CLASSES, NAMES, PLACES, VERBS, WORDS } from "../words";

const NAMES_OF_CLASSES = Object.keys(CLASSES);
const FEELINGS = {
  Good: ["I love the", "What a beautiful", "I am so happy with the", "This is a wonderful"],
  Bad: ["I hate the", "What an ugly", "I am so angry at the", "This is a terrible"],
};

export const TELLING_KINDS: readonly TaskKind[] = [
  {
    id: "class-of",
    title: "What something is",
    group: "Telling apart",
    wordings: [
      'Which of these fits "{}": {classes}?',
      'Of what class is "{}"? Choose from: {classes}.',
      "Which of these fits it: {classes}?",
    ],
    generate: (random, level) => {
      const classes = pickSome(random, NAMES_OF_CLASSES, 1 + level);
      const answer = random.pick(classes);
      const text = random.pick(CLASSES[answer] ?? []);
      return { text, answer, gaps: { classes: classes.join(", ") } };
    },
  },
  {
    id: "odd-one-out",
    title: "The odd one out",
    group: "Telling apart",
    wordings: [
      "Which of these does not belong to the others? {}",
      "Find the odd one out: {}",
      "Which word does not fit?",
    ],
    generate: (random, level) => {
      const [common = "", other = ""] = pickSome(random, NAMES_OF_CLASSES, 2);
      const answer = random.pick(CLASSES[other] ?? []);
      const words = pickSome(random, CLASSES[common] ?? [], 1 + level);
      return { text: random.shuffled([answer, ...words]).join(", "), answer };
    },
  },
  {
    id: "odd-or-even",
    title: "Odd or even",
    group: "Telling apart",
    wordings: [
      "Is {} odd or even?",
      "Is the number {} an odd or an even one?",
      "Is this number odd or even?",
    ],
    generate: (random, level) => {
      const number = between(random, 1, 10 ** (level + 1));
      return { text: String(number), answer: number % 2 === 0 ? "Even." : "Odd." };
    },
  },
  {
    id: "sort-of-sentence",
    title: "Question or statement",
    group: "Telling apart",
    wordings: [
      "Is this a question, a statement or an exclamation? {}",
      "Question, statement or exclamation: {}",
      "What is it: a question, a statement or an exclamation?",
    ],
    generate: (random, level) => {
      const name = random.pick(NAMES);
      const { base, past } = random.pick(VERBS);
      const rest = `the ${random.pick(WORDS)}${level > 1 ? ` in the ${random.pick(PLACES)}` : ""}`;
      const [answer = "", text = ""] = random.pick([
        ["Question.", `Did ${name} ${base} ${rest}?`],
        ["Statement.", `${name} ${past} ${rest}.`],
        ["Exclamation.", `How quickly ${name} ${past} ${rest}!`],
      ]);
      return { text, answer };
    },
  },
  {
    id: "feeling",
    title: "Good or bad",
    group: "Telling apart",
    wordings: [
      "Is this said of something good or bad? {}",
      "Does the speaker like it? Answer good or bad: {}",
      "Does it sound good or bad?",
    ],
    generate: (random, level) => {
      const feeling = random.pick(["Good", "Bad"] as const);
      const place = level > 1 ? ` in the ${random.pick(PLACES)}` : "";
      const text = `${random.pick(FEELINGS[feeling])} ${random.pick(WORDS)}${place}.`;
      return { text, answer: `${feeling}.` };
    },
  },
];
