/** Reads the `messages` column: a list of { role, content }. */
import type { Message, Role } from "./conversation";
import { describeValue, isObject, toText } from "./parse/records";

/** Messages, or why the record cannot be used. */
export type MessagesOrReason = { messages: Message[] } | { reason: string };

/** A list of messages that can be trained on: system first if at all, then user and assistant in turn. */
export function readMessages(value: unknown): MessagesOrReason {
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
