import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readDataset } from "@/data/dataset";
import { FACTS } from "../curriculum/facts.js";
import { ask, QUESTIONS, UNSEEN } from "./ask.js";
import { GENERATORS, toLines, writeIndex, type Entry } from "./index.js";

const FOLDER = fileURLToPath(new URL("../../datasets/", import.meta.url));
const read = (file: string): string => readFileSync(`${FOLDER}${file}`, "utf8");
const index = JSON.parse(read("index.json")) as (Entry & { records: number })[];

const SETS =
  `first-answers unseen-facts unseen-phrasings unseen-kinds story-writer helper-chat step-by-step
  step-by-step-plain persona messy ordinary-prose`.split(/\s+/);

describe("the data sets", () => {
  it("are all there, in the order of the picker", () => {
    expect(index.map(({ name }) => name)).toEqual(SETS);
  });

  it.each(GENERATORS)("$entry.name is written again, byte for byte", ({ entry, make }) => {
    expect(toLines(make())).toBe(read(entry.file));
    expect(toLines(make())).toBe(read(entry.file)); // no state is left over from the first time
  });

  it("the index is written again, byte for byte", async () => {
    const sets = GENERATORS.map(({ entry, make }) => ({ entry, records: make() }));
    expect(await writeIndex(sets)).toBe(read("index.json"));
  });

  it.each(index)("$name: the index says what the file holds", (entry) => {
    const { name, file, card, columns, records, description } = entry;
    expect([file, card]).toEqual([`${name}.jsonl`, `${name}.md`]);
    expect(read(file).trimEnd().split("\n")).toHaveLength(records);
    expect(existsSync(`${FOLDER}${card}`)).toBe(true);
    expect(description).toMatch(/^[A-Z].*\.$/);
    // Prose for its loss alone: no format with an instruction and an answer.
    if (name === "ordinary-prose") return;
    const dataset = readDataset(name, read(file));
    if (name === "messy") {
      expect(dataset.problems.length).toBeGreaterThan(0);
      return;
    }
    expect(dataset.problems).toEqual([]);
    expect(dataset.conversations).toHaveLength(records);
    expect(dataset.columns).toEqual(columns);
  });

  it.each(index)("$name: its card says its license and the number of its records", (entry) => {
    const card = read(entry.card);
    expect(card).toContain(entry.license === "CC0-1.0" ? "CC0" : entry.license);
    expect(card).toMatch(new RegExp(`\\b${entry.records.toLocaleString("en-US")}\\b`));
  });
});

describe("ordinary-prose", () => {
  it("has 40 passages of 120 to 200 words, none twice", () => {
    const lines = read("ordinary-prose.jsonl").trimEnd().split("\n");
    const passages = lines.map((line) => JSON.parse(line) as { text: string });
    expect(new Set(passages.map(({ text }) => text)).size).toBe(40);
    for (const passage of passages) {
      expect(Object.keys(passage)).toEqual(["text"]);
      const words = passage.text.split(/\s+/).length;
      expect(words >= 120 && words <= 200, passage.text).toBe(true);
    }
  });
});

describe("what is kept for evaluation", () => {
  // Leaks are among the faults planted in "messy", and nowhere else.
  const training = index.filter(({ use, name }) => use === "training" && name !== "messy");
  const questions = new Map(
    FACTS.map((fact) => {
      const { asked, heldOut } = QUESTIONS[fact.group] ?? { asked: [], heldOut: [] };
      return [fact.id, { asked, heldOut, fact }];
    }),
  );

  it.each(training)("$name asks about no unseen fact and states none", ({ file }) => {
    const text = read(file).toLowerCase();
    for (const fact of UNSEEN) {
      const { asked = [], heldOut = [] } = questions.get(fact.id) ?? {};
      const asks = [...asked, ...heldOut].map((template) => ask(template, fact));
      const says = fact.statements.filter((statement) => !statement.includes("{name}"));
      for (const part of [...asks, ...says]) {
        const written = JSON.stringify(part).slice(1, -1).toLowerCase();
        expect(text.includes(written), `${file}: ${part}`).toBe(false);
      }
    }
  });

  it.each(training)("$name asks in no phrasing that is held out", ({ file }) => {
    const text = read(file).toLowerCase();
    for (const { heldOut, fact } of questions.values()) {
      for (const template of heldOut) {
        const written = JSON.stringify(ask(template, fact)).slice(1, -1).toLowerCase();
        expect(text.includes(written), `${file}: ${written}`).toBe(false);
      }
    }
  });
});
