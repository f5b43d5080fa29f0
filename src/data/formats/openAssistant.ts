/** OpenAssistant's three kinds of records: trees of messages, threads, and single messages with a parent. */
import type { Message } from "../conversation";
import { isObject, toText } from "../parse/records";
import {
  optional,
  perRecord,
  required,
  type Draft,
  type Drafts,
  type Format,
  type FormatOption,
} from "./format";
import { readMessages } from "./chatMessages";
import { toRole } from "./chatTurns";

const PATHS_OPTION: FormatOption = {
  key: "paths",
  label: "Answers",
  help: "A prompt has several answers, ranked by people: every path to a last answer, or the best.",
  choices: [
    { value: "all", label: "All paths" },
    { value: "best", label: "Best-ranked only" },
  ],
  initial: "all",
};

type TreeMessage = { role: string; text: string; rank: number; replies: TreeMessage[] };

const TREES: Format = {
  id: "oasst-trees",
  title: "OpenAssistant trees",
  use: "training",
  fields: [required("tree", "Tree", "message_tree_id"), required("prompt", "Prompt")],
  example: {
    message_tree_id: "t1",
    prompt: {
      text: "Name a river.",
      role: "prompter",
      replies: [{ text: "The Nile.", role: "assistant", rank: 0, replies: [] }],
    },
  },
  options: () => [PATHS_OPTION],
  convert: perRecord((read, choose) => {
    const root = readTree(read("prompt"));
    return root ? toPaths(root, choose("paths")) : { reason: "The tree has no first message." };
  }),
};

const THREADS: Format = {
  id: "oasst-threads",
  title: "OpenAssistant threads",
  use: "training",
  fields: [required("thread", "Thread", "thread")],
  example: {
    thread_id: "m2",
    thread: [
      { text: "Name a river.", role: "prompter" },
      { text: "The Nile.", role: "assistant" },
    ],
  },
  convert: perRecord((read) => {
    const made = readMessages(read("thread"), { tools: "text", dropsEnds: true });
    if ("reason" in made) return made;
    return { conversations: [{ messages: made.messages, isRaw: false }], notes: made.notes };
  }),
};

const FLAT: Format = {
  id: "oasst-messages",
  title: "OpenAssistant messages",
  use: "training",
  fields: [
    required("id", "Message", "message_id"),
    required("text", "Text"),
    required("role", "Role"),
    optional("parent", "Parent message", "parent_id"),
    optional("rank", "Rank"),
    optional("deleted", "Deleted"),
  ],
  example: { message_id: "a", parent_id: null, role: "prompter", text: "Name a river." },
  exampleRest: [{ message_id: "b", parent_id: "a", role: "assistant", text: "The Nile." }],
  options: () => [PATHS_OPTION],
  *convert(rows, choose, out) {
    const roots: { row: (typeof rows)[number]; message: TreeMessage }[] = [];
    const byId = new Map<string, TreeMessage>();
    for (const row of rows) {
      const { read } = row;
      const text = toText(read("text")) ?? "";
      const isKept = text.trim() !== "" && read("deleted") !== true;
      if (isKept) byId.set(row.text("id"), toTreeMessage(row.text("role"), text, read("rank")));
      else out.addProblem(row.record, "The message is empty or deleted.");
    }
    yield;
    // A parent may stand behind its replies, so they are joined only now.
    for (const row of rows) {
      const message = byId.get(row.text("id"));
      if (!message) continue;
      const parentId = row.text("parent");
      const parent = byId.get(parentId);
      if (parent && parent !== message) parent.replies.push(message);
      else if (parentId === "") roots.push({ row, message });
      else out.addProblem(row.record, `Its parent message ${parentId} is not in the file.`);
    }
    yield;
    for (const { row, message } of roots) {
      out.addDrafts(row.record, toPaths(message, choose("paths")));
      yield;
    }
  },
};

function toTreeMessage(role: string, text: string, rank: unknown): TreeMessage {
  // A message that nobody ranked comes after those with a rank.
  return { role, text, rank: typeof rank === "number" ? rank : Infinity, replies: [] };
}

function readTree(value: unknown): TreeMessage | null {
  if (!isObject(value) || value["deleted"] === true) return null;
  const text = toText(value["text"]) ?? "";
  if (text.trim() === "") return null;
  const message = toTreeMessage(toText(value["role"]) ?? "", text, value["rank"]);
  const { replies } = value;
  for (const reply of Array.isArray(replies) ? (replies as unknown[]) : []) {
    const child = readTree(reply);
    if (child) message.replies.push(child);
  }
  return message;
}

/** Most paths taken of one tree: a hostile one could have more than there are records elsewhere. */
const MAX_PATHS = 1000;
/** Longest path followed, far above any real talk: the walk is as deep as the path is long. */
const MAX_TURNS = 1000;

/** The paths from the first message to each answer that no other answer follows. */
function toPaths(root: TreeMessage, choice: string): Drafts {
  const conversations: Draft[] = [];
  const walk = (message: TreeMessage, before: Message[]): boolean => {
    const role = toRole(message.role);
    if ((role !== "user" && role !== "assistant") || before.length >= MAX_TURNS) return false;
    // Two messages of the same side in a row break the path.
    if ((before.length % 2 === 0) !== (role === "user")) return false;
    const path: Message[] = [...before, { role, content: message.text.trim() }];
    const ranked = message.replies.toSorted((a, b) => a.rank - b.rank || 0);
    const replies = choice === "best" ? firstWithAnswer(ranked, role) : ranked;
    let isAnswered = false;
    for (const reply of replies) {
      if (conversations.length < MAX_PATHS) isAnswered = walk(reply, path) || isAnswered;
    }
    if (!isAnswered && role === "assistant") conversations.push({ messages: path, isRaw: false });
    return isAnswered || role === "assistant";
  };
  walk(root, []);
  if (conversations.length === 0) return { reason: "The tree has no answer." };
  const isCut = conversations.length >= MAX_PATHS;
  const notes = isCut ? [`Of a tree with many paths the first ${MAX_PATHS} are taken.`] : [];
  return { conversations, notes };
}

/** The best reply; of the person's next messages the first that was answered. */
function firstWithAnswer(ranked: readonly TreeMessage[], role: string): TreeMessage[] {
  const answered = ranked.filter(({ replies }) => replies.length > 0);
  return (role === "assistant" && answered.length > 0 ? answered : ranked).slice(0, 1);
}

export const OPEN_ASSISTANT_FORMATS: readonly Format[] = [TREES, THREADS, FLAT];
