/** Tasks about finding something in a sentence. */
import { between } from "../draw";
import type { TaskKind } from "../kind";
import { NAMES, PLACES, VERBS, WORDS } from "../words";

const THINGS = WORDS.filter((word) => !PLACES.includes(word));
const ENDINGS = ["com", "org", "net"];
/** What may stand around the sentence that matters. */
const ASIDES = [
  "It was a long day.",
  "Nobody else was there.",
  "The sky was gray.",
  "Later it began to rain.",
];

export const FINDING_KINDS: readonly TaskKind[] = [
  {
    id: "find-number",
    title: "Find the number",
    group: "Finding",
    wordings: [
      "Which number is in this text? {}",
      "Find the number: {}",
      "Write only the number of this text.",
      "Which number is in the text?",
    ],
    generate: (random, level) => {
      const number = between(random, 2, 10 ** level + 10);
      const thing = random.pick(WORDS);
      const { base } = random.pick(VERBS);
      const text = `${random.pick(NAMES)} needs ${number} minutes to ${base} the ${thing}.`;
      return { text: surround(text, level, random.pick(ASIDES)), answer: String(number) };
    },
  },
  {
    id: "find-person",
    title: "Find the name",
    group: "Finding",
    wordings: [
      "Who is this about? {}",
      "Which name is in this text? {}",
      "Who is the text about?",
      "Write only the name of the person.",
    ],
    generate: (random, level) => {
      const answer = random.pick(NAMES);
      const thing = random.pick(WORDS);
      const text = `${answer} ${random.pick(VERBS).past} the ${thing} in the ${random.pick(PLACES)}.`;
      return { text: surround(text, level, random.pick(ASIDES)), answer };
    },
  },
  {
    id: "find-place",
    title: "Find the place",
    group: "Finding",
    wordings: [
      "Where did it happen? {}",
      "Which place is in this text? Write one word: {}",
      "Write only the place, in one word.",
    ],
    generate: (random, level) => {
      const answer = random.pick(PLACES);
      const thing = random.pick(THINGS);
      const text = `${random.pick(NAMES)} ${random.pick(VERBS).past} the ${thing} in the ${answer}.`;
      const also = [`In the ${answer}.`, `the ${answer}`];
      return { text: surround(text, level, random.pick(ASIDES)), answer, also };
    },
  },
  {
    id: "find-email",
    title: "Find the address",
    group: "Finding",
    wordings: [
      "Which e-mail address is in this text? {}",
      "Find the e-mail address: {}",
      "Write only the e-mail address.",
    ],
    generate: (random, level) => {
      const name = random.pick(NAMES);
      const host = `${random.pick(WORDS)}.${random.pick(ENDINGS)}`;
      const answer = `${name.toLowerCase()}${level === 1 ? "" : between(random, 1, 99)}@${host}`;
      return {
        text: surround(`Write to ${name} at ${answer} today.`, level, random.pick(ASIDES)),
        answer,
      };
    },
  },
  {
    id: "find-quote",
    title: "Find what was said",
    group: "Finding",
    wordings: [
      "What was said? {}",
      "Write only what stands in quotation marks: {}",
      "Write the words that were said, without the marks.",
    ],
    generate: (random, level) => {
      const words = ["I", random.pick(VERBS).past, "the", random.pick(WORDS)];
      if (level > 1) words.push("in", "the", random.pick(PLACES));
      const answer = words.join(" ");
      const text = `"${answer}", said ${random.pick(NAMES)}.`;
      return { text: surround(text, level, random.pick(ASIDES)), answer };
    },
  },
];

/** The hard ones have a sentence before the one that matters. */
const surround = (text: string, level: number, aside: string): string =>
  level === 3 ? `${aside} ${text}` : text;
