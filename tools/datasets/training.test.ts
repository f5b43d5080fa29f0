import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { GENERATORS } from "./index.js";

const NAMES = "story-writer helper-chat step-by-step step-by-step-plain persona".split(" ");
const sets = NAMES.map((name) => {
  const found = GENERATORS.find(({ entry }) => entry.name === name);
  if (!found) throw new Error(`There is no generator of ${name}.`);
  return { name, entry: found.entry, records: found.make() as Record<string, unknown>[] };
});

/** The texts of a record or of a conversation. */
const textsOf = (record: Record<string, unknown>): string[] =>
  "messages" in record
    ? (record.messages as { content: string }[]).map(({ content }) => content)
    : Object.values(record).map(String);

/** The part of a set's card that shows a record, on one line. */
function readShown(file: string): string {
  const path = fileURLToPath(new URL(`../../datasets/${file}`, import.meta.url));
  const card = readFileSync(path, "utf8");
  return (/## A record\n((\n| {4}.*\n)*)/.exec(card)?.[1] ?? "").replace(/\s+/g, " ");
}

describe("the training sets beside First answers", () => {
  it.each(sets)("$name repeats no record and no question", ({ name, records }) => {
    const keys = records.map(({ instruction, input, messages }) =>
      JSON.stringify(messages ?? [instruction, input]),
    );
    expect(new Set(keys).size, name).toBe(keys.length);
  });

  it.each(sets)("$name has no word left to fill in but a persona's two", ({ name, records }) => {
    const marks = records.flatMap((record) => {
      const text = textsOf(record).join("\n");
      return text.match(/\{+\w*|\}+|undefined|\[object/g) ?? [];
    });
    const allowed = name === "persona" ? ["{{maker", "{{name", "}}"] : [];
    expect([...new Set(marks)].sort()).toEqual(allowed);
  });

  it.each(sets)("$name puts the right article before a vowel", ({ records }) => {
    for (const record of records) {
      expect(JSON.stringify(record)).not.toMatch(/\ba [aeio]|\ban [^aeiouh]/i);
    }
  });

  it.each(sets)("$name: the record that its card shows is one of its own", ({ entry, records }) => {
    const shown = readShown(entry.card);
    const found = records.filter((record) => textsOf(record).every((text) => shown.includes(text)));
    expect(found.length, shown).toBeGreaterThan(0);
  });

  it.each(sets)("$name has prompts to pin that are none of its records", ({ entry, records }) => {
    expect(entry.prompts.length).toBeGreaterThanOrEqual(3);
    const asked = new Set(records.map(({ instruction }) => instruction));
    for (const { instruction, note } of entry.prompts) {
      expect(asked.has(instruction), instruction).toBe(false);
      expect(note).toMatch(/^[A-Z].{15,}[.?]$/);
    }
  });
});
