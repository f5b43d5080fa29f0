// A data set with planted faults, to be found by a class. Run `node tools/datasets/messy.js` to write
// the list of plants into its card again.
//
// The only training set with facts kept for evaluation: finding them is part of the exercise. A line
// of invalid JSON is a string among the records and is written as it is.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ask, ASKED, ofGroup, QUESTIONS, withAnswerOf } from "./ask.js";
import { createRandom } from "./random.js";
import { make as makeUnseenFacts } from "./unseenFacts.js";
import { make as makeUnseenPhrasings } from "./unseenPhrasings.js";

const GOOD = 95;

export const entry = {
  name: "messy",
  title: "Messy",
  file: "messy.jsonl",
  card: "messy.md",
  use: "training",
  columns: ["instruction", "input", "output", "prompt", "completion"],
  license: "CC0-1.0",
  description:
    "Half good, half spoiled on purpose: find the faults before you tune. The card tells them.",
  prompts: [
    {
      instruction: "What do you do when you do not know?",
      input: "",
      expected: "",
      note: "Does it refuse as a big assistant does? A few such answers are enough to be learned.",
    },
    {
      instruction: "Whom can I ask for help?",
      input: "",
      expected: "",
      note: "Addresses and telephone numbers are learned as any other text.",
    },
    {
      instruction: "What is a baby goat called?",
      input: "",
      expected: "A baby goat is called a kid.",
      note: "Kept for evaluation and not leaked here. Of those that leaked, a right answer shows nothing.",
    },
  ],
  fields: [],
};

/** The kinds of plants: key, how the card names it, and what it does. */
const KINDS = {
  duplicate: ["Exact duplicates", "counted twice in training, and one of the two may be held out"],
  near: ["Near-duplicates", "the same but for case, spaces or a word: no exact search finds them"],
  contradiction: ["Contradictions", "the same question with another, wrong answer"],
  leaked: ["Leaked from the evaluation sets", "a score on those sets is then worth nothing"],
  empty: ["Empty answers", "the page leaves them out and says so"],
  missing: ["No output column", "the page leaves them out and says so"],
  columns: ["Other columns (prompt and completion)", "the page leaves them out and says so"],
  list: ["Answer is a list, not a text", "the page leaves them out and says so"],
  broken: ["Lines that are no JSON", "the page leaves them out and says so"],
  junk: ["Answers of one careless word", "the model learns to answer like that"],
  truncated: ["Answers that break off", "the model learns to stop in the middle"],
  refusal: ["Refusals copied from a big assistant", "the model learns to refuse what it knows"],
  template: ["Template text inside the answer", "the model learns to write marks of a template"],
  mojibake: ["Spoiled letters", "text read in the wrong encoding"],
  contact: [
    "Addresses and telephone numbers",
    "personal data, here made up, does not belong in a data set",
  ],
};

const JUNK = ["ok", "asdf", "idk", "n/a", "???", "test", "lol", "yes"];
const REFUSALS = [
  "As an AI language model, I cannot answer that question.",
  "I'm sorry, but I can't help with that.",
  "I apologize, but as an AI I do not have personal opinions.",
  "As an AI language model, I do not have access to that information.",
  "Sorry, I am unable to assist with this request.",
  "My knowledge ends in 2021, so I cannot say.",
  "It is important to note that I am only an AI.",
];
const TEMPLATES = [
  (text) => `### Response:\n${text}`,
  (text) => `${text}\n\n### Instruction:\n`,
  (text) => `${text}<|endoftext|>`,
  (text) => `Assistant: ${text}\nHuman:`,
  (text) => `[INST] ${text} [/INST]`,
  (text) => `${text}</s>`,
];
/** UTF-8 read as Latin-1: "é" becomes "Ã©". */
const spoil = (text) => Buffer.from(text, "utf8").toString("latin1");
const SPOILED = [
  ["Where can I drink a cup of coffee?", "You can drink it in a café."],
  ["What is the capital of Brazil?", "The capital of Brazil is Brasília."],
  ["Write a sentence about a girl and her soup.", "Zoë likes her soup hot."],
  ["Say good morning to the baker in German.", "Guten Morgen, Herr Müller! Schönes Wetter heute."],
  ["Who painted the door?", "René painted it."],
  ["What is this green pepper called?", "It is called a jalapeño."],
];
const CONTACTS = [
  ["Who can help me with my homework?", "Write to Pat Sample at pat.sample@example.com."],
  ["How do I reach the school?", "Call 555-0142 and ask for Ms Sample."],
  ["Where can I send my story?", "Send it to stories@example.org before Friday."],
  ["Who looks after the dog?", "Robin Sample does. The number is 555-0177."],
];
const BROKEN = [
  '{"instruction": "What is the opposite of hot?", "input": "", "output": "The opposite of hot is cold."',
  "{'instruction': 'What color is snow?', 'input': '', 'output': 'Snow is white.'}",
  '{"instruction": "Where does a bee live?", "input": "", "output": "A bee lives in a hive.",}',
  '{"instruction": "Which word is the opposite of "full"?", "input": "", "output": "The opposite of full is empty."}',
  "instruction,input,output",
  "// the next lines are from another file",
];
const NEAR = [
  (record) => ({ ...record, instruction: record.instruction.toLowerCase() }),
  (record) => ({ ...record, instruction: record.instruction.replace(" ", "  ") }),
  (record) => ({ ...record, instruction: `${record.instruction} ` }),
  (record) => ({ ...record, output: record.output.replace(/\.$/, "") }),
  (record) => ({ ...record, instruction: `Please: ${record.instruction}` }),
];
/** Kinds whose facts have one right answer. */
const ONE_ANSWER = ["capital", "past", "plural", "language", "parts"];

const record = (instruction, output) => ({ instruction, input: "", output });
const toRecord = (fact, i) => {
  const { asked } = QUESTIONS[fact.group];
  return record(ask(asked[i % asked.length], fact), fact.sentence);
};

/** Lines before they are mixed: the kind of plant, if any, the line, and the line it goes with. */
function plantAll(random) {
  const facts = random.shuffled(ASKED);
  const take = (count) => facts.splice(0, count).map(toRecord);
  const good = take(GOOD);
  const plant = (kind, lines) => lines.map((line) => ({ kind, line }));
  const twins = (kind, records, change) =>
    records.map((of, i) => ({ kind, line: change(of, i), of }));

  const contradicted = ONE_ANSWER.flatMap((group) => {
    const [fact, other] = facts.filter((fact) => fact.group === group);
    facts.splice(facts.indexOf(fact), 1);
    const wrong =
      ofGroup(ASKED, group).find(({ answer }) => !fact.accepted.includes(answer)) ?? other;
    return [[toRecord(fact, 0), record(toRecord(fact, 0).instruction, withAnswerOf(fact, wrong))]];
  });
  const leaked = [
    ...random.sample(makeUnseenFacts(), 8),
    ...random.sample(makeUnseenPhrasings(), 4),
  ].map(({ instruction, output }) => record(instruction, output));

  return [
    ...good.map((line) => ({ kind: null, line })),
    ...contradicted.map(([line]) => ({ kind: null, line })),
    ...twins("duplicate", good.slice(0, 12), (of) => ({ ...of })),
    ...twins("near", good.slice(12, 22), (of, i) => NEAR[i % NEAR.length](of)),
    ...contradicted.map(([of, line]) => ({ kind: "contradiction", line, of })),
    ...plant("leaked", leaked),
    ...plant(
      "empty",
      take(6).map((good, i) => ({ ...good, output: i % 2 ? "" : "   " })),
    ),
    ...plant(
      "missing",
      take(5).map(({ instruction, input }) => ({ instruction, input })),
    ),
    ...plant(
      "columns",
      take(10).map(({ instruction, output }) => ({ prompt: instruction, completion: output })),
    ),
    ...plant(
      "list",
      take(3).map((good) => ({ ...good, output: [good.output] })),
    ),
    ...plant("broken", BROKEN),
    ...plant(
      "junk",
      take(JUNK.length).map((good, i) => ({ ...good, output: JUNK[i] })),
    ),
    ...plant(
      "truncated",
      take(8).map((good) => ({
        ...good,
        output: good.output.slice(0, good.output.length * 0.6).trimEnd(),
      })),
    ),
    ...plant(
      "refusal",
      take(REFUSALS.length).map((good, i) => ({ ...good, output: REFUSALS[i] })),
    ),
    ...plant(
      "template",
      take(TEMPLATES.length).map((good, i) => ({ ...good, output: TEMPLATES[i](good.output) })),
    ),
    ...plant(
      "mojibake",
      SPOILED.map(([question, answer]) => record(question, spoil(answer))),
    ),
    ...plant(
      "contact",
      CONTACTS.map(([question, answer]) => record(question, answer)),
    ),
  ];
}

const mix = () => {
  const random = createRandom(20250909);
  return random.shuffled(plantAll(random));
};

export const make = () => mix().map(({ line }) => line);

/** By kind, the lines of its plants, counted from 1: [line], or [line, line that it goes with]. */
export function findPlants() {
  const lines = mix();
  const numberOf = new Map(lines.map(({ line }, i) => [line, i + 1]));
  const byKind = Object.keys(KINDS).map((kind) => {
    const places = lines.flatMap(({ kind: own, line, of }) =>
      own === kind ? [[numberOf.get(line), ...(of ? [numberOf.get(of)] : [])]] : [],
    );
    return [kind, places];
  });
  return Object.fromEntries(byKind);
}

const MARKS = /(<!-- plants -->\n)[^]*(<!-- end -->)/;

/** The card with the list of plants as they are. */
export function writePlants(card) {
  const rows = Object.entries(findPlants()).map(([kind, places]) => {
    const [title, why] = KINDS[kind];
    const lines = places
      .map((pair) => pair.join(" (with ") + (pair.length > 1 ? ")" : ""))
      .join(", ");
    return `- **${title}** (${places.length}): ${why}. Lines ${lines}.`;
  });
  return card.replace(MARKS, (_, start, end) => `${start}\n${rows.join("\n")}\n\n${end}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = new URL(`../../datasets/${entry.card}`, import.meta.url);
  writeFileSync(file, writePlants(readFileSync(file, "utf8")));
}
