import type { Conversation, Message } from "@/data/conversation";
import { mendWith, perSample, type Check } from "../check";

export const ROLE_ORDER: Check = {
  id: "role-order",
  title: "Turns in the wrong order",
  why: "A template expects prompt and answer in turn; with another order the model learns at the wrong places.",
  severity: "mend",
  advice: "",
  find: perSample(({ conversation }) => findFault(conversation)),
  remedy: mendWith("Put them in order", putInOrder),
};

/** Raw text has stretches, not turns; a record without an answer is the next check's. */
function findFault({ messages, isRaw }: Conversation): string | null {
  if (isRaw || !messages.some(({ role }) => role === "assistant")) return null;
  for (const [i, { role }] of messages.entries()) {
    const before = messages[i - 1]?.role;
    if (role === "system" && i > 0) return `Message ${i + 1} is from the system.`;
    if (role === "assistant" && before !== "user") {
      return before === "assistant"
        ? `Messages ${i} and ${i + 1} are both from the assistant.`
        : `Message ${i + 1} is an answer to nothing.`;
    }
    if (role === "user" && before === "user") {
      return `Messages ${i} and ${i + 1} are both from the user.`;
    }
  }
  return messages.at(-1)?.role === "user"
    ? "The last message is a prompt without an answer."
    : null;
}

/** The system first, one turn for what one side says in a row, nothing before a prompt or after an answer. */
function putInOrder(conversation: Conversation): Conversation {
  const { messages } = conversation;
  const system = messages.filter(({ role }) => role === "system");
  const talk = merge(messages.filter(({ role }) => role !== "system"));
  const from = talk.findIndex(({ role }) => role === "user");
  const to = talk.findLastIndex(({ role }) => role === "assistant");
  const turns = from < 0 || to < from ? talk : talk.slice(from, to + 1);
  return { ...conversation, messages: [...merge(system), ...turns] };
}

function merge(messages: readonly Message[]): Message[] {
  const merged: Message[] = [];
  for (const message of messages) {
    const last = merged.at(-1);
    if (last?.role === message.role) {
      const content = [last.content, last.input, message.content].filter(Boolean).join("\n");
      merged[merged.length - 1] = { ...message, content };
    } else merged.push(message);
  }
  return merged;
}
