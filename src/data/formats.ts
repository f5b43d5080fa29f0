/** The data formats as one table. A new format is a new row of `FORMATS`. */
import { AppError } from "@/core/errors";
import type { Message } from "./conversation";
import { readMessages, type MessagesOrReason } from "./messages";
import { describeValue, toText } from "./parse/records";

export type FormatId = "alpaca" | "prompt-completion" | "question-answer" | "messages";

export type FormatField = {
  key: string;
  label: string;
  isRequired: boolean;
  /** Column names it goes by, lower case, the usual one first. */
  aliases: readonly string[];
};

/** A record read through its mapping: the value of a field, or undefined where the record has none. */
export type ReadField = (key: string) => unknown;

export type Format = {
  id: FormatId;
  title: string;
  fields: readonly FormatField[];
  example: Record<string, unknown>;
  isRaw: boolean;
  toMessages: (read: ReadField) => MessagesOrReason;
};

const SYSTEM: FormatField = {
  key: "system",
  label: "System",
  isRequired: false,
  aliases: ["system", "system_prompt"],
};

/** All formats, in the order in which they are tried. */
export const FORMATS: readonly Format[] = [
  {
    id: "messages",
    title: "Messages",
    fields: [{ key: "messages", label: "Messages", isRequired: true, aliases: ["messages"] }],
    example: {
      messages: [
        { role: "user", content: "What is the opposite of hot?" },
        { role: "assistant", content: "The opposite of hot is cold." },
      ],
    },
    isRaw: false,
    toMessages: (read) => readMessages(read("messages")),
  },
  {
    id: "alpaca",
    title: "Instruction",
    fields: [
      {
        key: "instruction",
        label: "Instruction",
        isRequired: true,
        aliases: ["instruction", "prompt"],
      },
      { key: "input", label: "Input", isRequired: false, aliases: ["input", "context"] },
      {
        key: "output",
        label: "Answer",
        isRequired: true,
        aliases: ["output", "response", "answer"],
      },
      SYSTEM,
    ],
    example: {
      instruction: "Turn the sentence into a question.",
      input: "The bus is late.",
      output: "Is the bus late?",
    },
    isRaw: false,
    toMessages: (read) => {
      const texts = readTexts(read, {
        instruction: "instruction",
        input: "input",
        output: "answer",
        system: "system text",
      });
      if ("reason" in texts) return texts;
      return buildTurn(texts.system, texts.instruction, texts.input, texts.output, "instruction");
    },
  },
  {
    id: "prompt-completion",
    title: "Prompt and completion",
    fields: [
      { key: "prompt", label: "Prompt", isRequired: true, aliases: ["prompt"] },
      { key: "completion", label: "Completion", isRequired: true, aliases: ["completion"] },
    ],
    example: { prompt: "Q: What is two plus two?\nA:", completion: " Four." },
    isRaw: true,
    toMessages: (read) => {
      // Not trimmed: a raw completion carries its own leading space.
      const texts = readTexts(read, { prompt: "prompt", completion: "completion" });
      if ("reason" in texts) return texts;
      if (texts.prompt.trim() === "") return { reason: "The prompt is empty." };
      if (texts.completion.trim() === "") return { reason: "The completion is empty." };
      return {
        messages: [
          { role: "user", content: texts.prompt },
          { role: "assistant", content: texts.completion },
        ],
      };
    },
  },
  {
    id: "question-answer",
    title: "Question and answer",
    fields: [
      { key: "question", label: "Question", isRequired: true, aliases: ["question", "query"] },
      { key: "answer", label: "Answer", isRequired: true, aliases: ["answer", "response"] },
      { key: "context", label: "Context", isRequired: false, aliases: ["context", "input"] },
      SYSTEM,
    ],
    example: { question: "Where do penguins live?", answer: "Penguins live in the south." },
    isRaw: false,
    toMessages: (read) => {
      const texts = readTexts(read, {
        question: "question",
        context: "context",
        answer: "answer",
        system: "system text",
      });
      if ("reason" in texts) return texts;
      return buildTurn(texts.system, texts.question, texts.context, texts.answer, "question");
    },
  },
];

/** The format of that id; throws `data/bad-mapping` where there is none. */
export function findFormat(id: FormatId): Format {
  const format = FORMATS.find((candidate) => candidate.id === id);
  if (!format) throw new AppError("data/bad-mapping", `There is no format "${String(id)}".`);
  return format;
}

/** Text of the named fields ("" where a field is absent), or why one of them is not text. */
function readTexts<K extends string>(
  read: ReadField,
  names: Record<K, string>,
): Record<K, string> | { reason: string } {
  const texts = {} as Record<K, string>;
  for (const key of Object.keys(names) as K[]) {
    const text = toText(read(key));
    if (text === null) {
      return { reason: `The ${names[key]} is ${describeValue(read(key))}, not a text.` };
    }
    texts[key] = text;
  }
  return texts;
}

function buildTurn(
  system: string,
  prompt: string,
  input: string,
  answer: string,
  promptName: string,
): MessagesOrReason {
  if (prompt.trim() === "") return { reason: `The ${promptName} is empty.` };
  if (answer.trim() === "") return { reason: "The answer is empty." };
  const user: Message = { role: "user", content: prompt.trim() };
  if (input.trim() !== "") user.input = input.trim();
  const messages: Message[] = [user, { role: "assistant", content: answer.trim() }];
  if (system.trim() !== "") messages.unshift({ role: "system", content: system.trim() });
  return { messages };
}
