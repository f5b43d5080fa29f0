import { describe, expect, it } from "vitest";
import { createTemplate } from "./templates/createTemplate";
import type { Conversation, Message } from "./conversation";
import { readDataset, readRecords } from "./dataset";
import { encodeConversation } from "./encode";
import { exportData } from "./exportData";
import { bundledTokenizer } from "./testing/files";

const messages = (...list: Message[]): Conversation => ({ line: 1, isRaw: false, messages: list });
const user = (content: string, input?: string): Message =>
  input === undefined ? { role: "user", content } : { role: "user", content, input };
const assistant = (content: string): Message => ({ role: "assistant", content });

const CONVERSATIONS: Conversation[] = [
  messages(user("Add.", "1 2"), assistant("3")),
  { ...messages(user("Hi ### Input:"), assistant('"Hello"\n\\ 😀')), category: "greeting" },
  messages(
    { role: "system", content: "Be brief." },
    user("One?"),
    assistant("Uno."),
    user("And this?", "two\nlines"),
    assistant("Due."),
  ),
];
const MASKED = messages(
  user("One?"),
  { ...assistant("Eins."), isTrained: false },
  user("In Italian!"),
  assistant("Uno."),
);
const withoutLine = (list: readonly Conversation[]): Omit<Conversation, "line">[] =>
  list.map(({ messages: own, isRaw, category }) => ({ messages: own, isRaw, category }));

describe("export and import", () => {
  it.each([
    ["alpaca", "alpaca"],
    ["sharegpt", "sharegpt"],
    ["messages", "messages"],
  ] as const)("%s gives the same messages again", (form, format) => {
    const list = form === "alpaca" ? CONVERSATIONS : [...CONVERSATIONS, MASKED];
    const { text, records, skipped } = exportData(list, form);
    expect(skipped).toEqual([]);
    expect(records).toBe(list.length);
    const dataset = readDataset("x.jsonl", text);
    expect(dataset.mapping.format).toBe(format);
    expect(dataset.problems).toEqual([]);
    expect(withoutLine(dataset.conversations)).toEqual(withoutLine(list));
  });

  it("other tools see an input behind its message", () => {
    const [first] = CONVERSATIONS;
    const { text } = exportData(first ? [first] : [], "messages");
    expect(JSON.parse(text)).toMatchObject({
      messages: [
        { role: "user", content: "Add.\n1 2" },
        { role: "assistant", content: "3" },
      ],
    });
  });

  it("prompt and completion are the texts that are trained on, for each learned answer", () => {
    const tokenizer = bundledTokenizer();
    const template = createTemplate("alpaca", tokenizer);
    const list = [...CONVERSATIONS, MASKED];
    const { text, records } = exportData(list, "prompt-completion", template);
    // The third has two answers; of the last only one is learned.
    expect(records).toBe(5);
    const read = readDataset("x.jsonl", text);
    expect(read.mapping.format).toBe("prompt-completion");
    const tokens = read.conversations.map((one) => encodeConversation(one, template, tokenizer));
    const wanted = list.map((one) => encodeConversation(one, template, tokenizer));
    // Records 1, 2, 4 and 5 end a conversation: the same tokens, and the same last answer learned.
    for (const [record, conversation] of [
      [0, 0],
      [1, 1],
      [3, 2],
      [4, 3],
    ] as const) {
      expect(tokens[record]?.tokenIds).toEqual(wanted[conversation]?.tokenIds);
      const end = wanted[conversation]?.lossMask.lastIndexOf(0) ?? 0;
      expect(tokens[record]?.lossMask.lastIndexOf(0)).toBe(end);
    }
  });

  it("raw text comes back as it was", () => {
    const made = [
      { prompt: "Q: 2+2?\nA:", completion: " 4" },
      { prompt: "x", completion: "y" },
    ];
    const { conversations } = readRecords("x", made);
    const template = createTemplate("alpaca", bundledTokenizer());
    const { text } = exportData(conversations, "prompt-completion", template);
    expect(readDataset("x.jsonl", text).conversations).toEqual(conversations);
    const segments = readRecords("x", [
      {
        segments: [
          { label: false, text: "a" },
          { label: true, text: " b</s>" },
          { label: true, text: " c" },
          { label: 0, text: "d" },
        ],
      },
    ]).conversations;
    const again = exportData(segments, "prompt-completion", template).text;
    expect(readDataset("x.jsonl", again).conversations).toEqual(segments);
  });
});

describe("what a form cannot hold", () => {
  it("is listed with its line and reason", () => {
    const raw: Conversation = { ...messages(user("a"), assistant("b")), isRaw: true, line: 7 };
    const prompt = messages(user("Only asked."));
    const early = messages(user("a", "b"), assistant("c"), user("d"), assistant("e"));
    expect(exportData([raw, prompt, MASKED, early], "alpaca").skipped).toEqual([
      { line: 7, reason: "It is text already: only prompt and completion can hold it." },
      { line: 1, reason: "It is a prompt without an answer." },
      { line: 1, reason: "An answer that is not learned has no place." },
      { line: 1, reason: "An earlier turn has an input, for which the history has no place." },
    ]);
  });
});
