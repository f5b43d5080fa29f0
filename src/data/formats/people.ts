/** Talk between people, one message a record: chat logs and Slack exports. Who plays the assistant is chosen. */
import type { Message } from "../conversation";
import {
  optional,
  required,
  type Choose,
  type Conversions,
  type Format,
  type FormatOption,
  type Row,
} from "./format";
import { toRole } from "./chatTurns";

/** One thing that somebody said. */
type Said = { row: Row; speaker: string; text: string };

/** Everyone but the one who began the talk. */
const ANYONE = "";

/** Speakers offered in the list: more than fit a menu are no speakers but something else. */
const MAX_SPEAKERS = 200;

const CHAT_LOG: Format = {
  id: "chat-log",
  title: "Chat log",
  use: "training",
  fields: [
    required("speaker", "Speaker", "speaker", "role", "author", "sender", "from"),
    required("text", "Text", "text", "message", "content", "utterance", "body"),
    optional(
      "conversation",
      "Conversation",
      ...["conversation_id", "conversation", "chat_id", "ticket_id", "thread_id", "session_id"],
      ...["dialogue_id", "dialog_id"],
    ),
  ],
  example: { conversation: "7", speaker: "customer", text: "My key does not turn." },
  exampleRest: [{ conversation: "7", speaker: "support", text: "Pull the door towards you." }],
  accepts: (records, columns) => {
    const column = columns.find((name) =>
      ["speaker", "role", "author", "sender", "from"].includes(name.trim().toLowerCase()),
    );
    const some = records.slice(0, 1000);
    const speakers = new Set(some.map(({ value }) => value[column ?? ""]));
    // Authors of reviews also stand beside texts, but each of them speaks once.
    return speakers.size >= 2 && speakers.size <= Math.max(3, some.length / 2);
  },
  options: (rows) => [
    assistantOption(
      countSpeakers(rows, "speaker", (name) => name),
      "",
    ),
  ],
  *convert(rows, choose, out) {
    const talks = new Map<string, Said[]>();
    for (const row of rows) {
      const said = { row, speaker: row.text("speaker").trim(), text: row.text("text").trim() };
      if (said.text === "") out.addProblem(row.record, "The text is empty.");
      else if (said.speaker === "") out.addProblem(row.record, "There is no speaker.");
      else addTo(talks, row.text("conversation"), said);
    }
    for (const talk of talks.values()) {
      addTalk(out, talk, choose("assistant"));
      yield;
    }
  },
};

const NAMES_OPTION: FormatOption = {
  key: "names",
  label: "Names",
  help: "Names of people in the messages become User A, User B and so on, or stay.",
  choices: [
    { value: "anonymous", label: "Made anonymous" },
    { value: "keep", label: "Kept" },
  ],
  initial: "anonymous",
};

const SLACK: Format = {
  id: "slack",
  title: "Slack export",
  use: "training",
  fields: [
    required("text", "Text", "text"),
    required("time", "When", "ts"),
    // Bots have none.
    optional("user", "Who", "user"),
    optional("thread", "Thread", "thread_ts"),
    optional("channel", "Channel", "channel"),
    optional("name", "Name", "user_name"),
    optional("subtype", "Kind", "subtype"),
    optional("bot", "Bot", "bot_id"),
  ],
  example: { type: "message", user: "U1", text: "Where is the key?", ts: "1700000000.000100" },
  exampleRest: [{ type: "message", user: "U2", text: "On the hook.", ts: "1700000060.000200" }],
  options: (rows) => {
    const names = nameUsers(rows);
    const people = rows.filter((row) => !isNoise(row));
    const counts = countSpeakers(people, "user", (id) => names.get(id) ?? id);
    return [assistantOption(counts, ANYONE), NAMES_OPTION];
  },
  *convert(rows, choose, out) {
    const resolve = createResolver(rows, choose);
    const talks = groupBySilence(rows, out, resolve);
    yield;
    for (const talk of talks) {
      addTalk(out, talk, choose("assistant"));
      yield;
    }
  },
};

/** Joins, topics, files without words, and bots: nothing a person said. */
function isNoise(row: Row): boolean {
  const subtype = row.text("subtype");
  const isPlain = subtype === "" || subtype === "thread_broadcast" || subtype === "me_message";
  const isPerson = row.text("user") !== "" && row.text("bot") === "";
  return !isPlain || !isPerson || row.text("text").trim() === "";
}

/** After this long without a word in a channel the next message begins another talk; chosen, not measured. */
const SILENCE_SECONDS = 30 * 60;

/** Threads are talks; what stands in no thread is cut into talks by silence. */
function groupBySilence(
  rows: readonly Row[],
  out: Conversions,
  resolve: (text: string) => string,
): Said[][] {
  const noise = rows.filter(isNoise);
  const [first] = noise;
  if (first) out.addNote(first.record, "Bots, joins and other notices are left out.", noise.length);
  const people = rows
    .filter((row) => !isNoise(row))
    .map((row) => ({ row, time: Number(row.text("time")) || 0 }))
    .sort((a, b) => a.time - b.time);
  const threads = new Set(people.map(({ row }) => threadKey(row)));
  const talks = new Map<string, Said[]>();
  const open = new Map<string, { key: string; time: number }>();
  for (const { row, time } of people) {
    const channel = row.text("channel");
    const said = { row, speaker: row.text("user"), text: resolve(row.text("text")).trim() };
    let key = threadKey(row);
    // The message that began a thread may not say so itself.
    if (key === "") key = `${channel}\n${row.text("time")}`;
    if (!threads.has(key)) {
      const last = open.get(channel);
      const goesOn = last !== undefined && time - last.time <= SILENCE_SECONDS;
      key = goesOn ? last.key : `${key}\nfree`;
      open.set(channel, { key, time });
    }
    addTo(talks, key, said);
  }
  return [...talks.values()];
}

function threadKey(row: Row): string {
  const thread = row.text("thread");
  return thread === "" ? "" : `${row.text("channel")}\n${thread}`;
}

function nameUsers(rows: readonly Row[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const row of rows) {
    const name = row.text("name");
    if (name !== "") names.set(row.text("user"), name);
  }
  return names;
}

/** Writes mentions, links and escapes of a message as a person reads them. */
function createResolver(rows: readonly Row[], choose: Choose): (text: string) => string {
  const isAnonymous = choose("names") === "anonymous";
  const names = nameUsers(rows);
  const aliases = new Map<string, string>();
  const aliasOf = (id: string): string => {
    const alias = aliases.get(id) ?? `User ${toLetters(aliases.size)}`;
    aliases.set(id, alias);
    return alias;
  };
  // Who speaks first is User A, whether mentioned or not.
  for (const row of rows) if (!isNoise(row)) aliasOf(row.text("user"));
  const written = new Map(
    [...names]
      .filter(([id, name]) => aliases.has(id) && name.length > 2)
      .map(([id, name]) => [name.toLowerCase(), aliasOf(id)]),
  );
  const pattern = isAnonymous && written.size > 0 ? anyWord([...written.keys()]) : null;
  return (text) => {
    let plain = text
      .replace(/<@(\w+)(?:\|([^<>]*))?>/g, (_, id: string, label?: string) => {
        return `@${isAnonymous ? aliasOf(id) : (names.get(id) ?? (label || id))}`;
      })
      .replace(/<[#!](?:[^<>|]*\|)?([^<>]*)>/g, (_, label: string) => label.replace(/^\^.*/, ""))
      .replace(/<(?:mailto:)?([^<>|]*)(?:\|([^<>]*))?>/g, (_, url: string, label?: string) => {
        return label || url;
      });
    if (pattern) plain = plain.replace(pattern, (name) => written.get(name.toLowerCase()) ?? name);
    return plain.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
  };
}

/** Any of the names as a whole word, in any case. */
function anyWord(names: readonly string[]): RegExp {
  const escaped = names.map((name) => name.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&"));
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${escaped.join("|")})(?![\\p{L}\\p{N}])`, "giu");
}

/** 0 → A, 25 → Z, 26 → AA. */
function toLetters(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : toLetters(Math.floor(index / 26) - 1) + last;
}

type Speaker = { value: string; label: string; count: number };

/** Who speaks how often, most first. */
function countSpeakers(
  rows: readonly Row[],
  key: string,
  nameOf: (value: string) => string,
): Speaker[] {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const speaker = row.text(key).trim();
    if (speaker !== "") counts.set(speaker, (counts.get(speaker) ?? 0) + 1);
  }
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, MAX_SPEAKERS)
    .map(([value, count]) => ({ value, label: nameOf(value), count }));
}

const HELPER =
  /\b(assistant|agent|support|helpdesk|help desk|service|operator|advisor|staff|bot|gpt)\b/i;

/** Who answers: by default a speaker whose name says so, else whoever did not begin. */
function assistantOption(speakers: readonly Speaker[], fallback: string): FormatOption {
  const helper = speakers.find(
    ({ label }) => toRole(label) === "assistant" || HELPER.test(label) || /^a$/i.test(label),
  );
  return {
    key: "assistant",
    label: "Who is the assistant",
    help: "Their messages are learned as answers; all others are the user's.",
    choices: [
      { value: ANYONE, label: "Whoever replies" },
      ...speakers.map(({ value, label, count }) => ({ value, label: `${label} (${count})` })),
    ],
    initial: helper?.value ?? fallback,
  };
}

function addTo(talks: Map<string, Said[]>, key: string, said: Said): void {
  const talk = talks.get(key);
  if (talk) talk.push(said);
  else talks.set(key, [said]);
}

/** A talk as one conversation: neighbors of the same side become one turn, and it ends with an answer. */
function addTalk(out: Conversions, talk: readonly Said[], assistant: string): void {
  const [first] = talk;
  if (!first) return;
  const isAnswer = ({ speaker }: Said): boolean =>
    assistant === ANYONE ? speaker !== first.speaker : speaker === assistant;
  const from = talk.findIndex((said) => !isAnswer(said));
  const to = talk.findLastIndex(isAnswer);
  const { record } = first.row;
  if (from < 0 || to < from) {
    const n = talk.length;
    const what = n === 1 ? "this message" : `these ${n} messages`;
    out.addProblem(record, `Nobody who is the assistant answers ${what}.`);
    return;
  }
  if (from > 0) out.addNote(record, "Messages of the assistant before any question are left out.");
  if (to < talk.length - 1) out.addNote(record, "Messages after the last answer are left out.");
  const messages: Message[] = [];
  for (const said of talk.slice(from, to + 1)) {
    const role = isAnswer(said) ? "assistant" : "user";
    const last = messages.at(-1);
    if (last?.role === role) last.content += `\n${said.text}`;
    else messages.push({ role, content: said.text });
  }
  out.add(record, { messages, isRaw: false });
}

export const PEOPLE_FORMATS: readonly Format[] = [SLACK, CHAT_LOG];
