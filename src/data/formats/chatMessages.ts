/** Chat turns → messages that can be trained on: tools written out, and user and assistant in turn. */
import type { Message } from "../conversation";
import { isObject } from "../parse/records";
import { readTurns, type ChatTurn, type Refusal } from "./chatTurns";
import type { FormatOption } from "./format";

/** Whether tool calls, their results and the list of tools are written as text or left out. */
export const TOOL_OPTION: FormatOption = {
  key: "tools",
  label: "Tools",
  help: "Calls are learned and results only read; or both are left out.",
  choices: [
    { value: "text", label: "Written as text" },
    { value: "leave-out", label: "Left out" },
  ],
  initial: "text",
};

export type ChatOptions = {
  tools: string;
  /** The record's list of tools, if it has one. */
  toolList?: unknown;
  /** System text that stands beside the list. */
  system?: string;
  /** An input that ends one of the user's messages and is kept apart from it. */
  input?: string;
  /** Turns before the first of the user and after the last answer are dropped and said. */
  dropsEnds?: boolean;
};

export type ChatMessages = { messages: Message[]; notes: string[] } | Refusal;

const TOOLS_WRITTEN = "Tool calls are written as text; their results are read, not learned.";
const TOOLS_LEFT_OUT = "Tool calls and their results are left out.";
const LEADING_DROPPED = "Turns before the first of the user are left out.";
const TRAILING_DROPPED = "Turns after the last answer are left out.";

/** Messages of a list of turns: a system text if any, then user and assistant in turn. */
export function readMessages(
  value: unknown,
  options: ChatOptions = { tools: "text" },
): ChatMessages {
  const turns = readTurns(value);
  if ("reason" in turns) return turns;
  const notes: string[] = [];
  const written = writeTools(turns, options, notes);
  const kept = options.dropsEnds ? dropEnds(written, notes) : written;
  const refusal = findOrderProblem(kept);
  if (refusal) return refusal;
  const messages = kept.map(toMessage);
  addSystem(messages, options);
  splitInput(messages, options.input);
  return { messages, notes };
}

function toMessage({ role, content, isTrained }: ChatTurn): Message {
  // Tools are written out by now.
  const message: Message = { role: role === "tool" ? "user" : role, content };
  if (message.role === "assistant" && !isTrained) message.isTrained = false;
  return message;
}

/** Tool turns as text of the assistant (calls) and of the user (results), or without them. */
function writeTools(turns: ChatTurn[], { tools }: ChatOptions, notes: string[]): ChatTurn[] {
  const isTool = (turn: ChatTurn): boolean => turn.role === "tool" || turn.calls.length > 0;
  if (!turns.some(isTool)) return turns;
  const asText = tools !== "leave-out";
  notes.push(asText ? TOOLS_WRITTEN : TOOLS_LEFT_OUT);
  const written = turns.flatMap((turn): ChatTurn[] => {
    if (!isTool(turn)) return [turn];
    if (!asText) return turn.role === "tool" || turn.content === "" ? [] : [{ ...turn, calls: [] }];
    if (turn.role === "tool") {
      return [{ ...turn, role: "user", content: inTag("tool_response", turn.content) }];
    }
    const calls = turn.calls.map((call) => inTag("tool_call", call));
    return [{ ...turn, content: [turn.content, ...calls].filter(Boolean).join("\n"), calls: [] }];
  });
  // Several calls, several results, or words around a call are one turn.
  const merged: ChatTurn[] = [];
  for (const turn of written) {
    const last = merged.at(-1);
    if (last?.role === turn.role && turn.role !== "system") {
      const content = `${last.content}\n${turn.content}`;
      merged[merged.length - 1] = { ...last, content, isTrained: last.isTrained && turn.isTrained };
    } else merged.push(turn);
  }
  return merged;
}

const inTag = (tag: string, text: string): string => `<${tag}>\n${text}\n</${tag}>`;

function dropEnds(turns: ChatTurn[], notes: string[]): ChatTurn[] {
  const [first] = turns;
  const system = first?.role === "system" ? [first] : [];
  const talk = turns.slice(system.length);
  const from = talk.findIndex(({ role }) => role === "user");
  const to = talk.findLastIndex(({ role }) => role === "assistant");
  // Without a question or an answer the order is a problem of its own.
  if (from < 0 || to < from) return turns;
  if (from > 0) notes.push(LEADING_DROPPED);
  if (to < talk.length - 1) notes.push(TRAILING_DROPPED);
  return [...system, ...talk.slice(from, to + 1)];
}

/** Why these turns cannot be trained on; null when they can. */
function findOrderProblem(all: readonly ChatTurn[]): Refusal | null {
  const turns = all[0]?.role === "system" ? all.slice(1) : all;
  const answers = turns.filter(({ role }) => role === "assistant");
  if (answers.length === 0) {
    const reason = "There is no assistant message.";
    return { reason, code: "example_missing_assistant_message" };
  }
  for (const [i, { role, number }] of turns.entries()) {
    const expected = i % 2 === 0 ? "user" : "assistant";
    if (role !== expected) {
      return { reason: `Message ${number} is from the ${role} where the ${expected} must speak.` };
    }
  }
  if (turns.at(-1)?.role !== "assistant") {
    return { reason: "The last message is not the assistant's." };
  }
  if (!answers.some(({ isTrained }) => isTrained)) {
    return { reason: "Every assistant message has weight 0: nothing would be learned." };
  }
  return null;
}

function addSystem(messages: Message[], { system = "", tools, toolList }: ChatOptions): void {
  const list = tools === "leave-out" ? "" : describeTools(toolList);
  const [first] = messages;
  const own = first?.role === "system" ? first.content : system.trim();
  const content = [own, list].filter(Boolean).join("\n\n");
  if (content === "") return;
  if (first?.role === "system") messages.shift();
  messages.unshift({ role: "system", content });
}

/** The tools a model may call, one a line; they come as a list or as its JSON. */
function describeTools(value: unknown): string {
  const list = typeof value === "string" ? value.trim() : value;
  if (typeof list === "string") return list === "" || list === "[]" ? "" : inTag("tools", list);
  if (!Array.isArray(list) || list.length === 0) return "";
  const lines = (list as unknown[]).map((tool) =>
    JSON.stringify(isObject(tool) && isObject(tool["function"]) ? tool["function"] : tool),
  );
  return inTag("tools", lines.join("\n"));
}

/** The reverse of how `input` is written behind a message's text for tools that know no input. */
function splitInput(messages: Message[], input: string | undefined): void {
  if (!input) return;
  const end = `\n${input}`;
  const message = messages.find(({ role, content }) => role === "user" && content.endsWith(end));
  if (!message) return;
  message.content = message.content.slice(0, -end.length);
  message.input = input;
}
