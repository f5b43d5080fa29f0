/** A record as the checks see it: its texts, taken apart and normalized once. */
import type { Conversation, Message } from "../conversation";
import type { LiveRecord } from "./check";
import { normalize } from "./text";

export type SampleTurn = {
  /** Place of the answer in the messages. */
  at: number;
  /** What the answer answers, as it is written: instruction and input. "" where nothing was asked. */
  prompt: string;
  answer: string;
};

export type Sample = {
  id: number;
  line: number;
  conversation: Conversation;
  /** Answers that are learned, each with what stands before it. */
  turns: SampleTurn[];
  /** All that stands before the last answer, normalized. */
  question: string;
  /** The last answer, normalized. */
  answer: string;
};

const toText = ({ content, input }: Message): string => (input ? `${content}\n${input}` : content);

export function toSample({ id, conversation }: LiveRecord): Sample {
  const { line, messages } = conversation;
  const turns = messages.flatMap((message, at): SampleTurn[] => {
    if (message.role !== "assistant" || message.isTrained === false) return [];
    const before = messages[at - 1];
    const prompt = before?.role === "user" ? toText(before) : "";
    return [{ at, prompt, answer: message.content }];
  });
  const last = messages.findLastIndex(({ role }) => role === "assistant");
  const before = last < 0 ? messages : messages.slice(0, last);
  return {
    id,
    line,
    conversation,
    turns,
    question: normalize(before.map(toText).join("\n")),
    answer: normalize(messages[last]?.content ?? ""),
  };
}

/** The conversation with every text changed; the same object where nothing changes. */
export function mapTexts(
  conversation: Conversation,
  change: (text: string, message: Message) => string,
): Conversation {
  let isChanged = false;
  const messages = conversation.messages.map((message) => {
    const content = change(message.content, message);
    const input = message.input === undefined ? undefined : change(message.input, message);
    if (content === message.content && input === message.input) return message;
    isChanged = true;
    return { ...message, content, ...(input === undefined ? {} : { input }) };
  });
  return isChanged ? { ...conversation, messages } : conversation;
}

/** Every text of the conversation with its message. */
export function* textsOf({
  messages,
}: Conversation): Generator<{ text: string; message: Message }> {
  for (const message of messages) {
    yield { text: message.content, message };
    if (message.input !== undefined) yield { text: message.input, message };
  }
}
