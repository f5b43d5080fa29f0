/** Tasks about the form in which something is written. */
import { between, joinWithAnd, pickSome, pickWords } from "../draw";
import type { TaskKind } from "../kind";
import { NAMES } from "../words";

export const FORM_KINDS: readonly TaskKind[] = [
  {
    id: "bullets",
    title: "A list with dashes",
    group: "Forms",
    wordings: [
      "Make a list of these, with a dash before each: {}",
      "Write these as a list with dashes, one on each line: {}",
      "Turn this into a list with dashes.",
    ],
    generate: (random, level) => {
      const words = pickWords(random, 1 + level);
      return { text: joinWithAnd(words), answer: words.map((word) => `- ${word}`).join("\n") };
    },
  },
  {
    id: "numbered",
    title: "A numbered list",
    group: "Forms",
    wordings: [
      "Make a numbered list of these: {}",
      "Number these, one on each line: {}",
      "Turn this into a numbered list.",
    ],
    generate: (random, level) => {
      const words = pickWords(random, 1 + level);
      const answer = words.map((word, i) => `${i + 1}. ${word}`).join("\n");
      return { text: joinWithAnd(words), answer };
    },
  },
  {
    id: "underscores",
    title: "Joined by underscores",
    group: "Forms",
    wordings: [
      'Join the words "{}" with underscores.',
      'Write "{}" with underscores instead of spaces.',
      "Put an underscore wherever there is a space.",
    ],
    generate: (random, level) => {
      const words = pickWords(random, 1 + level);
      return { text: words.join(" "), answer: words.join("_") };
    },
  },
  {
    id: "thousands",
    title: "Commas in large numbers",
    group: "Forms",
    wordings: [
      "Write {} with commas between the thousands.",
      "Put commas into {} so that it reads well.",
      "Write the number with a comma before every three digits.",
    ],
    generate: (random, level) => {
      const number = between(random, 1000, 10 ** (3 + 2 * level) - 1);
      return { text: String(number), answer: number.toLocaleString("en-US") };
    },
  },
  {
    id: "dollars",
    title: "Cents as dollars",
    group: "Forms",
    wordings: [
      "Write {} cents in dollars.",
      "How much is {} cents in dollars? Write it like $1.50.",
      "Write this number of cents in dollars, like $1.50.",
    ],
    generate: (random, level) => {
      const cents =
        level === 1 ? 100 * between(random, 1, 20) : between(random, 5, 100 * 9 ** level);
      return { text: String(cents), answer: `$${(cents / 100).toFixed(2)}` };
    },
  },
  {
    id: "last-name-first",
    title: "Last name first",
    group: "Forms",
    wordings: [
      "Write the last name first, with a comma: {}",
      "How does {} stand in a list by last names?",
      "Write the name with the last name first and a comma.",
    ],
    generate: (random, level) => {
      const last = random.pick(["Baker", "Cook", "Fisher", "Miller", "Smith", "Stone", "Wood"]);
      const given = pickSome(random, NAMES, level).join(" ");
      return { text: `${given} ${last}`, answer: `${last}, ${given}` };
    },
  },
];
