/** Tasks about order. */
import { between, disorder, pickSome, pickWords } from "../draw";
import type { TaskKind } from "../kind";
import { NAMES, WORDS } from "../words";

const byNumber = (a: number, b: number): number => a - b;
const AGES = Array.from({ length: 80 }, (_, i) => i + 5);

export const SORTING_KINDS: readonly TaskKind[] = [
  {
    id: "sort-words",
    title: "Sort words",
    group: "Sorting",
    wordings: [
      "Sort these words from A to Z: {}",
      "Put these words in alphabetical order: {}",
      "Sort the words from A to Z.",
      "Put the words in alphabetical order.",
    ],
    generate: (random, level) => {
      const right = pickWords(random, 2 + level).sort();
      return { text: disorder(random, right).join(", "), answer: right.join(", ") };
    },
  },
  {
    id: "sort-numbers",
    title: "Sort numbers",
    group: "Sorting",
    wordings: [
      "Sort these numbers, the smallest first: {}",
      "Put these numbers in order from small to large: {}",
      "Sort the numbers, the smallest first.",
      "Write the numbers from small to large.",
    ],
    generate: (random, level) => {
      const most = { 1: 20, 2: 100, 3: 1000 }[level];
      const numbers = new Set<number>();
      while (numbers.size < 2 + level) numbers.add(between(random, 0, most));
      const right = [...numbers].sort(byNumber).map(String);
      return { text: disorder(random, right).join(", "), answer: right.join(", ") };
    },
  },
  {
    id: "sort-down",
    title: "Sort from large to small",
    group: "Sorting",
    wordings: [
      "Sort these numbers, the largest first: {}",
      "Put these numbers in order from large to small: {}",
      "Write the numbers from large to small.",
    ],
    generate: (random, level) => {
      const numbers = pickSome(random, AGES, 2 + level);
      const right = numbers.sort(byNumber).reverse().map(String);
      return { text: disorder(random, right).join(", "), answer: right.join(", ") };
    },
  },
  {
    id: "sort-by-length",
    title: "Sort by length",
    group: "Sorting",
    wordings: [
      "Sort these words by length, the shortest first: {}",
      "Put the shortest word first and the longest last: {}",
      "Sort the words from short to long.",
    ],
    generate: (random, level) => {
      const lengths = pickSome(random, [3, 4, 5, 6, 7], 2 + level).sort(byNumber);
      const right = lengths.map((wanted) =>
        random.pick(WORDS.filter(({ length }) => length === wanted)),
      );
      return { text: disorder(random, right).join(", "), answer: right.join(", ") };
    },
  },
  {
    id: "sort-by-age",
    title: "Sort people by age",
    group: "Sorting",
    wordings: [
      "Name these people, the youngest first: {}",
      "Who is younger than whom? Write only the names, the youngest first: {}",
      "Write the names from the youngest to the oldest.",
    ],
    generate: (random, level) => {
      const ages = pickSome(random, AGES, 1 + level).sort(byNumber);
      const names = pickSome(random, NAMES, ages.length);
      const told = ages.map((age, i) => `${names[i]} is ${age}`);
      return { text: `${disorder(random, told).join(", ")}.`, answer: names.join(", ") };
    },
  },
];
