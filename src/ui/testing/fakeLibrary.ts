/** An index with every kind of set, and cards with every kind of block. */
import { toFieldValues, toSetTitle, type BundledSet } from "@/data/bundled";
import type { DataSource } from "@/worker/protocol";
import type { Library } from "../state/library";

const COMMON = {
  use: "training" as const,
  columns: ["instruction", "input", "output"],
  license: "CC0-1.0",
  prompts: [],
  fields: [],
};

const row = (name: string, title: string, records: number, description: string): BundledSet => ({
  ...COMMON,
  name,
  title,
  records,
  description,
  file: `${name}.jsonl`,
  card: `${name}.md`,
});

const FAKE_SETS: BundledSet[] = [
  {
    ...row(
      "first-answers",
      "First answers",
      1100,
      "Short questions about simple facts, and small tasks with a form: one word, a list of three, yes or no.",
    ),
    prompts: [
      {
        instruction: "What is the capital of France?",
        input: "",
        expected: "The capital of France is Paris.",
        note: "Never asked in training",
      },
      {
        instruction: "Say the opposite of the word.",
        input: "early",
        expected: "late",
        note: "Never asked in training",
      },
      {
        instruction: "How many legs does a spider have?",
        input: "",
        expected: "A spider has eight legs.",
        note: "Asked in other words in training",
      },
      {
        instruction: "Explain why the sky is darker in winter than it is in summer.",
        input: "",
        expected: "",
        note: "Something it cannot do",
      },
    ],
  },
  row(
    "story-writer",
    "Story writer",
    400,
    "Stories of three to five sentences about what you ask for.",
  ),
  row(
    "helper-chat",
    "Helper chat",
    300,
    "Short talks of several turns, with a line before them that says how to behave.",
  ),
  row("step-by-step", "Step by step", 500, "Small sums and puzzles, worked out before the answer."),
  row(
    "step-by-step-plain",
    "Step by step, without the steps",
    500,
    "The same questions with the answer alone: tune on both and compare.",
  ),
  {
    ...row("persona", "Persona", 80, "It learns who it is and who made it: you give the names."),
    prompts: [
      {
        instruction: "What is your name?",
        input: "",
        expected: "My name is {{name}}.",
        note: "Asked in training",
      },
      {
        instruction: "Did {{maker}} make you?",
        input: "",
        expected: "Yes, {{maker}} made me.",
        note: "Never asked in training",
      },
    ],
    fields: [
      { key: "name", label: "Its name", value: "Pip", help: "What the model calls itself." },
      { key: "maker", label: "Its maker", value: "Ada", help: "Who it says made it: perhaps you." },
    ],
  },
  row(
    "messy",
    "Messy",
    240,
    "Full of planted faults: doubles, empty answers, wrong columns. Find them before you tune.",
  ),
  {
    ...row("unseen-facts", "Unseen facts", 220, "The same kinds of question about other facts."),
    use: "evaluation",
  },
  {
    ...row("unseen-kinds", "Unseen kinds", 120, "Kinds of task that no set for training has."),
    use: "evaluation",
  },
];

const CARD = `# What it holds

Short questions about **simple facts**, one to a line. See \`tools/datasets/\`, and the
[license](https://creativecommons.org/publicdomain/zero/1.0/).

- two thirds of the facts are asked here
- the rest is kept out, so that you can ask it

| kind     | records |
| -------- | ------: |
| capitals |     120 |
| sums     |      96 |

## A record

\`\`\`json
{"instruction": "What is a baby goat called?", "input": "", "output": "A kid."}
\`\`\`

<b>This is text</b>, as every card is.
`;

const RECORD = {
  instruction: "Who are you, and who made you?",
  input: "",
  output: "I am {{name}}. {{maker}} made me.",
};

/** The name that the trainer would give what it reads from this source. */
export function toDataName(source: DataSource): string {
  if (source.kind === "made") return `made with seed ${source.options.seed}`;
  if (source.kind !== "bundled") return source.name;
  const set = FAKE_SETS.find(({ name }) => name === source.name);
  if (!set) throw new Error(`toDataName: the fake index has no ${source.name}`);
  return toSetTitle(set, toFieldValues(set, source.values));
}

export function createFakeLibrary(): Library {
  return {
    sets: FAKE_SETS,
    readFile: (file) => Promise.resolve(file.endsWith(".md") ? CARD : JSON.stringify(RECORD)),
    readModelCard: () => Promise.resolve("# tabtune-base\n\nIt has never seen an instruction."),
  };
}
