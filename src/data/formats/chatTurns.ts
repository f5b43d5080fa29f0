/** Reads a list of chat turns, in any of the forms they go by: { role, content } or { from, value }. */
import type { Role } from "../conversation";
import { describeValue, isObject, toText } from "../parse/records";

/** One entry of the list. A tool's role is its own; `calls` are the tool calls that an answer makes. */
export type ChatTurn = {
  /** Its place in the list, from 1. */
  number: number;
  role: Role | "tool";
  content: string;
  calls: string[];
  /** False for an answer with `weight` 0. */
  isTrained: boolean;
};

export type Refusal = { reason: string; code?: string };

/** Names of roles, lower case. A "call" is an answer that is nothing but a tool call. */
const ROLES: Readonly<Record<string, Role | "tool" | "call">> = {
  system: "system",
  developer: "system",
  user: "user",
  human: "user",
  prompter: "user",
  assistant: "assistant",
  gpt: "assistant",
  chatgpt: "assistant",
  bing: "assistant",
  bard: "assistant",
  model: "assistant",
  bot: "assistant",
  ai: "assistant",
  tool: "tool",
  function: "tool",
  observation: "tool",
  ipython: "tool",
  function_call: "call",
  tool_call: "call",
};

/** What a role's name means, in any case; null for a name that is none. */
export function toRole(name: string): Role | "tool" | "call" | null {
  const key = name.trim().toLowerCase();
  return Object.hasOwn(ROLES, key) ? (ROLES[key] ?? null) : null;
}

/** The turns of a list, or of its JSON where a table's cell holds it as text. */
export function readTurns(value: unknown): ChatTurn[] | Refusal {
  const list = typeof value === "string" ? parseList(value) : value;
  if (!Array.isArray(list)) {
    const reason = `The messages are ${describeValue(list)}, not a list.`;
    return { reason, code: "missing_messages_list" };
  }
  if (list.length === 0) {
    return { reason: "The list of messages is empty.", code: "missing_messages_list" };
  }
  const turns: ChatTurn[] = [];
  for (const [i, item] of (list as unknown[]).entries()) {
    const turn = readTurn(item, i + 1);
    if ("reason" in turn) return turn;
    turns.push(turn);
  }
  return turns;
}

function parseList(text: string): unknown {
  if (!text.trimStart().startsWith("[")) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function readTurn(item: unknown, number: number): ChatTurn | Refusal {
  if (!isObject(item)) {
    const reason = `Message ${number} is ${describeValue(item)}, not { role, content }.`;
    return { reason, code: "data_type" };
  }
  const name = readKey(item, "role", "from");
  if (typeof name !== "string") {
    return { reason: `Message ${number} has no role.`, code: "message_missing_key" };
  }
  const role = toRole(name);
  if (role === null) {
    const reason = `Message ${number} has the role "${name}"; only system, user and assistant can be used.`;
    return { reason, code: "unrecognized_role" };
  }
  const content = readContent(readKey(item, "content", "value", "text"));
  if (content === null) {
    const reason = `Message ${number} (${role}) has a content that is not text.`;
    return { reason, code: "missing_content" };
  }
  const text = content.trim();
  const calls = role === "call" ? [text] : readCalls(item);
  if (text === "" && calls.length === 0 && role !== "tool") {
    return { reason: `Message ${number} (${role}) is empty.`, code: "missing_content" };
  }
  return {
    number,
    role: role === "call" ? "assistant" : role,
    content: role === "call" ? "" : text,
    calls,
    isTrained: !isUntrained(item),
  };
}

/** The first of the keys that the object has itself. */
function readKey(item: Record<string, unknown>, ...keys: string[]): unknown {
  const key = keys.find((name) => Object.hasOwn(item, name));
  return key === undefined ? undefined : item[key];
}

/** A text, or a list of text parts ({ type: "text", text }, in some tools `value`), joined. */
function readContent(value: unknown): string | null {
  if (!Array.isArray(value)) return toText(value);
  let joined = "";
  for (const part of value as unknown[]) {
    if (typeof part === "string") joined += part;
    else {
      if (!isObject(part) || !["text", "input_text", "output_text"].includes(String(part["type"])))
        return null;
      const text = part["text"] ?? part["value"];
      if (typeof text !== "string") return null;
      joined += text;
    }
  }
  return joined;
}

/** Tool calls as JSON: OpenAI's `tool_calls`, or its older `function_call`. */
function readCalls(item: Record<string, unknown>): string[] {
  const list = readKey(item, "tool_calls");
  const single = readKey(item, "function_call");
  const calls = Array.isArray(list) ? (list as unknown[]) : isObject(single) ? [single] : [];
  return calls.map((call) => {
    const inner = isObject(call) && isObject(call["function"]) ? call["function"] : call;
    return JSON.stringify(isObject(inner) ? withReadArguments(inner) : inner);
  });
}

/** OpenAI writes a call's arguments as JSON inside a text; once is enough. */
function withReadArguments(call: Record<string, unknown>): Record<string, unknown> {
  const { name, arguments: given } = call;
  if (typeof given !== "string") return { name, arguments: given ?? {} };
  try {
    return { name, arguments: JSON.parse(given) as unknown };
  } catch {
    return { name, arguments: given };
  }
}

/** OpenAI's `weight`, and what other tools call the same. */
function isUntrained(item: Record<string, unknown>): boolean {
  const weight = readKey(item, "weight", "loss_weight");
  return weight === 0 || weight === false || readKey(item, "train") === false;
}
