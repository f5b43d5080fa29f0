/** Formats with one instruction and its answer in columns of their own. */
import type { Message } from "../conversation";
import { describeValue, isObject, toText } from "../parse/records";
import {
  oneTurn,
  optional,
  perRecord,
  readTexts,
  required,
  toMessages,
  withCategory,
  type Draft,
  type Drafts,
  type Format,
  type ReadField,
} from "./format";

const CATEGORY = optional("category", "Category", "category", "task_name", "task");
const SYSTEM = optional("system", "System", "system", "system_prompt");

const DOLLY: Format = {
  id: "dolly",
  title: "Dolly",
  use: "training",
  fields: [
    required("instruction", "Instruction"),
    required("context", "Context"),
    required("response", "Answer", "response"),
    CATEGORY,
  ],
  example: {
    instruction: "What color is the shed?",
    context: "The shed behind the house is green.",
    response: "Green.",
    category: "closed_qa",
  },
  convert: perRecord((read) => {
    const texts = readTexts(read, {
      instruction: "instruction",
      context: "context",
      response: "answer",
    });
    if ("reason" in texts) return texts;
    const turn = { prompt: texts.instruction, input: texts.context, answer: texts.response };
    return oneTurn(turn, "instruction", toText(read("category")) ?? "");
  }),
};

const ALPACA: Format = {
  id: "alpaca",
  title: "Instruction (Alpaca)",
  use: "training",
  fields: [
    required("instruction", "Instruction", "instruction", "prompt"),
    optional("input", "Input", "input", "context"),
    required("output", "Answer", "output", "response", "answer"),
    SYSTEM,
    optional("history", "Earlier turns", "history"),
    CATEGORY,
  ],
  example: {
    instruction: "Turn the sentence into a question.",
    input: "The bus is late.",
    output: "Is the bus late?",
  },
  convert: perRecord(readInstruction),
};

function readInstruction(read: ReadField): Drafts {
  const texts = readTexts(read, {
    instruction: "instruction",
    input: "input",
    output: "answer",
    system: "system text",
  });
  if ("reason" in texts) return texts;
  const { instruction, input, output, system } = texts;
  const made = toMessages({ prompt: instruction, input, answer: output, system }, "instruction");
  if ("reason" in made) return made;
  const earlier = readHistory(read("history"));
  if ("reason" in earlier) return earlier;
  const at = made.messages[0]?.role === "system" ? 1 : 0;
  made.messages.splice(at, 0, ...earlier.messages);
  const { messages } = made;
  return { conversations: [{ messages, isRaw: false, ...withCategory(read("category")) }] };
}

/** `history` is a list of [question, answer]. */
function readHistory(value: unknown): { messages: Message[] } | { reason: string } {
  const list = value === undefined || value === null || value === "" ? [] : value;
  if (!Array.isArray(list)) {
    return { reason: `The history is ${describeValue(list)}, not a list of [question, answer].` };
  }
  const messages: Message[] = [];
  for (const [i, pair] of (list as unknown[]).entries()) {
    const [question, answer] = Array.isArray(pair) ? (pair as unknown[]) : [];
    const prompt = toText(question)?.trim();
    const reply = toText(answer)?.trim();
    if (!prompt || !reply) {
      return { reason: `Turn ${i + 1} of the history is not a question and its answer.` };
    }
    messages.push({ role: "user", content: prompt }, { role: "assistant", content: reply });
  }
  return { messages };
}

const SELF_INSTRUCT: Format = {
  id: "self-instruct",
  title: "Self-Instruct",
  use: "training",
  fields: [required("instruction", "Instruction"), required("instances", "Instances")],
  example: {
    id: "seed_task_900",
    name: "plural",
    instruction: "Give the plural.",
    instances: [{ input: "leaf", output: "leaves" }],
    is_classification: false,
  },
  convert: perRecord((read) => {
    const prompt = toText(read("instruction"));
    const instances = read("instances");
    if (prompt === null || !Array.isArray(instances)) {
      return { reason: `The instances are ${describeValue(instances)}, not a list.` };
    }
    if (instances.length === 0) return { reason: "The list of instances is empty." };
    return readInstances(prompt, instances);
  }),
};

function readInstances(prompt: string, instances: unknown[]): Drafts {
  const conversations: Draft[] = [];
  const notes: string[] = [];
  for (const instance of instances) {
    const { input, output } = isObject(instance) ? instance : { input: null, output: null };
    const answer = toText(output) ?? "";
    const made = toMessages({ prompt, input: toText(input) ?? "", answer }, "instruction");
    if ("messages" in made) conversations.push({ messages: made.messages, isRaw: false });
    else if (instances.length === 1) return made;
    else notes.push("An instance without an answer is left out.");
  }
  if (conversations.length === 0) return { reason: "No instance has an answer." };
  return { conversations, notes };
}

const CRITIQUE: Format = {
  id: "critique-revision",
  title: "Critique and revision",
  use: "training",
  fields: [
    required("instruction", "Instruction", "instruction", "prompt", "question"),
    required("critique", "Critique"),
    required("revision", "Revised answer", "revision"),
    optional("answer", "First answer", "answer", "response", "output"),
  ],
  example: {
    instruction: "Describe rain.",
    answer: "It is wet.",
    critique: "Too short.",
    revision: "Rain is water that falls from clouds.",
  },
  convert: perRecord((read) => {
    const texts = readTexts(read, {
      instruction: "instruction",
      answer: "first answer",
      revision: "revised answer",
    });
    if ("reason" in texts) return texts;
    const { instruction, answer, revision } = texts;
    const chosen = toMessages({ prompt: instruction, answer: revision }, "instruction");
    if ("reason" in chosen) return chosen;
    const first = toMessages({ prompt: instruction, answer }, "instruction");
    const rejected = "messages" in first ? { rejected: first.messages } : {};
    return { conversations: [{ messages: chosen.messages, isRaw: false, ...rejected }] };
  }),
};

const FLAN: Format = {
  id: "flan",
  title: "Inputs and targets (FLAN)",
  use: "training",
  fields: [
    required("inputs", "Inputs", "inputs", "source", "article", "document"),
    required("targets", "Targets", "targets", "target", "summary", "highlights"),
    CATEGORY,
  ],
  example: {
    inputs: 'Is "fast" a synonym of "quick"?\nOPTIONS:\n- yes\n- no',
    targets: "yes",
    task_name: "synonyms",
  },
  convert: perRecord((read) => {
    const texts = readTexts(read, { inputs: "input", targets: "target" });
    if ("reason" in texts) return texts;
    const turn = { prompt: texts.inputs, answer: texts.targets };
    return oneTurn(turn, "input", toText(read("category")) ?? "");
  }),
};

export const INSTRUCTION_FORMATS: readonly Format[] = [
  SELF_INSTRUCT,
  CRITIQUE,
  DOLLY,
  ALPACA,
  FLAN,
];
