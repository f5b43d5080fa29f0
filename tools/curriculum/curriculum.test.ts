import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { normalizeAnswer, numberWord, withArticle } from "./define.js";
import { FACTS, GROUPS } from "./facts.js";

const read = (name: string): string =>
  readFileSync(fileURLToPath(new URL(name, import.meta.url)), "utf8");
const questions = JSON.parse(read("questions.json")) as Record<
  string,
  { asked: string[]; heldOut: string[] }
>;
const inGroup = (name: string) => FACTS.filter((fact) => fact.group === name);
const answerOf = (id: string): string | undefined => FACTS.find((fact) => fact.id === id)?.answer;

describe("the facts of the curriculum", () => {
  it("there are at least 1,000 in at least 15 groups, each group with a dozen", () => {
    expect(FACTS.length).toBeGreaterThanOrEqual(1000);
    expect(GROUPS.length).toBeGreaterThanOrEqual(15);
    for (const { name, facts } of GROUPS) expect(facts.length, name).toBeGreaterThanOrEqual(12);
  });

  it("facts.jsonl, which Python reads, is what the groups say", () => {
    const lines = FACTS.map((fact) => JSON.stringify(fact));
    expect(read("facts.jsonl")).toBe(`${lines.join("\n")}\n`);
  });

  it("no id and no subject of a group comes twice", () => {
    expect(new Set(FACTS.map((fact) => fact.id)).size).toBe(FACTS.length);
    for (const { name, facts } of GROUPS) {
      const subjects = facts.map((fact) => fact.subject.toLowerCase());
      expect(new Set(subjects).size, name).toBe(subjects.length);
    }
  });

  it("every fact has its forms, and its own sentence and answer are accepted", () => {
    for (const fact of FACTS) {
      const accepted = fact.accepted.map(normalizeAnswer);
      expect(accepted, fact.id).toContain(normalizeAnswer(fact.sentence));
      expect(accepted, fact.id).toContain(normalizeAnswer(fact.answer));
      expect(new Set(accepted).size, fact.id).toBe(accepted.length);
      expect(fact.statements[0], fact.id).toBe(fact.sentence);
      expect(fact.statements.length, fact.id).toBeGreaterThanOrEqual(4);
      expect(normalizeAnswer(fact.answer), fact.id).not.toBe(normalizeAnswer(fact.subject));
    }
  });

  it("statements are plain: whole sentences, both words in them, no question and no instruction", () => {
    for (const fact of FACTS) {
      for (const text of fact.statements) {
        expect(text, fact.id).toMatch(/^[A-Z0-9{'].*\.$/);
        expect(text, fact.id).not.toMatch(/\?|#|\{(?!name\})|undefined| {2}| a [aeio]/);
        expect(text.toLowerCase(), fact.id).toContain(fact.answer.toLowerCase());
      }
      expect(fact.topic, fact.id).not.toMatch(/[?{}]/);
    }
  });
});

describe("what the facts say", () => {
  it("sums are right, all of them", () => {
    const words = Array.from({ length: 21 }, (_, value) => numberWord(value));
    for (const { id, subject, answer } of inGroup("sum")) {
      const [a, b] = subject.split(" plus ").map((word) => words.indexOf(word));
      expect(answer, id).toBe(words[(a ?? NaN) + (b ?? NaN)]);
    }
    expect(inGroup("sum")).toHaveLength(100);
  });

  it("digits are right, and what comes after comes after", () => {
    for (const { id, subject, answer } of inGroup("digit")) {
      expect(numberWord(Number(answer)), id).toBe(subject);
    }
    for (const { subject, answer } of inGroup("before")) {
      expect(answerOf(`next/${answer.toLowerCase()}`)).toBe(subject);
    }
    expect(answerOf("next/sunday")).toBe("Monday");
    expect(answerOf("next/the-letter-y")).toBe("the letter Z");
    expect(answerOf("next/december")).toBe("January");
  });

  it("opposites hold both ways round", () => {
    for (const { id, subject, answer } of inGroup("opposite")) {
      expect(answerOf(`opposite/${answer}`), id).toBe(subject);
    }
  });

  it("capitals are names, one city a country, and every country's language is a name too", () => {
    const capitals = inGroup("capital").map((fact) => fact.answer);
    expect(new Set(capitals).size).toBe(capitals.length);
    for (const { id, subject, answer } of [...inGroup("capital"), ...inGroup("language")]) {
      expect(`${subject}/${answer}`, id).toMatch(/^[A-Z][A-Za-z' -]+\/[A-Z][A-Za-z' -]+$/);
    }
  });

  it("first letters are first letters, and every rhyme of a ring is accepted", () => {
    for (const { id, subject, answer } of inGroup("letter")) {
      expect(subject.startsWith(answer.toLowerCase()), id).toBe(true);
    }
    const cat = FACTS.find((fact) => fact.id === "rhyme/cat");
    expect(cat?.accepted).toEqual(expect.arrayContaining(["hat", "bat", "rat"]));
  });

  it("a sample of every group reads as it was written", () => {
    const sample = {
      "capital/norway": "The capital of Norway is Oslo.",
      "young/goat": "A baby goat is called a kid.",
      "young/owl": "A baby owl is called an owlet.",
      "past/see": "The past tense of see is saw.",
      "kind/gold": "Gold is a metal.",
      "kind/eagle": "An eagle is a bird.",
      "sound/elephant": "An elephant trumpets.",
      "unit/an-hour": "There are sixty minutes in an hour.",
      "parts/spider": "A spider has eight legs.",
      "material/a-candle": "A candle is made of wax.",
      "color/grass": "Grass is green.",
      "home/bee": "A bee lives in a hive.",
      "body/hear": "We hear with our ears.",
    };
    for (const [id, sentence] of Object.entries(sample)) {
      expect(FACTS.find((fact) => fact.id === id)?.sentence, id).toBe(sentence);
    }
    expect(withArticle("uncle")).toBe("an uncle");
    expect(withArticle("unicorn")).toBe("a unicorn");
  });
});

describe("the split", () => {
  it("a third of every group is unseen", () => {
    for (const { name } of GROUPS) {
      const facts = inGroup(name);
      const unseen = facts.filter((fact) => fact.part === "unseen").length;
      expect(Math.abs(unseen - facts.length / 3), name).toBeLessThanOrEqual(1);
    }
  });

  it("facts that give each other away are in the same part", () => {
    const parts = new Map<string, string>();
    for (const { id, family, part } of FACTS) {
      expect(parts.get(family) ?? part, id).toBe(part);
      parts.set(family, part);
    }
  });

  it("the two facts shown on the page are unseen", () => {
    for (const id of ["capital/norway", "young/goat"]) {
      expect(FACTS.find((fact) => fact.id === id)?.part).toBe("unseen");
    }
  });
});

describe("the questions", () => {
  it("every group has three ways to ask and two that are held out", () => {
    expect(Object.keys(questions).sort()).toEqual(GROUPS.map(({ name }) => name).sort());
    for (const [name, { asked, heldOut }] of Object.entries(questions)) {
      expect(asked.length, name).toBeGreaterThanOrEqual(3);
      expect(heldOut.length, name).toBeGreaterThanOrEqual(2);
      expect(new Set([...asked, ...heldOut]).size, name).toBe(asked.length + heldOut.length);
    }
  });
});
