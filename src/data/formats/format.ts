/** What a format is: its columns, and how records of it become conversations. */
import type { Conversation, DataNote, DataProblem, DataUse, Message } from "../conversation";
import type { InPieces } from "../inPieces";
import { describeValue, readMade, toText, type DataRecord } from "../parse/records";

export type FormatId =
  | "alpaca"
  | "chain-of-thought"
  | "chat-log"
  | "chatgpt"
  | "critique-revision"
  | "dolly"
  | "flan"
  | "headings"
  | "kto"
  | "messages"
  | "oasst-messages"
  | "oasst-threads"
  | "oasst-trees"
  | "open-orca"
  | "preference"
  | "prompt-completion"
  | "prompts"
  | "question-answer"
  | "segments"
  | "self-instruct"
  | "sharegpt"
  | "slack"
  | "text";

export type FormatField = {
  key: string;
  label: string;
  isRequired: boolean;
  /** Column names it goes by, lower case, the usual one first. */
  aliases: readonly string[];
};

/** Something a person decides about how a format is read. `initial` is what holds until they do. */
export type FormatOption = {
  key: string;
  label: string;
  help: string;
  choices: readonly { value: string; label: string }[];
  initial: string;
};

/** The value chosen for an option. */
export type Choose = (key: string) => string;

/** The value of a record's field, or undefined where the record has none. */
export type ReadField = (key: string) => unknown;

/** A conversation that does not know its line yet. */
export type Draft = Omit<Conversation, "line">;

/** What one record gives, or why it gives nothing. Notes say what was changed on the way. */
export type Drafts =
  { conversations: Draft[]; notes?: string[] } | { reason: string; code?: string };

export type Format = {
  id: FormatId;
  title: string;
  use: DataUse;
  fields: readonly FormatField[];
  example: Record<string, unknown>;
  /** Records that must follow the example where a conversation goes over several. */
  exampleRest?: readonly Record<string, unknown>[];
  /** True where the columns are so common that any other format that fits goes first. */
  isFallback?: boolean;
  /** Looks at values where column names alone could mean something else. */
  accepts?: (records: readonly DataRecord[], columns: readonly string[]) => boolean;
  options?: (rows: readonly Row[]) => FormatOption[];
  convert: Convert;
};

/** Turns rows into conversations; it yields often, so that a caller can do other work in between. */
export type Convert = (rows: readonly Row[], choose: Choose, out: Conversions) => InPieces<void>;

/** A record seen through its mapping. */
export class Row {
  readonly record: DataRecord;
  readonly #columns: ReadonlyMap<string, string>;

  constructor(record: DataRecord, columns: ReadonlyMap<string, string>) {
    this.record = record;
    this.#columns = columns;
  }

  get line(): number {
    return this.record.line;
  }

  readonly read: ReadField = (key) => {
    const column = this.#columns.get(key);
    const { value } = this.record;
    return column !== undefined && Object.hasOwn(value, column) ? value[column] : undefined;
  };

  /** A field as text; "" where it is absent or no text. */
  text(key: string): string {
    return toText(this.read(key)) ?? "";
  }
}

/** Collects what becomes of the records. */
export class Conversions {
  readonly conversations: Conversation[] = [];
  readonly problems: DataProblem[] = [];
  readonly #notes = new Map<string, DataNote>();

  get notes(): DataNote[] {
    return [...this.#notes.values()];
  }

  add({ line, value }: DataRecord, draft: Draft): void {
    const made = readMade(value);
    this.conversations.push({ line, ...draft, ...(made && { made }) });
  }

  addProblem({ line, file }: DataRecord, reason: string, code?: string): void {
    const where = file === undefined ? reason : `${file}: ${reason}`;
    this.problems.push({ line, reason: where, ...(code === undefined ? {} : { code }) });
  }

  /** The same text for several records is one note with a count. */
  addNote({ line }: DataRecord, text: string, count = 1): void {
    const note = this.#notes.get(text);
    if (note) note.count += count;
    else this.#notes.set(text, { text, count, line });
  }

  addDrafts(record: DataRecord, drafts: Drafts): void {
    if ("reason" in drafts) {
      this.addProblem(record, drafts.reason, drafts.code);
      return;
    }
    for (const draft of drafts.conversations) this.add(record, draft);
    for (const note of drafts.notes ?? []) this.addNote(record, note);
  }
}

/** Records between two yields: about a millisecond of work. */
const YIELD_EVERY = 64;

/** For formats in which every record stands for itself. */
export function perRecord(toDrafts: (read: ReadField, choose: Choose) => Drafts): Convert {
  return function* (rows, choose, out) {
    for (const [i, row] of rows.entries()) {
      out.addDrafts(row.record, toDrafts(row.read, choose));
      if (i % YIELD_EVERY === 0) yield i / rows.length;
    }
  };
}

export const required = (key: string, label: string, ...aliases: string[]): FormatField => ({
  key,
  label,
  isRequired: true,
  aliases: aliases.length > 0 ? aliases : [key],
});

export const optional = (key: string, label: string, ...aliases: string[]): FormatField => ({
  ...required(key, label, ...aliases),
  isRequired: false,
});

/** Text of the named fields ("" where a field is absent), or why one of them is not text. */
export function readTexts<K extends string>(
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

/** The parts of a record with one question and one answer. */
export type Turn = { prompt: string; answer: string; input?: string; system?: string };

/** The messages of one turn, trimmed; `promptName` is what the prompt is called where it is empty. */
export function toMessages(
  { prompt, answer, input = "", system = "" }: Turn,
  promptName: string,
): { messages: Message[] } | { reason: string } {
  if (prompt.trim() === "") return { reason: `The ${promptName} is empty.` };
  if (answer.trim() === "") return { reason: "The answer is empty." };
  const user: Message = { role: "user", content: prompt.trim() };
  if (input.trim() !== "") user.input = input.trim();
  const messages: Message[] = [user, { role: "assistant", content: answer.trim() }];
  if (system.trim() !== "") messages.unshift({ role: "system", content: system.trim() });
  return { messages };
}

/** One turn as the only conversation of its record. */
export function oneTurn(turn: Turn, promptName: string, category = ""): Drafts {
  const made = toMessages(turn, promptName);
  return "reason" in made ? made : oneConversation(made.messages, category);
}

function oneConversation(messages: Message[], category = ""): Drafts {
  return { conversations: [{ messages, isRaw: false, ...withCategory(category) }] };
}

/** The category as a field to spread, where there is one. */
export function withCategory(category: unknown): { category?: string } {
  const text = (toText(category) ?? "").trim();
  return text === "" ? {} : { category: text };
}
