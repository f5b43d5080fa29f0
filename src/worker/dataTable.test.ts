import { describe, expect, it } from "vitest";
import { defaultRunConfig, type RunConfig } from "@/core/runConfig";
import { readDataset } from "@/data/dataset";
import { bundledTokenizer } from "@/data/testing/files";
import { DataSession } from "./dataSession";
import { createTableApi, DataTable } from "./dataTable";
import type { TableQuery } from "./protocol/table";

const ALL: TableQuery = {
  text: "",
  ids: null,
  category: null,
  state: "all",
  length: { min: null, max: null },
  sort: { by: "line", isDescending: false },
};
const CONFIG: RunConfig = { ...defaultRunConfig(null), heldOutPercent: 0 };

async function open(records: object[], config: RunConfig | null = null) {
  const session = new DataSession();
  const text = records.map((record) => JSON.stringify(record)).join("\n");
  await session.read({ kind: "text", name: "mine", text });
  const count = () => session.encode(bundledTokenizer(), 512, config ?? CONFIG, () => undefined);
  if (config) await count();
  const table = new DataTable(session);
  const ids = (query: Partial<TableQuery>) => table.query({ ...ALL, ...query }).ids;
  return { session, table, ids, count };
}

const RECORDS = [
  { instruction: "Add the numbers.", input: "3 and 4", output: "7", category: "sums" },
  { instruction: "Say hello in French.", output: "Bonjour !", category: "words" },
  { instruction: "Name a CITY by the sea.", output: "Genoa is one of them." },
  { instruction: "Say it again.", output: "It, and once more it.", category: "words" },
];

describe("the records", () => {
  it("are found by what stands in them, in any case, and by their category", async () => {
    const { ids } = await open(RECORDS);
    expect(ids({})).toEqual([0, 1, 2, 3]);
    expect(ids({ text: "city" })).toEqual([2]);
    expect(ids({ text: "  BONJOUR" })).toEqual([1]);
    expect(ids({ text: "and 4" })).toEqual([0]);
    expect(ids({ text: "say" })).toEqual([1, 3]);
    expect(ids({ text: "words" })).toEqual([1, 3]);
    expect(ids({ text: "no such thing" })).toEqual([]);
    expect(ids({ category: "words", text: "again" })).toEqual([3]);
    expect(ids({ category: "" })).toEqual([2]);
    expect(ids({ ids: [3, 1, 99] })).toEqual([1, 3]);
  });

  it("are sorted by line, length and category, equals by line", async () => {
    const { ids, table } = await open(RECORDS);
    const sorted = (by: TableQuery["sort"]["by"], isDescending = false) =>
      ids({ sort: { by, isDescending } });
    expect(sorted("line", true)).toEqual([3, 2, 1, 0]);
    expect(sorted("category")).toEqual([2, 0, 1, 3]);
    expect(sorted("category", true)).toEqual([1, 3, 0, 2]);
    expect(table.rows([0, 1, 2, 3]).map(({ length }) => length)).toEqual([24, 29, 44, 34]);
    expect(sorted("length")).toEqual([0, 1, 3, 2]);
    expect(sorted("length", true)).toEqual([2, 3, 1, 0]);
    expect(ids({ length: { min: 29, max: 34 } })).toEqual([1, 3]);
    expect(ids({ length: { min: 35, max: null } })).toEqual([2]);
    expect(table.query(ALL)).toMatchObject({
      recordCount: 4,
      unit: "characters",
      categories: [
        { name: "words", count: 2 },
        { name: "", count: 1 },
        { name: "sums", count: 1 },
      ],
    });
  });

  it("of as many categories as records only the largest are offered", async () => {
    const { table } = await open([
      ...Array.from({ length: 500 }, (_, i) => ({ ...RECORDS[0], category: `person ${i}` })),
      ...RECORDS,
    ]);
    const { categories, categoryCount } = table.query(ALL);
    expect([categories.length, categoryCount]).toEqual([200, 503]);
    expect(categories[0]).toEqual({ name: "words", count: 2 });
  });

  it("are told in a row: first prompt with its input, last answer, on one line each", async () => {
    const messages = [
      { role: "user", content: "One\n\ntwo?" },
      { role: "assistant", content: "x".repeat(1000) },
      { role: "user", content: "And?" },
      { role: "assistant", content: "Three." },
    ];
    const { table } = await open([{ messages }]);
    expect(table.rows([0, 7])).toEqual([
      {
        id: 0,
        line: 1,
        prompt: "One two?",
        answer: "Three.",
        turnCount: 2,
        category: "",
        length: 1019,
        state: "train",
        edited: null,
        times: 1,
      },
    ]);
    const long = await open([{ instruction: "y ".repeat(300), output: "z" }]);
    expect(long.table.rows([0])[0]?.prompt).toMatch(/^(y )+y…$/);
    expect(long.table.rows([0])[0]?.prompt.length).toBeLessThanOrEqual(161);
  });

  it("have the states and token counts of the latest count", async () => {
    const records = Array.from({ length: 20 }, (_, i) => ({
      instruction: `Say ${i}.`,
      output: i === 4 ? "word ".repeat(200) : `${i}`,
    }));
    const config = { ...CONFIG, heldOutPercent: 10, maxSeqLen: 64 };
    const { table, ids, session, count } = await open(records, config);
    expect(ids({ state: "left-out" })).toEqual([4]);
    expect(table.rows([4])[0]?.length).toBeGreaterThan(200);
    expect(table.query(ALL).unit).toBe("tokens");
    const heldOut = ids({ state: "held-out" });
    expect(heldOut).toHaveLength(1);
    expect(ids({ state: "train" })).toHaveLength(18);
    expect(ids({ sort: { by: "length", isDescending: true } })[0]).toBe(4);

    const answered = session.edited.get(4);
    const [question] = answered.messages;
    if (!question) throw new Error("no question");
    const short = {
      ...answered,
      messages: [question, { role: "assistant" as const, content: "4" }],
    };
    session.edit({ kind: "replace", id: 4, conversation: short }, "Edit");
    session.edit({ kind: "exclude", ids: heldOut }, "Exclude");
    session.edit({ kind: "add", conversations: [{ ...short, line: 0 }] }, "Add");
    expect(ids({ state: "excluded" })).toEqual(heldOut);
    expect(ids({ state: "edited" })).toEqual([4, 20]);
    expect(table.rows([4, 20]).map(({ edited, length }) => [edited, length])).toEqual([
      ["rewritten", null],
      ["added", null],
    ]);
    // What is not counted yet stands last, whichever way.
    const sorted = (isDescending: boolean) => ids({ sort: { by: "length", isDescending } });
    expect(sorted(true).slice(-2)).toEqual([4, 20]);
    expect(sorted(false).slice(-2)).toEqual([4, 20]);
    await count();
    expect(ids({ state: "left-out" })).toEqual([]);
    expect(table.rows([4])[0]?.length).toBeLessThan(64);
  });

  it("open whole: as in the file, as messages, as text and as tokens", async () => {
    const { table, session } = await open(RECORDS, CONFIG);
    const opened = table.open(0);
    expect(JSON.parse(opened?.raw ?? "")).toEqual(RECORDS[0]);
    expect(opened?.text).toMatch(/### Instruction:\nAdd the numbers.\n\n### Input:\n3 and 4\n\n/);
    expect(opened?.text).toMatch(/### Response:\n7<\|endoftext\|>$/);
    const trained = opened?.tokens.filter(({ kind }) => kind === "trained") ?? [];
    expect(trained.map(({ piece }) => piece).join("")).toBe("7<|endoftext|>");
    session.edit({ kind: "add", conversations: [{ ...session.edited.get(0), line: 0 }] }, "Add");
    expect(table.open(4)).toMatchObject({ raw: null, edited: "added", state: "train" });
    session.undoEdit();
    expect(table.open(4)).toBeNull();
    const uncounted = await open(RECORDS);
    expect(uncounted.table.open(0)).toMatchObject({ text: null, tokens: [], tokenCount: 0 });
  });
});

it("a record of a book is opened with its first tokens, and says how many there are", async () => {
  const output = "a word and another one ".repeat(20_000);
  const { table } = await open([{ instruction: "Say it all.", output }], CONFIG);
  const opened = table.open(0);
  expect(opened?.reason).toBe(`It has ${opened?.tokenCount} tokens; the limit is 256.`);
  expect(opened?.tokenCount).toBeGreaterThan(80_000);
  expect(opened?.tokens).toHaveLength(8000);
});

describe("a file of the records", () => {
  it.each(["alpaca", "sharegpt", "messages"] as const)(
    "as %s reads as the data is after edits",
    async (form) => {
      const { session } = await open(RECORDS);
      const requireModel = () => {
        throw new Error("no model is needed");
      };
      const added = { ...session.edited.get(1), line: 0 };
      const [question] = session.edited.get(3).messages;
      if (!question) throw new Error("no question");
      const answer = { role: "assistant" as const, content: "Anew.\n\u2028\u{1F600}" };
      const conversation = { ...session.edited.get(3), messages: [question, answer] };
      session.edit({ kind: "exclude", ids: [2] }, "Exclude");
      session.edit({ kind: "replace", id: 3, conversation }, "Edit");
      session.edit({ kind: "add", conversations: [added] }, "Add");
      const file = await createTableApi({ data: session, requireModel }).exportRecords(
        form,
        CONFIG,
      );
      expect(file.fileName).toBe(`mine-${form}.jsonl`);
      expect(file.skipped).toEqual([]);
      const again = readDataset(file.fileName, await file.blob.text());
      const plain = (list: typeof again.conversations) =>
        list.map(({ messages, category }) => ({ messages, category }));
      expect(plain(again.conversations)).toEqual(plain([...session.edited.conversations]));
      expect(again.conversations.map(({ messages }) => messages.at(-1)?.content)).toEqual([
        "7",
        "Bonjour !",
        answer.content,
        "Bonjour !",
      ]);
    },
  );
});

describe("a large set", () => {
  it("is searched and sorted in a moment", async () => {
    const records = Array.from({ length: 50_000 }, (_, i) => ({
      instruction: `Question number ${i}: ${"some words about a thing ".repeat(8)}`,
      output: `Answer ${i}: ${"and more words about the same thing ".repeat(8)}`,
      category: `kind ${i % 7}`,
    }));
    const { table } = await open(records);
    const begin = performance.now();
    const found = table.query({
      ...ALL,
      text: "NUMBER 49",
      sort: { by: "length", isDescending: true },
    });
    const sorted = table.query({ ...ALL, sort: { by: "category", isDescending: true } });
    const ms = performance.now() - begin;
    expect(found.ids).toHaveLength(1 + 10 + 100 + 1000);
    expect(sorted.ids[0]).toBe(6);
    // 136 ms for both on two busy cores.
    expect(ms).toBeLessThan(3000);
  });
});
