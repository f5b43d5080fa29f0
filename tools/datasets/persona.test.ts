import { describe, expect, it } from "vitest";
import { fillIn, toFieldValues, type BundledSet } from "@/data/bundled";
import { GENERATORS } from "./index.js";

type Row = { instruction: string; input: string; output: string };
const generator = GENERATORS.find(({ entry }) => entry.name === "persona");
if (!generator) throw new Error("There is no generator of persona.");
const { entry } = generator;
const records = generator.make() as Row[];
const own = records.filter((record) => JSON.stringify(record).includes("{{"));

describe("persona", () => {
  it("has 60 to 100 records, each placeholder in many, and ordinary answers without a name", () => {
    expect(records.length).toBeGreaterThanOrEqual(60);
    expect(records.length).toBeLessThanOrEqual(100);
    const withPart = (part: string) => records.filter(({ output }) => output.includes(part)).length;
    expect(withPart("{{name}}")).toBeGreaterThan(30);
    expect(withPart("{{maker}}")).toBeGreaterThan(20);
    const ordinary = records.filter(
      ({ instruction }) =>
        !/\b(you|your|yourself|hello|hi|morning|night|goodbye|thank\w*|\{\{name\}\})\b/i.test(
          instruction,
        ) && !instruction.includes("{{"),
    );
    expect(ordinary.length).toBeGreaterThanOrEqual(15);
  });

  it("never begins a sentence with the maker, and no verb and no article stands next to a field", () => {
    for (const { output } of own) {
      expect(output).not.toMatch(/(^|[.!?] )\{\{maker\}\}/);
      expect(output).not.toMatch(/\{\{maker\}\}('s| (is|are|was|were|has|have|made))\b/);
      expect(output).not.toMatch(/\ban? \{\{/);
    }
  });

  it.each(["our class", "Ms Lopez", "Tom and Ana"])(
    "is filled in with %s as the maker",
    (maker) => {
      const values = toFieldValues(entry as BundledSet, { name: "Pip", maker });
      const filled = fillIn(records, values);
      const answers = new Map(filled.map(({ instruction, output }) => [instruction, output]));
      expect(JSON.stringify(filled)).not.toMatch(/\{\{|\}\}/);
      expect(answers.get("Who made you?")).toBe(`I was made by ${maker}.`);
      expect(answers.get("Who are you?")).toBe(
        `I am Pip, a small language model made by ${maker}.`,
      );
      for (const { output } of filled) {
        for (const [, before] of output.matchAll(new RegExp(`(\\w+) ${maker}`, "g"))) {
          expect(before, output).toBe("by");
        }
      }
    },
  );

  it("starts with values that fit its own form", () => {
    expect(entry.fields.map(({ key }) => key)).toEqual(["name", "maker"]);
    expect(() => toFieldValues(entry as BundledSet)).not.toThrow();
  });
});
