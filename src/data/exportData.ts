/** Conversations as JSON Lines in the forms that other tools read. What one line cannot say is listed, not bent. */
import type { Conversation, DataProblem, Message } from "./conversation";
import type { ChatTemplate } from "./templates/template";

export type ExportForm = "alpaca" | "sharegpt" | "messages" | "prompt-completion";

export type ExportedData = {
  /** One record a line, with a line end behind each. */
  text: string;
  records: number;
  /** Conversations that the form cannot hold, by line, with the reason. */
  skipped: DataProblem[];
};

type Value = Record<string, unknown>;
type Written = Value[] | { reason: string };

/**
 * Writes the conversations in a form, each as often as a mix takes it. Reading the text again gives the same messages; as
 * prompt–completion, which needs the template, it gives one record for each learned answer with all
 * that stands before it as its prompt.
 */
export function exportData(
  conversations: readonly Conversation[],
  form: "prompt-completion",
  template: ChatTemplate,
): ExportedData;
export function exportData(
  conversations: readonly Conversation[],
  form: Exclude<ExportForm, "prompt-completion">,
): ExportedData;
export function exportData(
  conversations: readonly Conversation[],
  form: ExportForm,
  template?: ChatTemplate,
): ExportedData {
  const lines: string[] = [];
  const skipped: DataProblem[] = [];
  for (const conversation of conversations) {
    const written = write(conversation, form, template);
    if ("reason" in written) skipped.push({ line: conversation.line, reason: written.reason });
    else {
      const text = written.map((value) => `${JSON.stringify(value)}\n`);
      for (let i = 0; i < (conversation.times ?? 1); i++) lines.push(...text);
    }
  }
  return { text: lines.join(""), records: lines.length, skipped };
}

function write(conversation: Conversation, form: ExportForm, template?: ChatTemplate): Written {
  if (!conversation.messages.some(({ role }) => role === "assistant")) {
    return { reason: "It is a prompt without an answer." };
  }
  if (form === "prompt-completion") return toPromptCompletion(conversation, template);
  if (conversation.isRaw) {
    return { reason: "It is text already: only prompt and completion can hold it." };
  }
  switch (form) {
    case "alpaca":
      return toAlpaca(conversation);
    case "sharegpt":
      return toChat(conversation, "conversations", toShareGptTurn);
    case "messages":
      return toChat(conversation, "messages", toMessageTurn);
  }
}

function toAlpaca(conversation: Conversation): Written {
  const { messages } = conversation;
  if (messages.some(isReadOnly)) return { reason: "An answer that is not learned has no place." };
  const [first] = messages;
  const system = first?.role === "system" ? first.content : undefined;
  const turns = system === undefined ? messages : messages.slice(1);
  const [question, answer] = turns.slice(-2);
  const earlier = turns.slice(0, -2);
  if (earlier.some(({ input }) => input !== undefined)) {
    return { reason: "An earlier turn has an input, for which the history has no place." };
  }
  const pairs = earlier.filter(({ role }) => role === "user");
  const history = pairs.map(({ content }, i) => [content, earlier[2 * i + 1]?.content ?? ""]);
  return [
    {
      instruction: question?.content ?? "",
      input: question?.input ?? "",
      output: answer?.content ?? "",
      ...(system === undefined ? {} : { system }),
      ...(history.length > 0 ? { history } : {}),
      ...withMarks(conversation),
    },
  ];
}

const toShareGptTurn = ({ role, content, isTrained }: Message): Value => ({
  from: role === "user" ? "human" : role === "assistant" ? "gpt" : "system",
  value: content,
  ...(isTrained === false ? { weight: 0 } : {}),
});

const toMessageTurn = ({ role, content, isTrained }: Message): Value => ({
  role,
  content,
  ...(isTrained === false ? { weight: 0 } : {}),
});

/** An input is written behind its message for tools that know none, and beside the list for our reader. */
function toChat(
  conversation: Conversation,
  key: string,
  toTurn: (message: Message) => Value,
): Written {
  const { messages } = conversation;
  const inputs = messages.flatMap(({ input }) => input ?? []);
  const [input] = inputs;
  if (inputs.length > 1) return { reason: "More than one of its turns has an input." };
  const turns = messages.map((message) =>
    toTurn(
      message.input === undefined
        ? message
        : { ...message, content: `${message.content}\n${message.input}` },
    ),
  );
  return [{ [key]: turns, ...(input === undefined ? {} : { input }), ...withMarks(conversation) }];
}

/** The "hydrated" form: the very texts that are trained on, without the end-of-text token behind an answer. */
function toPromptCompletion(conversation: Conversation, template?: ChatTemplate): Written {
  const { messages, isRaw } = conversation;
  if (isRaw) return rawToPromptCompletion(conversation);
  if (!template) throw new Error("exportData: prompt-completion needs a template");
  return messages.flatMap((message, i) => {
    if (message.role !== "assistant" || isReadOnly(message)) return [];
    const prompt = template.renderPrompt(messages.slice(0, i));
    return [{ prompt, completion: message.content, ...withMarks(conversation) }];
  });
}

function rawToPromptCompletion(conversation: Conversation): Written {
  const { messages } = conversation;
  const [prompt, completion] = messages;
  const isPair = messages.length === 2 && prompt?.role === "user";
  if (isPair && completion) {
    return [{ prompt: prompt.content, completion: completion.content, ...withMarks(conversation) }];
  }
  const isText = messages.length === 1 && prompt;
  if (isText) return [{ text: prompt.content, ...withMarks(conversation) }];
  const segments = messages.map(({ role, content, endsTurn }, i) => {
    const isLearned = role === "assistant";
    // Only inside a text must its end be written: behind the last segment it is understood.
    const hasEnd = isLearned && endsTurn !== false && i < messages.length - 1;
    return { label: isLearned, text: hasEnd ? `${content}<|endoftext|>` : content };
  });
  return [{ segments, ...withMarks(conversation) }];
}

const isReadOnly = ({ isTrained }: Message): boolean => isTrained === false;

const withMarks = ({ category, made }: Pick<Conversation, "category" | "made">): Value => ({
  ...(category !== undefined && { category }),
  ...(made && { made }),
});
