// Writes datasets/simple-answers.jsonl, the default data set, its row of datasets/index.json and
// the list of facts that are kept out of it. Run: node tools/datasets/simpleAnswers.js
//
// The bundled model has read all of these facts as plain statements and was never asked a question.
// The set asks about two thirds of them; the rest stays unasked, so that a person can see the tuned
// model answer what it was not taught. Same script, same bytes; another folder may be given.
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { FACTS } from "./simpleFacts.js";

const SEED = 20240607;
const KEPT_OUT_SHARE = 1 / 3;
/** How often a fact is asked in a second way, and how often in the short form with an input. */
const SECOND_SHARE = 0.35;
const INPUT_SHARE = 0.14;
/** Shown on the page beside the training: never asked in the set, so their group must be kept out. */
const PINNED = [
  { group: "capital", key: "Norway" },
  { group: "baby", key: "goat" },
];

/** A 32-bit linear congruential generator (constants of Numerical Recipes): plain, and the same everywhere. */
function createRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const random = createRandom(SEED);
const pick = (items) => items[Math.floor(random() * items.length)];

function shuffle(items) {
  const out = [...items];
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [out[i], out[j]] = [out[j], out[i]];
  }
  return out;
}

const isPinned = ({ group, key }) => PINNED.some((pin) => pin.group === group && pin.key === key);

// A third of each group, so that every kind of question is learned and every kind can be tried.
const keptOut = new Set();
for (const group of new Set(FACTS.map((fact) => fact.group))) {
  const families = [...new Set(FACTS.filter((f) => f.group === group).map((f) => f.family))];
  const pinned = new Set(
    FACTS.filter((f) => f.group === group && isPinned(f)).map((f) => f.family),
  );
  const order = [...pinned, ...shuffle(families).filter((family) => !pinned.has(family))];
  for (const family of order.slice(0, Math.round(families.length * KEPT_OUT_SHARE))) {
    keptOut.add(`${group}/${family}`);
  }
}
const isKeptOut = (fact) => keptOut.has(`${fact.group}/${fact.family}`);

const records = [];
for (const fact of FACTS) {
  if (isKeptOut(fact)) continue;
  const [first, second] = shuffle(fact.questions);
  records.push({ instruction: first, input: "", output: fact.answer });
  if (second && random() < SECOND_SHARE) {
    records.push({ instruction: second, input: "", output: fact.answer });
  }
  if (fact.short && random() < INPUT_SHARE) {
    records.push({ instruction: pick(fact.short.questions), ...fact.short.record });
  }
}

const lines = shuffle(records).map((record) => JSON.stringify(record));
const ownFolder = new URL("../../datasets/", import.meta.url);
const folder = process.argv[2] ? pathToFileURL(`${process.argv[2]}/`) : ownFolder;
writeFileSync(new URL("simple-answers.jsonl", folder), `${lines.join("\n")}\n`);

const unseen = FACTS.filter(isKeptOut);
const entry = {
  name: "simple-answers",
  title: "Simple answers",
  file: "simple-answers.jsonl",
  records: lines.length,
  columns: ["instruction", "input", "output"],
  licence: "CC0-1.0",
  description:
    "Short questions about everyday facts (opposites, capitals, animals, colors, jobs, small sums), each answered in one sentence.",
  prompts: PINNED.map((pin) => {
    const fact = unseen.find((f) => f.group === pin.group && f.key === pin.key);
    return { instruction: fact.questions[0], input: "", expected: fact.answer };
  }),
};
// Lists of texts on one line, as Prettier wants them.
const json = JSON.stringify([entry], null, 2).replace(/\[\s+("[^{}[\]]*")\s+\]/g, (_, items) => {
  return `[${items.replace(/\s+/g, " ")}]`;
});
writeFileSync(new URL("index.json", folder), `${json}\n`);

// The part of the README between its two marks lists what is kept out.
const groups = [...new Set(unseen.map((fact) => fact.group))];
const list = groups.map((group) => {
  const keys = unseen.filter((fact) => fact.group === group).map((fact) => fact.key);
  return `- ${group}: ${keys.join(", ")}`;
});
const marks = /(<!-- kept out -->\n)[^]*(<!-- end -->)/;
const readme = readFileSync(new URL("README.md", ownFolder), "utf8");
const filled = readme.replace(marks, (_, start, end) => `${start}\n${list.join("\n")}\n\n${end}`);
writeFileSync(new URL("README.md", folder), filled);
console.log(`${lines.length} records, ${unseen.length} of ${FACTS.length} facts kept out`);
