import { describe, expect, it } from "vitest";
import { givesAway } from "./ask.js";
import { GENERATORS } from "./index.js";

type Message = { role: string; content: string };
const records = GENERATORS.find(({ entry }) => entry.name === "helper-chat")?.make() as {
  messages: Message[];
}[];
const answersOf = (messages: Message[]): string[] =>
  messages.filter(({ role }) => role === "assistant").map(({ content }) => content);
const under = (line: string) =>
  records
    .filter(({ messages }) => messages[0]?.content === line)
    .flatMap(({ messages }) => answersOf(messages));

describe("helper-chat", () => {
  it("has a system line and two or three questions with their answers in every conversation", () => {
    expect(records.length).toBeGreaterThanOrEqual(250);
    expect(records.length).toBeLessThanOrEqual(300);
    for (const { messages } of records) {
      const roles = messages.map(({ role }) => role).join(" ");
      expect(roles).toMatch(/^system( user assistant){2,3}$/);
      for (const { content } of messages) expect(content).toMatch(/^[A-Z].*[.!?]$/s);
    }
  });

  it("answers as the system line says", () => {
    const capitals = [
      ...under("You answer in capital letters."),
      ...under("Write every answer in capital letters."),
    ];
    expect(capitals.length).toBeGreaterThan(50);
    for (const text of capitals) expect(text).toBe(text.toUpperCase());
    for (const text of under("End every answer with: That is all."))
      expect(text).toMatch(/ That is all\.$/);
    for (const text of under("Begin every answer with: Listen!")) expect(text).toMatch(/^Listen! /);
    for (const text of under("Say every answer two times.")) {
      const half = text.slice(0, (text.length - 1) / 2);
      expect(text).toBe(`${half} ${half}`);
    }
  });

  it("remembers the name that was said, and no other", () => {
    const named = records.filter(({ messages }) =>
      /Your name is /i.test(answersOf(messages).at(-1) ?? ""),
    );
    expect(named.length).toBeGreaterThan(40);
    for (const { messages } of named) {
      const said = /(?:name is|I am) (\w+)\.$/.exec(messages[1]?.content ?? "")?.[1] ?? "";
      expect(said).not.toBe("");
      expect(answersOf(messages).at(-1)?.toLowerCase()).toContain(
        `your name is ${said.toLowerCase()}.`,
      );
    }
  });

  it("gives no fact away that is kept for evaluation", () => {
    for (const { messages } of records) {
      const text = messages.map(({ content }) => content).join("\n");
      expect(givesAway(text).map(({ id }) => id)).toEqual([]);
    }
  });
});
