import { describe, expect, it } from "vitest";
import type { Conversation } from "@/data/conversation";
import { BUNDLED_SETS, fillIn, toFieldValues } from "@/data/bundled";
import { readDataFile } from "@/data/dataFile";
import { readDataset, remapDataset } from "@/data/dataset";
import type { EvaluationTexts, Finding } from "@/data/doctor/check";
import { toEvaluationTexts } from "@/data/doctor/evaluationTexts";
import { examine, type DoctorReport } from "@/data/doctor/examine";
import { EditedData } from "@/data/edits/edits";
import { parseEvaluationSet } from "@/data/evaluationSet";
import { finish } from "@/data/inPieces";
import { describeShared, readProjectFile, readSharedBytes } from "@/data/testing/files";
import { findPlants } from "./messy.js";

const EVALUATION: EvaluationTexts[] = [
  "unseen-facts",
  "unseen-phrasings",
  "unseen-kinds",
  "ordinary-prose",
].map((name) =>
  toEvaluationTexts(name, parseEvaluationSet(name, readProjectFile(`datasets/${name}.jsonl`))),
);

const read = (name: string) => readDataset(name, readProjectFile(`datasets/${name}.jsonl`));

function examineAll(conversations: readonly Conversation[], ids?: readonly number[]): DoctorReport {
  const records = conversations.map((conversation, i) => ({ id: ids?.[i] ?? i, conversation }));
  return finish(examine({ records, problems: [], evaluation: EVALUATION, encoding: null }));
}

const messy = read("messy");
const report = finish(
  examine({
    records: messy.conversations.map((conversation, id) => ({ id, conversation })),
    problems: messy.problems,
    evaluation: EVALUATION,
    encoding: null,
  }),
);
const plants = findPlants();
const linesOf = (...kinds: string[]): number[] =>
  kinds.flatMap((kind) => (plants[kind] ?? []).map(([line = 0]) => line)).sort((a, b) => a - b);
const pairsOf = (...kinds: string[]): string[] =>
  kinds.flatMap((kind) => (plants[kind] ?? []).map(asPair)).sort();
const asPair = (lines: readonly number[]): string => [...lines].sort((a, b) => a - b).join(" and ");

const findingOf = (check: string): Finding => {
  const finding = report.findings.find((one) => one.check === check);
  if (!finding) throw new Error(`the check ${check} found nothing`);
  return finding;
};
const linesFound = (check: string): number[] =>
  findingOf(check)
    .records.map(({ line }) => line)
    .sort((a, b) => a - b);
/** A finding names the other record in its words. */
const pairsFound = (...checks: string[]): string[] =>
  checks
    .flatMap((check) => findingOf(check).records)
    .map(({ line, what }) => asPair([line, Number(/line (\d+)/.exec(what)?.[1])]))
    .sort();

describe("the doctor on Messy finds exactly what was planted", () => {
  it.each([
    ["careless-answers", "junk"],
    ["refusals", "refusal"],
    ["template-text", "template"],
    ["spoiled-letters", "mojibake"],
    ["personal-data", "contact"],
    ["evaluation-leak", "leaked"],
  ])("%s: %s", (check, kind) => {
    expect(linesOf(kind).length).toBeGreaterThan(0);
    expect(linesFound(check)).toEqual(linesOf(kind));
  });

  it("duplicates and near-duplicates, each pair once", () => {
    expect(pairsFound("duplicates", "near-duplicates")).toEqual(pairsOf("duplicate", "near"));
    // A space at the end of a prompt is gone once it is read: those plants are exact copies then.
    const differInSpace = (plants["near"] ?? []).filter(([line = 0, other = 0]) => {
      const [one, two] = [line, other].map((at) => {
        const conversation = messy.conversations.find((one) => one.line === at);
        return JSON.stringify(conversation?.messages);
      });
      return one === two;
    });
    expect(findingOf("duplicates").count).toBe(
      (plants["duplicate"]?.length ?? 0) + differInSpace.length,
    );
  });

  it("contradictions, from both sides", () => {
    expect([...new Set(pairsFound("contradictions"))]).toEqual(pairsOf("contradiction"));
    expect(findingOf("contradictions").count).toBe(2 * (plants["contradiction"]?.length ?? 0));
  });

  it("answers that break off, and the near-duplicates that lack only their full stop", () => {
    const withoutStop = linesOf("near").filter((line) => {
      const conversation = messy.conversations.find((one) => one.line === line);
      return !conversation?.messages.at(-1)?.content.endsWith(".");
    });
    expect(withoutStop.length).toBeGreaterThan(0);
    expect(linesFound("broken-off")).toEqual(
      [...linesOf("truncated"), ...withoutStop].sort((a, b) => a - b),
    );
  });

  it("the lines that cannot be used", () => {
    expect(linesFound("unusable")).toEqual(
      linesOf("empty", "missing", "columns", "list", "broken"),
    );
  });

  it("and nothing else", () => {
    expect(report.findings.map(({ check }) => check).sort()).toEqual([
      "broken-off",
      "careless-answers",
      "contradictions",
      "duplicates",
      "evaluation-leak",
      "near-duplicates",
      "personal-data",
      "refusals",
      "spoiled-letters",
      "template-text",
      "unusable",
    ]);
  });

  it("every remedy, pressed one after the other, leaves nothing to mend", () => {
    const edited = new EditedData(messy.conversations);
    const pressed: string[] = [];
    for (;;) {
      const { findings } = examineAll(edited.conversations, edited.ids);
      const next = findings.find(({ remedy }) => remedy?.of === "edit");
      if (next?.remedy?.of !== "edit") break;
      expect(pressed).not.toContain(next.check);
      pressed.push(next.check);
      edited.apply(next.remedy.edit, next.remedy.label);
    }
    expect(pressed).toHaveLength(10);
    const live = edited.conversations.map(({ line }) => line);
    const good = messy.conversations
      .map(({ line }) => line)
      .filter((line) => !Object.values(plants).some((list) => list.flat().includes(line)));
    expect(good.length).toBeGreaterThan(60);
    for (const line of good) expect(live).toContain(line);
  });
});

/** Less than one in fifty; a finding of the set as a whole names no record. */
function expectClean(conversations: readonly Conversation[]): void {
  const { findings } = examineAll(conversations);
  const found = findings.flatMap(({ check, records }) =>
    records.map(({ id, what }) => ({ id, what: `${check}: ${what}` })),
  );
  const flagged = new Set(found.flatMap(({ id }) => (id === null ? [] : [id])));
  const share = flagged.size / conversations.length;
  expect(share, found.map(({ what }) => what).join("\n")).toBeLessThan(0.02);
}

describe("a clean set has less than one in fifty of its records flagged", () => {
  const clean = BUNDLED_SETS.filter(({ use, name }) => use === "training" && name !== "messy");
  it("which all bundled ones are but the spoiled one", () => expect(clean).toHaveLength(6));
  it.each(clean)("$name", (set) => {
    const filled = fillIn(read(set.name).records, toFieldValues(set));
    expectClean(
      remapDataset({ ...read(set.name), records: filled }, read(set.name).mapping).conversations,
    );
  });
});

// The other sets there do hold what the doctor looks for: copies, addresses, "As an AI language model …".
describeShared("a clean set of other makers too", () => {
  it.each([
    "flan_cot_creak_1500.tsv",
    "identity.json",
    "instruction_data_1100.json",
    "dolly_12.json",
  ])("%s", async (file) => {
    const { conversations } = await readDataFile(file, readSharedBytes(`datasets/${file}`));
    expectClean(conversations);
  });
});
