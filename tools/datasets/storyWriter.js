// Little stories of three to five sentences on the subject that is asked for, put together from plots.
import { capitalize, numberWord, withArticle } from "../curriculum/define.js";
import PLOTS_OF_ANIMALS from "./plotsOfAnimals.js";
import PLOTS_OF_FOLK from "./plotsOfFolk.js";
import PLOTS_AT_HOME from "./plotsAtHome.js";
import PLOTS_OUTDOORS from "./plotsOutdoors.js";
import { createRandom } from "./random.js";

const STORIES_PER_PLOT = 12;
/** How often an optional sentence stays. */
const OPTIONAL_SHARE = 0.5;

const GIRLS = "Ana Cara Eva Grace Ida Lily Nora Pia Rosa Tara Yara Mina".split(" ");
const BOYS = "Ben Dan Finn Hugo Jack Kofi Max Omar Sam Will Leo Tom".split(" ");

/** {s} is what the story is about, {n} how many sentences it has. */
const REQUESTS = [
  "Write a story about {s}.",
  "Write a story about {s}.",
  "Tell me a story about {s}.",
  "Write a short story about {s}.",
  "Make up a story about {s}.",
  "Please write a story about {s}.",
  "Can you tell me a story about {s}?",
  "I would like to read a story about {s}.",
  "Tell a bedtime story about {s}.",
  "Write a story in {n} sentences about {s}.",
  "Write {n} sentences: a story about {s}.",
  "Tell me a story about {s}. Use {n} sentences.",
];
const REQUESTS_WITH_INPUT = [
  "Write a story about this.",
  "Tell me a story about the following.",
  "Write a short story with this title.",
];
const INPUT_SHARE = 0.12;

export const entry = {
  name: "story-writer",
  title: "Story writer",
  file: "story-writer.jsonl",
  card: "story-writer.md",
  use: "training",
  columns: ["instruction", "input", "output"],
  license: "CC0-1.0",
  description:
    "Stories of three to five sentences about what is asked for, with a beginning, a middle and an end.",
  prompts: [
    {
      instruction: "Write a story about a duck and a lamp.",
      input: "",
      expected: "",
      note: "Both words are known, together they are new: does the story stay with both?",
    },
    {
      instruction: "Tell me a story about a girl named Zoe and a bear.",
      input: "",
      expected: "",
      note: "Zoe is in no story of the set: her name must be copied from the prompt.",
    },
    {
      instruction: "Write a story in three sentences about a snail.",
      input: "",
      expected: "",
      note: "Count the sentences: a small model often misses the number.",
    },
    {
      instruction: "Write a story about the internet.",
      input: "",
      expected: "",
      note: "A subject far from the set: expect the shape of a story with little sense.",
    },
  ],
  fields: [],
};

/** "hero helper" and "fox/cow, hen/horse" → one row, as { hero: "fox", helper: "cow" }. */
function pickRow(random, keys, text) {
  const row = random.pick(text.split(", ")).split("/");
  return Object.fromEntries(keys.split(" ").map((key, i) => [key, row[i]]));
}

const pickChild = (random) =>
  random.integer(2) === 0
    ? { name: random.pick(GIRLS), kind: "girl", they: "she", them: "her", their: "her" }
    : { name: random.pick(BOYS), kind: "boy", they: "he", them: "him", their: "his" };

/** Puts the words in: {hero}, {Hero} capitalized, {a hero} and {A hero} with the article. Words may hold words. */
function fill(template, words) {
  return template.replace(/\{([aA] )?(\w+)\}/g, (slot, article, key) => {
    const word = words[key] ?? words[key.charAt(0).toLowerCase() + key.slice(1)];
    if (word === undefined) throw new Error(`No word for ${slot} in "${template}".`);
    const text = fill(article ? withArticle(word) : word, words);
    return article === "A " || /[A-Z]/.test(key.charAt(0)) ? capitalize(text) : text;
  });
}

/** One story of a plot: what it is about, and its sentences. */
function tell(random, { about, fills, story }) {
  const rows = Object.entries(fills).map(([keys, text]) => pickRow(random, keys, text));
  const words = Object.assign(pickChild(random), ...rows);
  const sentences = story
    .map((line) => (Array.isArray(line) ? random.pick(line) : line))
    .filter((line) => !line.startsWith("?") || random.next() < OPTIONAL_SHARE)
    .map((line) => capitalize(fill(line.replace(/^\?/, ""), words)));
  return { subject: fill(random.pick(about), words), sentences };
}

function toRecord(random, { subject, sentences }) {
  const output = sentences.join(" ");
  if (random.next() < INPUT_SHARE) {
    return { instruction: random.pick(REQUESTS_WITH_INPUT), input: capitalize(subject), output };
  }
  const count = numberWord(sentences.length);
  const instruction = random.pick(REQUESTS).replace("{n}", count).replace("{s}", subject);
  return { instruction, input: "", output };
}

export function make() {
  const random = createRandom(20250905);
  const asked = new Set();
  const told = new Set();
  const records = [];
  for (const plot of [...PLOTS_OF_ANIMALS, ...PLOTS_OF_FOLK, ...PLOTS_AT_HOME, ...PLOTS_OUTDOORS]) {
    const end = records.length + STORIES_PER_PLOT;
    while (records.length < end) {
      const record = toRecord(random, tell(random, plot));
      const request = `${record.instruction}|${record.input}`;
      if (asked.has(request) || told.has(record.output)) continue;
      asked.add(request);
      told.add(record.output);
      records.push(record);
    }
  }
  return random.shuffled(records);
}
