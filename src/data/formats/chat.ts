/** Formats whose records hold a whole conversation. */
import { isObject, toText } from "../parse/records";
import { readMessages, TOOL_OPTION } from "./chatMessages";
import {
  optional,
  perRecord,
  required,
  withCategory,
  type Choose,
  type Drafts,
  type Format,
  type ReadField,
} from "./format";

const BESIDE = [
  optional("system", "System"),
  optional("tools", "Tools", "tools", "functions"),
  optional("input", "Input"),
  optional("category", "Category"),
];

const withTools = (): (typeof TOOL_OPTION)[] => [TOOL_OPTION];

function readChat(read: ReadField, choose: Choose, list: unknown, dropsEnds: boolean): Drafts {
  const made = readMessages(list, {
    tools: choose(TOOL_OPTION.key),
    toolList: read("tools"),
    system: toText(read("system")) ?? "",
    input: toText(read("input")) ?? "",
    dropsEnds,
  });
  if ("reason" in made) return made;
  const conversation = {
    messages: made.messages,
    isRaw: false,
    ...withCategory(read("category")),
  };
  return { conversations: [conversation], notes: made.notes };
}

const MESSAGES: Format = {
  id: "messages",
  title: "Messages",
  use: "training",
  fields: [required("messages", "Messages"), ...BESIDE],
  example: {
    messages: [
      { role: "user", content: "What is the opposite of hot?" },
      { role: "assistant", content: "The opposite of hot is cold." },
    ],
  },
  options: withTools,
  convert: perRecord((read, choose) => readChat(read, choose, read("messages"), false)),
};

const LIST_NAMES = ["conversations", "conversation", "dialogue", "dialog", "items"];

const SHARE_GPT: Format = {
  id: "sharegpt",
  title: "ShareGPT",
  use: "training",
  fields: [required("conversations", "Conversation", ...LIST_NAMES), ...BESIDE],
  // In logs with a message a line such a column numbers the conversations.
  accepts: (records, columns) => {
    const column = columns.find((name) => LIST_NAMES.includes(name.trim().toLowerCase())) ?? "";
    return records.slice(0, 20).some(({ value }) => {
      const list = value[column];
      return Array.isArray(list) || (typeof list === "string" && list.trimStart().startsWith("["));
    });
  },
  example: {
    conversations: [
      { from: "human", value: "Name a tree." },
      { from: "gpt", value: "Oak." },
    ],
  },
  options: withTools,
  convert: perRecord((read, choose) => readChat(read, choose, read("conversations"), true)),
};

/** A node of ChatGPT's export: one message, and where it stands in the tree of edits and retries. */
type Node = { parent: string; message: Record<string, unknown> | null };

const CHATGPT: Format = {
  id: "chatgpt",
  title: "ChatGPT export",
  use: "training",
  fields: [
    required("mapping", "Messages", "mapping"),
    optional("current", "Last message", "current_node"),
  ],
  example: {
    title: "Trees",
    current_node: "b",
    mapping: {
      a: { parent: null, message: { author: { role: "user" }, content: { parts: ["A tree?"] } } },
      b: { parent: "a", message: { author: { role: "assistant" }, content: { parts: ["Oak."] } } },
    },
  },
  accepts: (records) => records.slice(0, 20).some(({ value }) => isObject(value["mapping"])),
  options: withTools,
  convert: perRecord((read, choose) => {
    const mapping = read("mapping");
    if (!isObject(mapping)) return { reason: "The mapping is not an object of messages." };
    const turns = readPath(mapping, toText(read("current")) ?? "");
    if (turns.length === 0) return { reason: "There is no message with text in it." };
    return readChat(read, choose, turns, true);
  }),
};

/** The messages that the person saw last: from the current one up to the first. */
function readPath(mapping: Record<string, unknown>, current: string): unknown[] {
  const nodes = new Map(Object.entries(mapping).map(([id, value]) => [id, readNode(value)]));
  const parents = new Set([...nodes.values()].map(({ parent }) => parent));
  const lastLeaf = [...nodes.keys()].findLast((id) => !parents.has(id));
  const turns: { role: unknown; content: string }[] = [];
  const seen = new Set<string>();
  let id = nodes.has(current) ? current : (lastLeaf ?? "");
  while (nodes.has(id) && !seen.has(id)) {
    seen.add(id);
    const { parent, message } = nodes.get(id) as Node;
    const turn = message && readTurn(message);
    if (turn) turns.unshift(turn);
    id = parent;
  }
  return mergeAnswers(turns);
}

function readNode(value: unknown): Node {
  if (!isObject(value)) return { parent: "", message: null };
  const { parent, message } = value;
  return {
    parent: typeof parent === "string" ? parent : "",
    message: isObject(message) ? message : null,
  };
}

function readTurn(message: Record<string, unknown>): { role: unknown; content: string } | null {
  const { author, content } = message;
  if (!isObject(author) || !isObject(content)) return null;
  const parts = Array.isArray(content["parts"]) ? (content["parts"] as unknown[]) : [];
  const text = parts.filter((part) => typeof part === "string").join("\n");
  // System messages of an export are the product's own, and mostly empty.
  if (text.trim() === "" || author["role"] === "system") return null;
  return { role: author["role"], content: text };
}

/** An answer that was written in several pieces is one. */
function mergeAnswers(turns: { role: unknown; content: string }[]): unknown[] {
  const merged: { role: unknown; content: string }[] = [];
  for (const turn of turns) {
    const last = merged.at(-1);
    if (last && last.role === turn.role) last.content += `\n${turn.content}`;
    else merged.push({ ...turn });
  }
  return merged;
}

export const CHAT_FORMATS: readonly Format[] = [MESSAGES, SHARE_GPT, CHATGPT];
