/** Tasks about the items of lists. */
import { between, joinWithAnd, pickWords } from "../draw";
import type { TaskKind } from "../kind";
import { WORDS } from "../words";

const ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth"];

export const LIST_KINDS: readonly TaskKind[] = [
  {
    id: "reverse-list",
    title: "Reverse a list",
    group: "Lists",
    wordings: [
      "Put these words in reverse order: {}",
      "Read these words from last to first: {}",
      "Reverse the order of the list.",
      "Write the items from last to first.",
    ],
    generate: (random, level) => {
      const words = pickWords(random, 2 + level);
      return { text: words.join(", "), answer: [...words].reverse().join(", ") };
    },
  },
  {
    id: "item-at",
    title: "The item at a place",
    group: "Lists",
    wordings: [
      "What is the {place} item of this list? {}",
      "Which word comes {place}: {}",
      "Write the {place} item of the list.",
      "Which item is the {place} one?",
    ],
    generate: (random, level) => {
      const words = pickWords(random, 3 + level);
      const at = random.integer(words.length);
      return {
        text: words.join(", "),
        answer: words[at] ?? "",
        gaps: { place: ORDINALS[at] ?? "" },
      };
    },
  },
  {
    id: "count-items",
    title: "Count items",
    group: "Lists",
    wordings: [
      "How many items are in this list? {}",
      "Count the items: {}",
      "How many items does the list have?",
      "Count the words of the list.",
    ],
    generate: (random, level) => {
      const words = pickWords(random, between(random, 2, 2 + 3 * level));
      return { text: words.join(", "), answer: String(words.length) };
    },
  },
  {
    id: "remove-repeats",
    title: "Remove what comes twice",
    group: "Lists",
    wordings: [
      "Write each item once, in order: {}",
      "Remove what comes a second time: {}",
      "Leave out the repeated items.",
      "Write the list so that no word comes twice.",
    ],
    generate: (random, level) => {
      const words = pickWords(random, 1 + level);
      const again = Array.from({ length: level }, () => random.pick(words));
      const all = random.shuffled([...words, ...again]);
      return { text: all.join(", "), answer: [...new Set(all)].join(", ") };
    },
  },
  {
    id: "longest-item",
    title: "The longest word",
    group: "Lists",
    wordings: [
      "Which of these words is the longest? {}",
      "Find the word with the most letters: {}",
      "Write the longest word of the list.",
      "Which word has the most letters?",
    ],
    generate: (random, level) => {
      const longest = random.pick(WORDS.filter(({ length }) => length >= 6));
      const shorter = WORDS.filter(({ length }) => length < longest.length);
      const others = random.shuffled(shorter).slice(0, 1 + level);
      return { text: random.shuffled([longest, ...others]).join(", "), answer: longest };
    },
  },
  {
    id: "missing-item",
    title: "What is missing",
    group: "Lists",
    wordings: [
      "The list was {whole}. Which item is missing here: {}",
      "Of {whole}, which one is not in this list? {}",
      "There were {whole}. Which one is missing now?",
    ],
    generate: (random, level) => {
      const words = pickWords(random, 2 + level);
      const [missing = "", ...rest] = random.shuffled(words);
      return { text: rest.join(", "), answer: missing, gaps: { whole: joinWithAnd(words) } };
    },
  },
  {
    id: "add-item",
    title: "Add an item",
    group: "Lists",
    wordings: [
      "Add {item} to the end of this list: {}",
      "Put {item} behind these words: {}",
      "Add {item} as the last item.",
    ],
    generate: (random, level) => {
      const [item = "", ...words] = pickWords(random, 3 + level);
      return { text: words.join(", "), answer: [...words, item].join(", "), gaps: { item } };
    },
  },
];
