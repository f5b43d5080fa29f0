import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const DATASETS = fileURLToPath(new URL("../../datasets/", import.meta.url));
const SCRIPT = fileURLToPath(new URL("simpleAnswers.js", import.meta.url));
const read = (folder: string, file: string): string => readFileSync(join(folder, file), "utf8");

type Row = { instruction: string; input: string; output: string };
type Entry = { prompts: { instruction: string; expected: string }[] };

const rows = read(DATASETS, "simple-answers.jsonl")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as Row);

describe("simple-answers.jsonl", () => {
  it("the script writes the committed files again, byte for byte", () => {
    const folder = mkdtempSync(join(tmpdir(), "tabtune-"));
    try {
      execFileSync(process.execPath, [SCRIPT, folder]);
      for (const file of ["simple-answers.jsonl", "index.json", "README.md"]) {
        expect(read(folder, file), file).toBe(read(DATASETS, file));
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("no question comes twice and no answer is empty", () => {
    const questions = rows.map(({ instruction, input }) => `${instruction}|${input}`);
    expect(new Set(questions).size).toBe(rows.length);
    expect(rows.every(({ output }) => output !== "")).toBe(true);
  });

  it("the answers of the prompts to pin are nowhere in it", () => {
    const [entry] = JSON.parse(read(DATASETS, "index.json")) as [Entry];
    expect(entry.prompts.length).toBeGreaterThanOrEqual(2);
    for (const { instruction, expected } of entry.prompts) {
      expect(rows.some((row) => row.output === expected)).toBe(false);
      expect(rows.some((row) => row.instruction === instruction)).toBe(false);
      expect(read(DATASETS, "README.md")).toContain(`- ${instruction}`);
    }
  });

  it("no fact that the README lists as kept out is asked", () => {
    const keptOut =
      read(DATASETS, "README.md")
        .match(/^- capital: (.*)$/m)?.[1]
        ?.split(", ") ?? [];
    expect(keptOut).toContain("Norway");
    for (const country of keptOut) {
      expect(
        rows.some((row) => JSON.stringify(row).includes(country)),
        country,
      ).toBe(false);
    }
  });
});
