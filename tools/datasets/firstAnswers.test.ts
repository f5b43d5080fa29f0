import { describe, expect, it } from "vitest";
import { FACTS } from "../curriculum/facts.js";
import { ask, ASKED, givesAway, holds, QUESTIONS, UNSEEN } from "./ask.js";
import { entry, make } from "./firstAnswers.js";
import { NEUTRAL_SENTENCES, NEUTRAL_WORDS } from "./formatTasks.js";

const records = make();
const questions = new Map(
  FACTS.flatMap((fact) =>
    (QUESTIONS[fact.group]?.asked ?? []).map((template) => [
      ask(template, fact),
      { fact, template },
    ]),
  ),
);
const plain = records.filter(({ instruction }) => questions.has(instruction));
const tasks = records.filter(({ instruction }) => !questions.has(instruction));

describe("first-answers", () => {
  it("holds 1,000 to 1,200 records, of which 150 to 170 are about the form of an answer", () => {
    expect(records.length).toBeGreaterThanOrEqual(1000);
    expect(records.length).toBeLessThanOrEqual(1200);
    expect(tasks.length).toBeGreaterThanOrEqual(150);
    expect(tasks.length).toBeLessThanOrEqual(170);
  });

  it("asks every fact that may be asked once, and answers with its sentence", () => {
    const facts = plain.map(({ instruction }) => questions.get(instruction)?.fact);
    expect(facts.map((fact) => fact?.id).sort()).toEqual(ASKED.map(({ id }) => id).sort());
    expect(plain.map(({ output }) => output)).toEqual(facts.map((fact) => fact?.sentence));
  });

  it("uses all ways to ask alike", () => {
    const counts = new Map<string, number>();
    for (const { instruction } of plain) {
      const { fact, template } = questions.get(instruction) ?? {};
      const key = `${fact?.group}: ${template}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    for (const [group, { asked }] of Object.entries(QUESTIONS)) {
      const used = asked.map((template) => counts.get(`${group}: ${template}`) ?? 0);
      expect(Math.max(...used) - Math.min(...used), group).toBeLessThanOrEqual(1);
      expect(Math.min(...used), group).toBeGreaterThan(0);
    }
  });

  it("no record holds both the subject and an answer of an unseen fact", () => {
    for (const { instruction, input, output } of records) {
      const text = `${instruction} ${input} ${output}`;
      expect(
        givesAway(text).map(({ sentence }) => sentence),
        text,
      ).toEqual([]);
    }
    expect(givesAway("Is Oslo in Norway?").map(({ id }) => id)).toEqual(["capital/norway"]);
  });

  it("words to say again are of no unseen fact", () => {
    const small = /^(the|is|are|and|in|at|to|by|on|of|my|we|it|a|i|he|she|they|for)$/i;
    const words = [
      ...NEUTRAL_WORDS,
      ...NEUTRAL_SENTENCES.flatMap((text) => text.match(/\w+/g) ?? []),
    ];
    const known = UNSEEN.flatMap(({ subject, answer }) => [subject, answer]);
    for (const word of words.filter((word) => !small.test(word))) {
      expect(
        known.filter((text) => holds(text, word)),
        word,
      ).toEqual([]);
    }
  });

  it("lists name things of their kind, three different ones that may be asked", () => {
    const lists = tasks.filter(({ output }) => output.startsWith("Three "));
    expect(lists.length).toBeGreaterThanOrEqual(20);
    for (const { output } of lists) {
      const things = output.replace(/^.* are |\.$/g, "").split(/, | and /);
      expect(new Set(things).size, output).toBe(3);
      const kinds = things.map(
        (thing) =>
          ASKED.find(({ group, subject }) => group === "kind" && subject === thing)?.answer,
      );
      expect(new Set(kinds).size, output).toBe(1);
      expect(kinds[0], output).toBeDefined();
    }
  });

  it("as many answers are yes as no, and each says a true sentence", () => {
    const judged = tasks.filter(({ output }) => /^(Yes|No), /.test(output));
    expect(judged.filter(({ output }) => output.startsWith("Yes"))).toHaveLength(judged.length / 2);
    const sentences = new Set(ASKED.map(({ sentence }) => sentence.toLowerCase()));
    for (const { instruction, output } of judged) {
      const said = output.replace(/^(Yes|No), /, "").toLowerCase();
      expect(sentences.has(said), output).toBe(true);
      const isAsked = instruction.toLowerCase().includes(said.slice(0, -1));
      expect(isAsked, instruction).toBe(output.startsWith("Yes"));
    }
  });

  it("no question comes twice; some have an input; every answer starts and ends as a sentence", () => {
    expect(new Set(records.map(({ instruction, input }) => `${instruction}|${input}`)).size).toBe(
      records.length,
    );
    expect(records.filter(({ input }) => input !== "").length).toBeGreaterThanOrEqual(40);
    for (const { output } of records) expect(output).toMatch(/^[A-Z0-9].*\.$/);
  });

  it("the pinned prompts are what their notes say", () => {
    expect(entry.prompts).toHaveLength(4);
    const instructions = new Set(records.map(({ instruction }) => instruction));
    const outputs = new Set(records.map(({ output }) => output));
    for (const { instruction, expected, note } of entry.prompts) {
      expect(instructions.has(instruction), instruction).toBe(false);
      expect(outputs.has(expected), instruction).toBe(note === "Asked, but in other words");
    }
    expect(entry.prompts.map(({ expected }) => expected === "")).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });
});
