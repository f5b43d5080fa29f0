import { describe, expect, it } from "vitest";
import { Random } from "@/core/random";
import { readRecords, type Dataset } from "../dataset";
import { EditedData } from "../edits/edits";
import { carryEdits } from "./carryEdits";
import { firstShare, mixDatasets, pickShare, type MixPart, type MixShare } from "./mix";

const numbers = (name: string, count: number) =>
  readRecords(
    name,
    Array.from({ length: count }, (_, i) => ({ instruction: `${name} ${i}`, output: `${i}` })),
  );
const part = (id: number, dataset: Dataset, share: Partial<MixShare> = {}): MixPart => {
  return { id, dataset, weight: 1, cap: null, category: "", ...share };
};
const askedIn = (conversations: readonly { messages: { content: string }[] }[]) =>
  conversations.map(({ messages }) => messages[0]?.content);

describe("a share", () => {
  const pick = (count: number, weight: number, cap: number | null = null, seed = 1) =>
    pickShare(count, { weight, cap }, new Random(seed));

  it.each([
    [4, 1, null, 4],
    [4, 2.5, null, 10],
    [10, 0.25, null, 3],
    [10, 1, 3, 3],
    [10, 3, 14, 14],
    [0, 2, null, 0],
  ])("of %i records with weight %d and at most %j is %i", (count, weight, cap, taken) => {
    const times = pick(count, weight, cap);
    expect(times).toHaveLength(count);
    expect(times.reduce((sum, one) => sum + one, 0)).toBe(taken);
    // Nothing is taken once more before everything was taken as often.
    expect(Math.max(0, ...times) - Math.min(...times, Infinity)).toBeLessThanOrEqual(1);
  });

  it("depends on the seed alone", () => {
    expect(pick(1000, 0.1)).toEqual(pick(1000, 0.1));
    expect(pick(1000, 0.1)).not.toEqual(pick(1000, 0.1, null, 2));
    expect(() => pick(3, 0)).toThrow("out of range");
  });
});

describe("a mix", () => {
  it("has one line for each record, names each part, and gives its category", () => {
    const mixed = mixDatasets({
      seed: 1,
      parts: [
        part(0, numbers("a", 3)),
        part(1, numbers("b", 2), { weight: 2, category: "second" }),
      ],
    });
    expect(mixed.name).toBe("a + b");
    expect(askedIn(mixed.conversations)).toEqual(["a 0", "a 1", "a 2", "b 0", "b 1"]);
    expect(mixed.conversations.map(({ times = 1 }) => times)).toEqual([1, 1, 1, 2, 2]);
    expect(mixed.conversations.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5]);
    expect(mixed.records.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5]);
    expect(mixed.conversations.map(({ category }) => category ?? "")).toEqual([
      ...["", "", ""],
      ...["second", "second"],
    ]);
    expect(mixed.notes).toEqual([
      { text: "b: its lines are counted from here on.", count: 1, line: 4 },
    ]);
    expect(mixed.mix.picked).toEqual([
      [1, 1, 1],
      [2, 2],
    ]);
  });

  it("says of a problem whose it is, and is for training only when all parts are", () => {
    const broken = readRecords("broken", [
      { instruction: "x", output: "y" },
      { instruction: "x", output: "" },
    ]);
    const asking = readRecords("asking", [{ prompt: "Name a river." }]);
    const parts = [part(0, numbers("a", 3)), part(1, broken)];
    const mixed = mixDatasets({ seed: 1, parts });
    expect(mixed.problems).toMatchObject([{ line: 5 }]);
    expect(mixed.problems[0]?.reason).toMatch(/^broken: /);
    expect(mixed.use).toBe("training");
    const all = { seed: 1, parts: [...parts, part(2, asking)] };
    expect(mixDatasets(all).use).toBe("evaluation");
  });

  it("begins with all of a data set, under its name where it has no categories", () => {
    expect(firstShare(numbers("a", 2))).toEqual({ weight: 1, cap: null, category: "a" });
    const own = readRecords("b", [{ instruction: "x", output: "y", category: "z" }]);
    expect(firstShare(own).category).toBe("");
  });
});

describe("edits by hand", () => {
  it("stay with their records when parts and shares change", () => {
    const alone = numbers("b", 4);
    const edited = new EditedData(alone.conversations);
    const [first] = alone.conversations;
    if (!first) throw new Error("no conversation");
    const rewritten = { ...first, messages: [{ role: "user" as const, content: "rewritten" }] };
    edited.apply({ kind: "replace", id: 0, conversation: rewritten }, "");
    edited.apply({ kind: "exclude", ids: [2] }, "");
    edited.apply({ kind: "add", conversations: [{ ...rewritten, line: 0 }] }, "");

    const parts = [part(7, numbers("a", 2)), part(0, alone, { weight: 2 })];
    const mixed = mixDatasets({ seed: 1, parts });
    const carried = carryEdits({ dataset: alone, edited }, mixed);
    expect(askedIn(carried.conversations)).toEqual([
      ...["a 0", "a 1", "rewritten", "b 1", "b 3"],
      "rewritten",
    ]);
    // All that a record is repeated for is rewritten and left out with it.
    expect(carried.conversations.map(({ times = 1 }) => times)).toEqual([1, 1, 2, 2, 2, 1]);
    expect(carried.get(2).line).toBe(3);

    const back = carryEdits({ dataset: mixed, edited: carried }, alone, 0);
    expect(back.toEdits()).toEqual(edited.toEdits());
  });
});
