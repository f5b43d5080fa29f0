import { describe, expect, it } from "vitest";
import { normalizeAnswer } from "../curriculum/define.js";
import { FACTS } from "../curriculum/facts.js";
import { ask, ASKED, formOf, GROUP_NAMES, holds, QUESTIONS, UNSEEN } from "./ask.js";
import { GENERATORS } from "./index.js";

type Case = {
  instruction: string;
  input: string;
  output: string;
  accepted: string[];
  kind: string;
  form: string;
};
const makeSet = (name: string) =>
  GENERATORS.find(({ entry }) => entry.name === name)?.make() as Case[];
const unseenFacts = makeSet("unseen-facts");
const unseenPhrasings = makeSet("unseen-phrasings");
const unseenKinds = makeSet("unseen-kinds");
const firstAnswers = makeSet("first-answers");
const all = [...unseenFacts, ...unseenPhrasings, ...unseenKinds];

const countKinds = (cases: Case[]) => {
  const counts = new Map<string, number>();
  for (const { kind } of cases) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
};
/** Every question that may be asked about facts, in the ways of one part. */
const questionsAbout = (facts: typeof FACTS | typeof ASKED, part: "asked" | "heldOut") =>
  new Map(
    facts.flatMap((fact) =>
      (QUESTIONS[fact.group]?.[part] ?? []).map((template) => [ask(template, fact), fact]),
    ),
  );

describe("evaluation records", () => {
  it("the output is among the accepted answers, and no answer comes twice", () => {
    for (const { instruction, output, accepted } of all) {
      const answers = accepted.map(normalizeAnswer);
      expect(answers, instruction).toContain(normalizeAnswer(output));
      expect(new Set(answers).size, instruction).toBe(answers.length);
      expect(answers.every((answer) => answer !== "")).toBe(true);
    }
  });

  it("the form with a right answer in it is the output", () => {
    for (const { instruction, output, accepted, form } of all) {
      if (form === "") continue;
      expect(form.split("{}"), instruction).toHaveLength(2);
      const filled = accepted.map((answer) => normalizeAnswer(form.replace("{}", answer)));
      expect(filled, instruction).toContain(normalizeAnswer(output));
    }
    const goat = FACTS.find(({ id }) => id === "young/goat");
    expect(goat && formOf(goat)).toBe("A baby goat is called {}.");
  });

  it("no question is asked twice", () => {
    for (const cases of [unseenFacts, unseenPhrasings, unseenKinds]) {
      expect(new Set(cases.map(({ instruction }) => instruction)).size).toBe(cases.length);
    }
  });
});

describe("unseen-facts", () => {
  it("asks every unseen fact once, in a way that training uses", () => {
    const questions = questionsAbout(UNSEEN, "asked");
    const asked = unseenFacts.map(({ instruction }) => questions.get(instruction)?.id);
    expect(asked.sort()).toEqual(UNSEEN.map(({ id }) => id).sort());
  });

  it("leaves out only the three facts that asked questions give away", () => {
    const unseen = FACTS.filter(({ part }) => part === "unseen").map(({ id }) => id);
    const kept = new Set(UNSEEN.map(({ id }) => id));
    expect(unseen.filter((id) => !kept.has(id))).toEqual([
      "kind/blue",
      "kind/green",
      "kind/europe",
    ]);
    const hold = (...words: string[]) =>
      firstAnswers.some(({ instruction, output }) =>
        words.every((word) => holds(`${instruction} ${output}`, word)),
      );
    expect(hold("blue", "color") && hold("green", "color") && hold("Europe", "continent")).toBe(
      true,
    );
  });
});

describe("unseen-phrasings", () => {
  it("asks 300 facts of first-answers in phrasings that are held out, all kinds alike", () => {
    const questions = questionsAbout(ASKED, "heldOut");
    const facts = unseenPhrasings.map(({ instruction }) => questions.get(instruction));
    const trained = new Set(firstAnswers.map(({ output }) => output));
    for (const fact of facts) expect(trained.has(fact?.sentence ?? "")).toBe(true);
    expect(new Set(facts).size).toBe(300);
    const counts = [...countKinds(unseenPhrasings).values()];
    expect(counts).toHaveLength(GROUP_NAMES.length);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(2);
  });
});

describe("unseen-kinds", () => {
  it("has at least eight kinds of at least a dozen records", () => {
    const counts = [...countKinds(unseenKinds).values()];
    expect(counts.length).toBeGreaterThanOrEqual(8);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(12);
  });

  it("no instruction begins as one of first-answers or of a phrasing does", () => {
    const start = (text: string) => text.toLowerCase().split(" ").slice(0, 4).join(" ");
    const templates = Object.values(QUESTIONS).flatMap(({ asked, heldOut }) => [
      ...asked,
      ...heldOut,
    ]);
    const known = new Set(
      [...firstAnswers.map(({ instruction }) => instruction), ...templates].map(start),
    );
    for (const { instruction } of unseenKinds)
      expect(known.has(start(instruction)), instruction).toBe(false);
  });

  it("its answers are right by rules of their own", () => {
    for (const { instruction, output, kind } of unseenKinds) {
      const words = normalizeAnswer(output).split(/, | /);
      const material = (instruction.split(": ")[1] ?? "").toLowerCase();
      const given = material.split(", ");
      const named = instruction.match(/(?:letter of|word) (\w+)/)?.[1] ?? "";
      if (kind === "last letter") expect(named.endsWith(words.at(-1) ?? "?"), output).toBe(true);
      if (kind === "say twice") expect(words).toEqual([named, named]);
      if (kind === "swap") expect(words).toEqual(given.reverse());
      if (kind === "spell") expect(words.join("")).toBe(named);
      if (kind === "join") expect(words).toEqual([given.join("")]);
      if (kind === "last word") expect(material).toMatch(new RegExp(`\\b${words.at(-1)}\\.$`));
      if (kind === "order of the alphabet") {
        expect(words).toEqual(given.toSorted());
        expect(words, "saying it again is wrong").not.toEqual(given);
      }
    }
  });
});
