/** How columns of a file become conversations. A new format is a new row of `FORMATS`. */
import { AppError } from "@/core/errors";
import type { Conversation, DataProblem, Message, Role } from "./conversation";
import { describeValue, isObject, type DataRecord } from "./parse/records";

export type FormatId = "alpaca" | "prompt-completion" | "question-answer" | "messages";
/** `columns` maps a format's field to a column name; null = not in the file. */
export type ColumnMapping = { format: FormatId; columns: Record<string, string | null> };

export type FormatField = {
  key: string;
  label: string;
  isRequired: boolean;
  /** Column names it goes by, lower case, the usual one first. */
  aliases: readonly string[];
};

/** A record read through its mapping: the value of a field, or undefined where the record has none. */
export type ReadField = (key: string) => unknown;

/** Messages, or why the record cannot be used. */
export type MessagesOrReason = { messages: Message[] } | { reason: string };

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

/**
 * Column names of the records, most frequent first, and the mapping that fits best. Names match as a
 * whole, in any case. Where no format fits, required fields without a column are null.
 */
export function recognizeColumns(records: readonly DataRecord[]): {
  columns: string[];
  mapping: ColumnMapping;
} {
  const counts = new Map<string, number>();
  for (const { value } of records) {
    for (const name of Object.keys(value)) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  // Sorting is stable: columns as frequent as each other keep the file's order.
  const columns = [...counts.keys()].sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0));
  const guesses = FORMATS.map((format) => guessMapping(format, columns, counts));
  const best = guesses.reduce((left, right) => (isBetter(right, left) ? right : left));
  const isNothingFound = best.required === 0 && best.found === 0;
  const chosen = isNothingFound ? guesses.find(({ mapping }) => mapping.format === "alpaca") : best;
  return { columns, mapping: (chosen ?? best).mapping };
}

type Guess = {
  mapping: ColumnMapping;
  /** Records that have the rarest required column; 0 where one is missing. */
  records: number;
  /** Share of the required fields with a column. */
  required: number;
  found: number;
};

const isBetter = (a: Guess, b: Guess): boolean =>
  a.records !== b.records ? a.records > b.records : a.required > b.required;

function guessMapping(
  format: Format,
  columns: readonly string[],
  counts: ReadonlyMap<string, number>,
): Guess {
  const mapped = format.fields.map((field) => [field, findColumn(field, columns)] as const);
  const required = mapped.filter(([field]) => field.isRequired);
  const found = required.filter(([, column]) => column !== null);
  return {
    mapping: {
      format: format.id,
      columns: Object.fromEntries(mapped.map(([field, column]) => [field.key, column])),
    },
    records: Math.min(...required.map(([, column]) => counts.get(column ?? "") ?? 0)),
    required: found.length / required.length,
    found: mapped.filter(([, column]) => column !== null).length,
  };
}

function findColumn(field: FormatField, columns: readonly string[]): string | null {
  for (const alias of field.aliases) {
    const column = columns.find((name) => name.trim().toLowerCase() === alias);
    if (column !== undefined) return column;
  }
  return null;
}

/** Every record as a conversation, or as a problem with its line. Throws `data/bad-mapping` for an unknown format. */
export function toConversations(
  records: readonly DataRecord[],
  mapping: ColumnMapping,
): { conversations: Conversation[]; problems: DataProblem[] } {
  const format = findFormat(mapping.format);
  const missing = format.fields.filter(
    (field) => field.isRequired && columnOf(mapping, field.key) === null,
  );
  const [first] = records;
  if (missing.length > 0) {
    const labels = missing.map((field) => field.label).join(" and ");
    const reason = `No record can be read: no column is chosen for ${labels}.`;
    return { conversations: [], problems: first ? [{ line: first.line, reason }] : [] };
  }
  const conversations: Conversation[] = [];
  const problems: DataProblem[] = [];
  for (const { line, value } of records) {
    const result = readRecord(format, mapping, value);
    if ("reason" in result) problems.push({ line, reason: result.reason });
    else conversations.push({ line, messages: result.messages, isRaw: format.isRaw });
  }
  return { conversations, problems };
}

function columnOf(mapping: ColumnMapping, key: string): string | null {
  return Object.hasOwn(mapping.columns, key) ? (mapping.columns[key] ?? null) : null;
}

function readRecord(
  format: Format,
  mapping: ColumnMapping,
  value: Record<string, unknown>,
): MessagesOrReason {
  for (const field of format.fields) {
    const column = columnOf(mapping, field.key);
    if (field.isRequired && column !== null && !Object.hasOwn(value, column)) {
      return { reason: `There is no column "${column}" in this record.` };
    }
  }
  return format.toMessages((key) => {
    const column = columnOf(mapping, key);
    return column !== null && Object.hasOwn(value, column) ? value[column] : undefined;
  });
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

/** Numbers become text; lists and objects are null. */
function toText(value: unknown): string | null {
  if (typeof value === "string") return value;
  if (value === undefined || value === null) return "";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return null;
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

function readMessages(value: unknown): MessagesOrReason {
  if (!Array.isArray(value)) {
    return { reason: `The messages are ${describeValue(value)}, not a list.` };
  }
  if (value.length === 0) return { reason: "The list of messages is empty." };
  const messages: Message[] = [];
  for (const [i, item] of (value as unknown[]).entries()) {
    const message = readMessage(item, i + 1);
    if ("reason" in message) return message;
    messages.push(message);
  }
  const reason = findOrderProblem(messages);
  return reason === null ? { messages } : { reason };
}

function readMessage(item: unknown, number: number): Message | { reason: string } {
  if (!isObject(item)) {
    return { reason: `Message ${number} is ${describeValue(item)}, not { role, content }.` };
  }
  const rawRole = Object.hasOwn(item, "role") ? item["role"] : undefined;
  if (typeof rawRole !== "string") return { reason: `Message ${number} has no role.` };
  const role = rawRole.trim().toLowerCase();
  if (!isRole(role)) {
    const roles = "system, user and assistant";
    return { reason: `Message ${number} has the role "${rawRole}"; only ${roles} can be used.` };
  }
  const content = readContent(Object.hasOwn(item, "content") ? item["content"] : undefined);
  if (content === null) {
    return { reason: `Message ${number} (${role}) has a content that is not text.` };
  }
  if (content.trim() === "") return { reason: `Message ${number} (${role}) is empty.` };
  return { role, content: content.trim() };
}

const isRole = (role: string): role is Role =>
  role === "system" || role === "user" || role === "assistant";

/** A text, or a list of text parts ({ type: "text", text }, in some tools `value`), joined. */
function readContent(value: unknown): string | null {
  if (!Array.isArray(value)) return toText(value);
  let joined = "";
  for (const part of value as unknown[]) {
    if (!isObject(part) || part["type"] !== "text") return null;
    const text = part["text"] ?? part["value"];
    if (typeof text !== "string") return null;
    joined += text;
  }
  return joined;
}

/** Why these roles in this order cannot be trained on; null when they can. */
function findOrderProblem(messages: readonly Message[]): string | null {
  const turns = messages[0]?.role === "system" ? messages.slice(1) : messages;
  const skipped = messages.length - turns.length;
  if (!turns.some(({ role }) => role === "assistant")) return "There is no assistant message.";
  for (const [i, { role }] of turns.entries()) {
    const expected = i % 2 === 0 ? "user" : "assistant";
    if (role !== expected) {
      const number = i + skipped + 1;
      return `Message ${number} is from the ${role} where the ${expected} must speak.`;
    }
  }
  if (turns.at(-1)?.role !== "assistant") return "The last message is not the assistant's.";
  return null;
}

/** A text for a person whose file has no usable record: what was found, and an example of each format. */
export function explainNothingUsable(
  columns: readonly string[],
  problems: readonly DataProblem[],
): string {
  const found =
    columns.length > 0
      ? `Columns found: ${columns.slice(0, 12).join(", ")}.`
      : "No record was found in it.";
  const [first] = problems;
  const why = first ? ` Line ${first.line}: ${first.reason}` : "";
  const examples = FORMATS.map(
    (format) => `${format.title}: ${JSON.stringify(format.example)}`,
  ).join("\n");
  return `No record can be used. ${found}${why}\nA line must look like one of these:\n${examples}`;
}
