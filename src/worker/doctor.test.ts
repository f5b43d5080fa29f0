import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { defaultRunConfig } from "@/core/runConfig";
import { bundledTokenizer, readProjectFile } from "@/data/testing/files";
import { DataSession } from "./dataSession";
import { DataDoctor } from "./doctor";

const toLines = (list: [string, string][]) =>
  list.map(([instruction, output]) => JSON.stringify({ instruction, output })).join("\n");
const GOOD = Array.from({ length: 60 }, (_, i): [string, string] => [
  `Where do the ${i} geese of the farm number ${i * i} sleep?`,
  `They sleep in the barn behind house ${i + 7}.`,
]);
const noModel = () => Promise.resolve(null);

async function open(list: [string, string][]) {
  const session = new DataSession();
  await session.read({ kind: "text", name: "mine", text: toLines(list) });
  return { session, doctor: new DataDoctor(session) };
}

beforeEach(() => {
  vi.stubGlobal("fetch", (url: string) => {
    const file = /\/datasets\/[\w.-]+/.exec(url)?.[0] ?? "";
    return Promise.resolve(new Response(readProjectFile(file.slice(1))));
  });
});
afterEach(() => vi.unstubAllGlobals());

describe("the doctor in the trainer's thread", () => {
  it("mends by one press, which can be undone, and finds nothing then", async () => {
    const { session, doctor } = await open([
      ...GOOD,
      ["Who wrote it?", "Ask ann@example.org about that."],
      ["What is it?", "It is a lamp."],
      ["What is it?", "It is a lamp."],
    ]);
    const report = await doctor.examine(noModel);
    expect(report).toMatchObject({ recordCount: 63, notLooked: "" });
    expect(report?.findings.map(({ check, ids }) => [check, ids])).toEqual([
      ["personal-data", [60]],
      ["duplicates", [62]],
    ]);
    expect(report?.findings[0]?.remedy).toEqual({ of: "edit", label: "Mask them" });
    const summary = doctor.mend("personal-data");
    expect(summary.undoLabel).toBe("Mask them (addresses, telephone numbers and keys)");
    expect(session.edited.get(60).messages[1]?.content).toBe("Ask [e-mail] about that.");
    expect(() => doctor.mend("duplicates")).toThrow("The records changed");
    await doctor.examine(noModel);
    expect(doctor.mend("duplicates").excludedByHand).toBe(1);
    expect((await doctor.examine(noModel))?.findings).toEqual([]);
    session.undoEdit();
    expect((await doctor.examine(noModel))?.findings).toMatchObject([{ check: "duplicates" }]);
  });

  it("finds questions of the evaluation sets, and says so where it cannot read them", async () => {
    const [question] = readProjectFile("datasets/unseen-facts.jsonl").split("\n");
    const { instruction, output } = JSON.parse(question ?? "") as Record<string, string>;
    const list: [string, string][] = [...GOOD, [instruction ?? "", output ?? ""]];
    const { doctor } = await open(list);
    expect((await doctor.examine(noModel))?.findings).toMatchObject([
      { check: "evaluation-leak", ids: [60] },
    ]);
    vi.stubGlobal("fetch", () => Promise.resolve(new Response("gone", { status: 404 })));
    const offline = await (await open(list)).doctor.examine(noModel);
    expect(offline?.findings).toEqual([]);
    expect(offline?.notLooked).toContain("could not be read (status 404)");
  });

  it("knows what the count left out, and what was held out", async () => {
    const long = "a very long story about the sea ".repeat(20);
    const { session, doctor } = await open([...GOOD, ["Tell me of the sea.", `It is ${long}.`]]);
    const config = { ...defaultRunConfig(null), maxSeqLen: 128, heldOutPercent: 0 };
    const counted = await session.encode(bundledTokenizer(), 512, config, () => undefined);
    const count = () => Promise.resolve({ counted, contextLength: 512 });
    const report = await doctor.examine(count);
    const tokenCount = counted.results.get(session.edited.get(60))?.tokenCount ?? 0;
    expect(tokenCount).toBeGreaterThan(128);
    expect(report?.findings).toMatchObject([
      { check: "too-long", ids: [60], remedy: { changes: { maxSeqLen: tokenCount } } },
    ]);
  });

  it("lets others in, and is ended by hand, by an edit and by a later examination", async () => {
    const many = Array.from({ length: 4000 }, (_, i): [string, string] => [
      `What is written on page ${i} of the book of ${i % 7} seas and ${i % 13} winds?`,
      `Page ${i} tells of ship ${i * 31}. `.repeat(10),
    ]);
    const { session, doctor } = await open(many);
    const shares: number[] = [];
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const first = doctor.examine(noModel);
    const second = doctor.examine(noModel, (share) => shares.push(share));
    expect(await first).toBeNull();
    expect(await second).not.toBeNull();
    clearInterval(timer);
    expect(turns).toBeGreaterThan(5);
    expect(shares.length).toBeGreaterThan(5);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBeLessThanOrEqual(1);

    const ended = doctor.examine(noModel, () => doctor.cancel());
    expect(await ended).toBeNull();
    let isEdited = false;
    const overtaken = doctor.examine(noModel, () => {
      if (!isEdited) session.edit({ kind: "exclude", ids: [0] }, "leave it out");
      isEdited = true;
    });
    expect(await overtaken).toBeNull();
  });

  it("keeps the most different records", async () => {
    const same = Array.from({ length: 40 }, (_, i): [string, string] => [
      "Name the color of the sky.",
      `It is blue on day ${i}.`,
    ]);
    const { doctor } = await open([...same, ...GOOD.slice(0, 10)]);
    const comparison = await doctor.compareKeeping(11);
    expect(comparison?.count).toBe(11);
    expect(comparison?.leftOut).toHaveLength(39);
    expect(comparison?.leftOut.every((id) => id < 40)).toBe(true);
  });
});
