import { describe, expect, it } from "vitest";
import type { Conversation } from "@/data/conversation";
import {
  createEmptyRecord,
  createNextTurns,
  findDraftProblem,
  toConversation,
  toDraft,
} from "./draft";

const TALK: Conversation = {
  line: 3,
  isRaw: false,
  messages: [
    { role: "system", content: "Be brief." },
    { role: "user", content: "Add.", input: "1 2" },
    { role: "assistant", content: "3", isTrained: false },
    { role: "user", content: "Again?" },
    { role: "assistant", content: "3 still" },
  ],
  category: "sums",
  made: { how: "by rules" },
  rejected: [{ role: "assistant", content: "four" }],
};

describe("a draft", () => {
  it("of a record that is not changed gives the same record", () => {
    expect(toConversation(toDraft(TALK), TALK)).toEqual(TALK);
    const raw: Conversation = {
      line: 1,
      isRaw: true,
      messages: [
        { role: "user", content: " Q: 2+2?\n" },
        { role: "assistant", content: " 4", endsTurn: false },
      ],
    };
    expect(toConversation(toDraft(raw), raw)).toEqual(raw);
  });

  it("is trimmed, loses what was emptied, and keeps what stands beside the text", () => {
    const draft = toDraft(TALK);
    const [question, answer] = draft.messages;
    if (!question || !answer) throw new Error("two messages expected");
    question.input = " ";
    answer.content = "  drei\n";
    const { messages, category, rejected } = toConversation(
      { ...draft, system: "", category: " " },
      TALK,
    );
    expect(messages[0]).toEqual({ role: "user", content: "Add." });
    expect(messages[1]).toEqual({ role: "assistant", content: "drei", isTrained: false });
    expect(category).toBeUndefined();
    // Another prompt: the answer that was worse to the former one says nothing about it.
    expect(rejected).toBeUndefined();
  });

  it("can be saved when every turn says something", () => {
    const draft = toDraft(createEmptyRecord(false));
    const [question, answer] = draft.messages;
    if (!question || !answer) throw new Error("two messages expected");
    expect(findDraftProblem(draft, false)).toBe("The prompt is empty.");
    question.content = "Hello?";
    answer.content = " ";
    expect(findDraftProblem(draft, false)).toBe("The answer is empty.");
    expect(findDraftProblem(draft, true)).toBeNull();
    answer.content = "Hi.";
    draft.messages.push(...createNextTurns(draft.messages));
    expect(draft.messages.map(({ role }) => role).join()).toBe("user,assistant,user,assistant");
    expect(findDraftProblem(draft, false)).toBe("Prompt 2 is empty.");
    draft.messages.pop();
    expect(createNextTurns(draft.messages)).toEqual([
      { role: "assistant", content: "", input: "" },
    ]);
  });
});
