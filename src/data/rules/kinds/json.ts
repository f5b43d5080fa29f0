/** Tasks about JSON. */
import type { Random } from "@/core/random";
import { between, joinWithAnd, pickSome, pickWords } from "../draw";
import type { TaskKind } from "../kind";
import { NAMES, PLACES } from "../words";

type Value = Record<string, string | number>;

const FIELDS: readonly ((random: Random) => [string, string | number])[] = [
  (random) => ["name", random.pick(NAMES)],
  (random) => ["age", between(random, 5, 84)],
  (random) => ["place", random.pick(PLACES)],
  (random) => ["color", random.pick(["red", "green", "blue", "white", "black"])],
];

const drawValue = (random: Random, count: number): Value =>
  Object.fromEntries(pickSome(random, FIELDS, count).map((draw) => draw(random)));

const tell = (value: Value): string =>
  joinWithAnd(Object.entries(value).map(([key, item]) => `${key} is ${item}`));

/** With spaces, as people write it, and without. */
function written(value: unknown): { answer: string; also: string[] } {
  const dense = JSON.stringify(value);
  const answer = JSON.stringify(value, null, 1).replace(/\n\s*/g, " ");
  const tight = answer.replace(/^([[{]) /, "$1").replace(/ ([\]}])$/, "$1");
  return { answer: tight, also: [dense, answer] };
}

export const JSON_KINDS: readonly TaskKind[] = [
  {
    id: "to-json",
    title: "Write an object",
    group: "JSON",
    isCased: true,
    wordings: [
      "Write this as a JSON object: {}",
      "Turn this into JSON: {}",
      "Write it as one JSON object.",
    ],
    generate: (random, level) => {
      const value = drawValue(random, 1 + level);
      return { text: tell(value), ...written(value) };
    },
  },
  {
    id: "json-value",
    title: "Read a value",
    group: "JSON",
    wordings: [
      'What is the value of "{key}" in this JSON? {}',
      'Read "{key}" from {}',
      'Write only the value of "{key}".',
    ],
    generate: (random, level) => {
      const value = drawValue(random, 1 + level);
      const [key, answer] = random.pick(Object.entries(value));
      return { text: written(value).answer, answer: String(answer), gaps: { key } };
    },
  },
  {
    id: "json-list",
    title: "Write a list",
    group: "JSON",
    isCased: true,
    wordings: [
      "Write these as a JSON list: {}",
      "Turn this into a JSON list of texts: {}",
      "Write the words as a JSON list.",
    ],
    generate: (random, level) => {
      const words = pickWords(random, 1 + level);
      return { text: joinWithAnd(words), ...written(words) };
    },
  },
  {
    id: "json-keys",
    title: "Name the keys",
    group: "JSON",
    wordings: [
      "Which keys does this JSON object have? {}",
      "Name the keys, with commas: {}",
      "Write the keys of the object, with commas between them.",
    ],
    generate: (random, level) => {
      const value = drawValue(random, 1 + level);
      return { text: written(value).answer, answer: Object.keys(value).join(", ") };
    },
  },
  {
    id: "json-change",
    title: "Change a value",
    group: "JSON",
    isCased: true,
    wordings: [
      'Set "age" to {age}: {}',
      "Change the age to {age} in {}",
      'Write the object with {age} as its "age".',
    ],
    generate: (random, level) => {
      const others = drawValue(random, level);
      const age = between(random, 5, 84);
      const before = { ...others, age: age > 40 ? age - between(random, 1, 30) : age + 9 };
      return {
        text: written(before).answer,
        ...written({ ...others, age }),
        gaps: { age: String(age) },
      };
    },
  },
];
