/** Formats that say which answer is better. Fine-tuning learns the better one; pairs are kept beside it. */
import type { Message } from "../conversation";
import { describeValue, isObject, toText } from "../parse/records";
import { readMessages } from "./chatMessages";
import { optional, perRecord, required, toMessages, type Format, type ReadField } from "./format";
import { readTranscript } from "./transcripts";

const PREFERENCE: Format = {
  id: "preference",
  title: "Chosen and rejected answers",
  use: "training",
  fields: [
    required("chosen", "Chosen", "chosen", "preferred_output"),
    required("rejected", "Rejected", "rejected", "non_preferred_output"),
    optional("prompt", "Prompt", "prompt", "question", "instruction", "input"),
    optional("conversations", "Earlier turns", "conversations", "messages"),
    optional("system", "System", "system", "system_prompt"),
  ],
  example: {
    prompt: "Say hello.",
    chosen: "Hello! How are you?",
    rejected: "What do you want?",
  },
  convert: perRecord((read) => {
    const chosen = readSide(read, "chosen");
    if ("reason" in chosen) return chosen;
    const rejected = readSide(read, "rejected");
    // The chosen side can be learned from without the other.
    const pair = "messages" in rejected ? { rejected: rejected.messages } : {};
    const notes = "messages" in rejected ? [] : ["The rejected side cannot be read."];
    return { conversations: [{ messages: chosen.messages, isRaw: false, ...pair }], notes };
  }),
};

type Side = { messages: Message[] } | { reason: string };

/** One side: an answer to what stands beside it, a list of messages, or a whole transcript. */
function readSide(read: ReadField, key: "chosen" | "rejected"): Side {
  const value = read(key);
  const earlier = read("conversations") ?? read("prompt");
  const before = Array.isArray(earlier) ? (earlier as unknown[]) : readWrapped(earlier);
  const system = toText(read("system")) ?? "";
  if (isObject(value) || Array.isArray(value) || before) {
    const answer = typeof value === "string" ? { role: "assistant", content: value } : value;
    const own: unknown[] = Array.isArray(answer) ? answer : [answer];
    // Lists of this kind often repeat the prompt.
    const turns = own.length > 1 ? own : [...(before ?? toTurns(read("prompt"))), ...own];
    return readMessages(turns, { tools: "text", system, dropsEnds: true });
  }
  const text = toText(value);
  if (text === null) {
    return { reason: `The ${key} answer is ${describeValue(value)}, not a text.` };
  }
  const prompt = toText(read("prompt")) ?? "";
  const transcript = readTranscript(startsTurn(prompt) ? prompt + text : text);
  if (transcript && (prompt === "" || startsTurn(prompt))) return transcript;
  return toMessages({ prompt, answer: text, system }, "prompt");
}

const startsTurn = (text: string): boolean => /^\s*Human:/.test(text);

const toTurns = (prompt: unknown): unknown[] =>
  prompt === undefined ? [] : [{ role: "user", content: prompt }];

/** Together's form: `input` is an object with messages in it. */
function readWrapped(value: unknown): unknown[] | null {
  return isObject(value) && Array.isArray(value["messages"])
    ? (value["messages"] as unknown[])
    : null;
}

const KTO: Format = {
  id: "kto",
  title: "Answers marked good or bad",
  use: "training",
  fields: [
    required("prompt", "Prompt", "prompt", "instruction", "question", "messages"),
    required("completion", "Answer", "completion", "output", "response", "answer"),
    required("label", "Is it good", "label", "kto_tag"),
  ],
  example: { prompt: "Say hello.", completion: "Hello! How are you?", label: true },
  accepts: (records, columns) => {
    const column = columns.find((name) => ["label", "kto_tag"].includes(name.toLowerCase()));
    const labels = records.slice(0, 100).map(({ value }) => value[column ?? ""]);
    return labels.every((label) => toLabel(label) !== null);
  },
  convert: perRecord((read) => {
    const label = toLabel(read("label"));
    if (label === null) return { reason: "The label is neither true nor false." };
    if (!label) return { reason: "The answer is marked as bad, so it is not learned." };
    const [prompt, completion] = [read("prompt"), read("completion")];
    if (Array.isArray(prompt) || Array.isArray(completion)) {
      const before: unknown[] = Array.isArray(prompt) ? prompt : toTurns(prompt);
      const answer = { role: "assistant", content: completion };
      const after: unknown[] = Array.isArray(completion) ? completion : [answer];
      const made = readMessages([...before, ...after]);
      if ("reason" in made) return made;
      return { conversations: [{ messages: made.messages, isRaw: false }], notes: made.notes };
    }
    const turn = { prompt: toText(prompt) ?? "", answer: toText(completion) ?? "" };
    const made = toMessages(turn, "prompt");
    return "reason" in made ? made : { conversations: [{ messages: made.messages, isRaw: false }] };
  }),
};

/** True or false, also as tables write it; null for anything else. */
function toLabel(value: unknown): boolean | null {
  const text = (toText(value) ?? "").trim().toLowerCase();
  if (text === "true" || text === "1") return true;
  return text === "false" || text === "0" ? false : null;
}

export const PREFERENCE_FORMATS: readonly Format[] = [PREFERENCE, KTO];
