import { describe, expect, it } from "vitest";
import { AppError } from "@/core/errors";
import { readRecords } from "../dataset";
import { synthesize, TASK_KINDS } from "./synthesize";
import { NAMES, WORDS } from "./words";

type Row = { instruction: string; input: string; output: string };

const make = (kinds: string[], count: number, seed = 1): Row[] =>
  synthesize({ kinds, count, seed }) as Row[];
const ALL = TASK_KINDS.map(({ id }) => id);

/** The text a task is about: its input, what is quoted, or what follows the question. */
function subject({ instruction, input }: Row): string {
  if (input !== "") return input;
  const quoted = /"([^"]*)"/.exec(instruction)?.[1];
  return quoted ?? instruction.split(/[:?] /)[1] ?? instruction;
}

/** Answers worked out another way than in tasks.ts. */
const SOLVE: Record<string, (text: string) => string> = {
  uppercase: (text) => text.replace(/[a-z]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 32)),
  "reverse-words": (text) => text.split(" ").reduce((done, word) => `${word} ${done}`.trim(), ""),
  "reverse-letters": (text) => text.split("").reduce((done, letter) => letter + done, ""),
  "count-letters": (text) => String(text.match(/[a-z]/g)?.length),
  "sort-words": (text) =>
    text
      .split(", ")
      .sort((a, b) => (a < b ? -1 : 1))
      .join(", "),
  "first-letter": (text) => text.slice(0, 1),
  addition: (text) => {
    const [a, b] = (text.match(/\d+/g) ?? []).map(Number);
    return String((a ?? NaN) + (b ?? NaN));
  },
  comparison: (text) => {
    const [a, b] = (text.match(/\d+/g) ?? []).map(Number);
    const isTrue = text.includes("greater") ? Number(a) > Number(b) : Number(a) < Number(b);
    return isTrue ? "Yes." : "No.";
  },
  list: (text) => `- ${text.split(/, | and /).join("\n- ")}`,
  "extract-number": (text) => /\d+/.exec(text)?.[0] ?? "",
  "last-word": (text) => /(\w+)\.$/.exec(text)?.[1] ?? "",
  who: (text) => NAMES.find((name) => text.startsWith(name)) ?? "",
};

describe("made records", () => {
  it("offers at least eight kinds, each with a title and an example", () => {
    expect(TASK_KINDS.length).toBeGreaterThanOrEqual(8);
    for (const { title, example } of TASK_KINDS) {
      expect(title).not.toBe("");
      expect(example).toContain("→");
    }
  });

  it.each(ALL)("every answer of %s is right", (kind) => {
    const rows = make([kind], 300);
    const solve = SOLVE[kind];
    expect(rows.length).toBe(300);
    for (const row of rows) expect(row.output, JSON.stringify(row)).toBe(solve?.(subject(row)));
  });

  it("the same options make the same records, another seed makes others", () => {
    expect(make(ALL, 200, 5)).toEqual(make(ALL, 200, 5));
    expect(make(ALL, 200, 5)).not.toEqual(make(ALL, 200, 6));
  });

  it("no question comes twice, and kinds take turns", () => {
    const rows = make(ALL, 5000);
    const questions = rows.map(({ instruction, input }) => `${instruction}|${input}`);
    expect(rows).toHaveLength(5000);
    expect(new Set(questions).size).toBe(5000);
    expect(
      make(["addition", "list"], 10).filter(({ output }) => output.startsWith("-")),
    ).toHaveLength(5);
  });

  it("a kind that is used up gives fewer records, not the same again", () => {
    const rows = make(["first-letter"], 20_000);
    expect(rows.length).toBeLessThanOrEqual(4 * WORDS.length);
    expect(rows.length).toBeGreaterThan(3 * WORDS.length);
  });

  it("all of them can be used as they are", () => {
    const dataset = readRecords("made", synthesize({ kinds: ALL, count: 400, seed: 2 }));
    expect(dataset.mapping.format).toBe("alpaca");
    expect(dataset.conversations).toHaveLength(400);
  });

  it("no kind at all is an error a person can act on", () => {
    expect(() => make([], 10)).toThrow(AppError);
    expect(() => make(["nope"], 10)).toThrow(AppError);
  });
});
