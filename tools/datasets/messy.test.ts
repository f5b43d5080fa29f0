import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readDataset } from "@/data/dataset";
import { FACTS } from "../curriculum/facts.js";
import { GENERATORS } from "./index.js";
import { entry, findPlants, writePlants } from "./messy.js";

const read = (file: string): string =>
  readFileSync(fileURLToPath(new URL(`../../datasets/${file}`, import.meta.url)), "utf8");
const text = read(entry.file);
const lines = text.trimEnd().split("\n");
const plants = findPlants();
const numbersOf = (kind: string): number[] => (plants[kind] ?? []).map(([line = 0]) => line);

type Row = Record<string, unknown> & { instruction: string; input: string; output: string };
const at = (line = 0): Row => JSON.parse(lines[line - 1] ?? "") as Row;
const rowsOf = (kind: string): Row[] => numbersOf(kind).map(at);
const isRight = ({ instruction, output }: Row): boolean =>
  FACTS.some(({ subject, accepted }) => instruction.includes(subject) && accepted.includes(output));

describe("messy", () => {
  it("its card lists the plants as they are", () => {
    const card = read(entry.card);
    expect(writePlants(card)).toBe(card);
    expect(card).toContain("Exact duplicates");
  });

  it("repeats and contradicts where its card says", () => {
    for (const [line, other] of plants.duplicate ?? []) {
      expect(lines[(line ?? 0) - 1]).toBe(lines[(other ?? 0) - 1]);
    }
    const plain = (row: Row): string =>
      `${row.instruction} ${row.output}`.toLowerCase().replace(/please: |[^a-z]/g, "");
    for (const [line, other] of plants.near ?? []) {
      expect(at(line)).not.toEqual(at(other));
      expect(plain(at(line))).toBe(plain(at(other)));
    }
    for (const [line, other] of plants.contradiction ?? []) {
      expect(at(line).instruction).toBe(at(other).instruction);
      expect([isRight(at(line)), isRight(at(other))]).toEqual([false, true]);
    }
  });

  it("every repeated line is listed", () => {
    const repeated = lines.length - new Set(lines).size;
    expect(repeated).toBe(plants.duplicate?.length);
  });

  it("holds records of the evaluation sets where its card says", () => {
    const kept = GENERATORS.filter(({ entry }) => /^unseen-(facts|phrasings)$/.test(entry.name))
      .flatMap(({ make }) => make() as Row[])
      .map(({ instruction, output }) => `${instruction}|${output}`);
    const leaked = rowsOf("leaked").map(({ instruction, output }) => `${instruction}|${output}`);
    expect(leaked.length).toBeGreaterThanOrEqual(10);
    for (const record of leaked) expect(kept).toContain(record);
    const all = lines.flatMap((line, i) =>
      numbersOf("broken").includes(i + 1) ? [] : [JSON.parse(line) as Row],
    );
    const found = all.filter(({ instruction, output }) =>
      kept.includes(`${instruction}|${output}`),
    );
    expect(found).toHaveLength(leaked.length);
  });

  it("the page lists exactly the lines that cannot be used", () => {
    const kinds = ["empty", "missing", "columns", "list", "broken"];
    const unusable = kinds.flatMap(numbersOf).sort((a, b) => a - b);
    const dataset = readDataset(entry.name, text);
    expect(dataset.problems.map(({ line }) => line)).toEqual(unusable);
    expect(dataset.conversations).toHaveLength(lines.length - unusable.length);
    expect(dataset.columns).toEqual(entry.columns);
    expect(read(entry.card)).toContain(
      `${lines.length} lines, of which ${dataset.conversations.length} can be used and ${unusable.length} cannot`,
    );
  });

  it("has the faults of each other kind", () => {
    for (const { output } of rowsOf("junk")) expect(output).toMatch(/^\S{2,4}$/);
    for (const { output } of rowsOf("truncated")) expect(output).toMatch(/[^.]$/);
    for (const { output } of rowsOf("refusal")) expect(output).toMatch(/\bI('m)?\b|My|Sorry/);
    for (const { output } of rowsOf("template"))
      expect(output).toMatch(/###|<\||Human:|\[INST\]|<\/s>/);
    for (const { output } of rowsOf("mojibake")) expect(output).toContain("Ã");
    for (const { output } of rowsOf("contact"))
      expect(output).toMatch(/@example\.(com|org)|555-01\d\d/);
  });

  it("all other lines are right answers to questions that may be asked", () => {
    const planted = new Set(Object.keys(plants).flatMap(numbersOf));
    const good = lines.map((_, i) => i + 1).filter((line) => !planted.has(line));
    expect(good).toHaveLength(100);
    for (const line of good) expect(isRight(at(line)), lines[line - 1]).toBe(true);
  });
});
