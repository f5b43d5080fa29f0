/** A record while it is being written: what may be saved, and what becomes of it. */
import type { Conversation, Message } from "@/data/conversation";
import { NO_LINE } from "@/data/edits/edits";

export type DraftMessage = Message & { input: string };
/** The system text stands apart, since any conversation may get one; raw text has none. */
export type Draft = { system: string; messages: DraftMessage[]; category: string };

/** A new record of the kind that the data holds: a prompt and its answer, still to be written. */
export function createEmptyRecord(isRaw: boolean): Conversation {
  const messages: Message[] = [
    { role: "user", content: "" },
    { role: "assistant", content: "" },
  ];
  return { line: NO_LINE, isRaw, messages };
}

export function toDraft({ messages, category = "" }: Conversation): Draft {
  const [first] = messages;
  const system = first?.role === "system" ? first.content : "";
  const turns = first?.role === "system" ? messages.slice(1) : messages;
  return { system, messages: turns.map((message) => ({ input: "", ...message })), category };
}

/** The turns that make the conversation longer: the missing answer, or a question with its answer. */
export function createNextTurns(messages: readonly DraftMessage[]): DraftMessage[] {
  const create = (role: Message["role"]): DraftMessage => ({ role, content: "", input: "" });
  const answer = create("assistant");
  return messages.at(-1)?.role === "user" ? [answer] : [create("user"), answer];
}

/** Why a draft cannot be saved; null when it can. Turns are numbered in pairs. */
export function findDraftProblem({ messages }: Draft, isRaw: boolean): string | null {
  const empty = messages.findIndex(({ content }) => (isRaw ? content : content.trim()) === "");
  if (empty < 0) return null;
  if (isRaw) return `Text ${empty + 1} is empty.`;
  const isAnswer = messages[empty]?.role === "assistant";
  if (messages.length <= 2) return `The ${isAnswer ? "answer" : "prompt"} is empty.`;
  return `${isAnswer ? "Answer" : "Prompt"} ${Math.floor(empty / 2) + 1} is empty.`;
}

/** Trimmed as what is read from a file; raw text is kept to the letter. `former` gives what a draft has no field for. */
export function toConversation(draft: Draft, former: Conversation): Conversation {
  const { isRaw } = former;
  const toText = (text: string) => (isRaw ? text : text.trim());
  const messages = draft.messages.map(({ input, ...message }): Message => {
    const written = { ...message, content: toText(message.content) };
    return input.trim() === "" ? written : { ...written, input: input.trim() };
  });
  const system = draft.system.trim();
  if (system !== "") messages.unshift({ role: "system", content: system });
  const { line, made, rejected, times } = former;
  const category = draft.category.trim();
  // The other answer of a pair belongs to the same prompt only.
  const isSamePrompt = isSame(messages.slice(0, -1), former.messages.slice(0, -1));
  return {
    line,
    isRaw,
    messages,
    ...(category !== "" && { category }),
    ...(made && { made }),
    ...(times !== undefined && { times }),
    ...(rejected && isSamePrompt && { rejected }),
  };
}

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
