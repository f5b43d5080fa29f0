import { describe, expect, it } from "vitest";
import {
  BUNDLED_SETS,
  fillIn,
  findFieldProblem,
  toFieldValues,
  toSetTitle,
  type BundledSet,
} from "./bundled";
import { readProjectFile } from "./testing/files";

const NAME = { key: "name", label: "Its name", value: "Pip", help: "What it calls itself." };
const MAKER = { key: "maker", label: "Its maker", value: "Ada", help: "Who made it." };
const PERSONA: BundledSet = {
  name: "persona",
  title: "Persona",
  file: "persona.jsonl",
  card: "persona.md",
  use: "training",
  records: 2,
  columns: ["instruction", "input", "output"],
  license: "CC0-1.0",
  description: "It learns who it is.",
  prompts: [],
  fields: [NAME, MAKER],
};

describe("names filled in", () => {
  it("fills every text of a record, at any depth, and nothing else", () => {
    const record = {
      line: 3,
      value: { "{{name}}": ["I am {{name}}.", { by: "{{maker}} and {{maker}}" }], rest: null },
    };
    expect(fillIn(record, { name: "Pip", maker: "Ada" })).toEqual({
      line: 3,
      value: { "{{name}}": ["I am Pip.", { by: "Ada and Ada" }], rest: null },
    });
  });

  it("takes quotes, dollars and braces in a name as they are", () => {
    const values = { name: "O'\"Neil\\ $& {{maker}}", maker: "Ada" };
    expect(fillIn("I am {{name}}.", values)).toBe("I am O'\"Neil\\ $& {{maker}}.");
  });

  it("leaves alone what it has no value for", () => {
    expect(fillIn("{{constructor}} {{other}} {name}", { name: "Pip" })).toBe(
      "{{constructor}} {{other}} {name}",
    );
  });

  it("trims values and takes the set's own where none is given", () => {
    expect(toFieldValues(PERSONA, { name: "  Zoë " })).toEqual({ name: "Zoë", maker: "Ada" });
    expect(toFieldValues({ ...PERSONA, fields: [] }, { name: "Zoë" })).toEqual({});
  });

  it("refuses an empty value and one that is too long, with a sentence", () => {
    expect(findFieldProblem(NAME, " \t")).toBe("“Its name” is empty: write a name.");
    expect(findFieldProblem(NAME, "x".repeat(41))).toBe(
      "“Its name” has 41 characters; at most 40 fit.",
    );
    expect(findFieldProblem(NAME, ` ${"x".repeat(40)} `)).toBeNull();
    expect(() => toFieldValues(PERSONA, { maker: "" })).toThrow("“Its maker” is empty");
  });

  it("calls a set by its title and the first name", () => {
    expect(toSetTitle(PERSONA, { name: "Zoë", maker: "Ada" })).toBe("Persona (Zoë)");
    expect(toSetTitle({ ...PERSONA, fields: [] }, {})).toBe("Persona");
  });
});

describe("datasets/index.json", () => {
  it("lists each set once, with its file, its card and the number of its records", () => {
    const names = BUNDLED_SETS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(0);
    for (const { file, card, records, title, prompts, fields } of BUNDLED_SETS) {
      expect([prompts, fields].every(Array.isArray), `prompts and fields of ${title}`).toBe(true);
      const lines = readProjectFile(`datasets/${file}`).split("\n");
      expect(
        lines.filter((line) => line.trim() !== ""),
        file,
      ).toHaveLength(records);
      expect(readProjectFile(`datasets/${card}`), title).toMatch(/^#/m);
    }
  });

  it("leaves no name to fill in without a field for it", () => {
    for (const set of BUNDLED_SETS) {
      const filled = fillIn(
        [readProjectFile(`datasets/${set.file}`), set.prompts],
        toFieldValues(set),
      );
      expect(JSON.stringify(filled), set.name).not.toContain("{{");
    }
  });
});
