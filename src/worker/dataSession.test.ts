import { afterEach, describe, expect, it, vi } from "vitest";
import { defaultRunConfig } from "@/core/runConfig";
import { exportData } from "@/data/exportData";
import { bundledTokenizer, readProjectFile } from "@/data/testing/files";
import { DataSession } from "./dataSession";
import { DataDoctor } from "./doctor";
import type { DatasetSummary } from "./protocol";
import { readSavedDataset, writeDataset } from "./savedRuns";

/** Answers with the project's own files, as the site would. */
function serveDatasets(): void {
  vi.stubGlobal("fetch", (url: string) => {
    const file = /\/datasets\/[\w.-]+/.exec(url)?.[0] ?? "";
    return Promise.resolve(new Response(readProjectFile(file.slice(1))));
  });
}

afterEach(() => vi.unstubAllGlobals());

describe("a bundled data set", () => {
  it("is read by its name and called by its title", async () => {
    serveDatasets();
    const session = new DataSession();
    const summary = await session.read({ kind: "bundled", name: "first-answers" });
    expect(summary.name).toBe("First answers");
    expect(summary.problems).toEqual([]);
    expect(summary.recordCount).toBeGreaterThan(1000);
  });

  it("has the given names in every record, whatever signs are in them", async () => {
    serveDatasets();
    const session = new DataSession();
    const name = 'Zoë "Z" \\ {{maker}}';
    const values = { name: ` ${name} `, maker: "Ada" };
    const summary = await session.read({ kind: "bundled", name: "persona", values });
    expect(summary.name).toBe(`Persona (${name})`);
    expect(summary.problems).toEqual([]);
    const texts = session.dataset.conversations.flatMap(({ messages }) =>
      messages.map(({ content, input = "" }) => `${content}\n${input}`),
    );
    expect(texts.some((text) => text.includes(name))).toBe(true);
    expect(texts.some((text) => text.includes("Ada"))).toBe(true);
    expect(texts.filter((text) => text.replaceAll(name, "").includes("{{"))).toEqual([]);
    // Another mapping is read from the filled-in records too.
    const again = await session.setMapping(summary.mapping);
    expect(again).toEqual(summary);
  });

  it("says so when its file does not come, and keeps the data from before", async () => {
    const session = new DataSession();
    await session.read({ kind: "text", name: "mine", text: '{"instruction":"a","output":"b"}' });
    vi.stubGlobal("fetch", () => Promise.resolve(new Response("gone", { status: 404 })));
    await expect(session.read({ kind: "bundled", name: "first-answers" })).rejects.toMatchObject({
      code: "hub/failed",
      message: "first-answers.jsonl, a file of this page, could not be read (status 404).",
    });
    await expect(session.read({ kind: "bundled", name: "no-such" })).rejects.toThrow(
      "There is no bundled data set no-such.",
    );
    expect(session.dataset.name).toBe("mine");
  });
});

describe("reading", () => {
  it("that is ended changes nothing", async () => {
    const session = new DataSession();
    const text = '{"instruction":"a","output":"b"}';
    await session.read({ kind: "text", name: "mine", text });
    const reading = { signal: AbortSignal.abort() };
    const other = session.read({ kind: "text", name: "other", text }, reading);
    await expect(other).rejects.toMatchObject({ name: "AbortError" });
    expect(session.dataset.name).toBe("mine");
  });

  it("tells what a person should know, and takes a format's choices", async () => {
    const rows = ["id,speaker,text", "1,Ann,Where is the key?", "1,Bob,On the hook."];
    const file = new Blob([rows.join("\n")]);
    const session = new DataSession();
    const summary = await session.read({
      kind: "file",
      name: "talk.csv",
      file,
    });
    expect(summary).toMatchObject({ use: "training", recordCount: 1 });
    expect(summary.mapping.format).toBe("chat-log");
    const [who] = summary.options;
    expect(who?.choices.map(({ label }) => label)).toEqual([
      "Whoever replies",
      "Ann (1)",
      "Bob (1)",
    ]);
    const options = { [who?.key ?? ""]: "Ann" };
    const swapped = await session.setMapping({ ...summary.mapping, options });
    expect(swapped).toMatchObject({ recordCount: 0, mapping: { options } });
  });

  it("opens questions without answers as what they are for", async () => {
    const text = '{"prompt":"Name a river."}\n{"prompt":"Name a hill."}';
    const session = new DataSession();
    const summary = await session.read({ kind: "text", name: "ask", text });
    expect(summary).toMatchObject({ use: "evaluation", recordCount: 2 });
  });
});

describe("encoding", () => {
  it("is of the newest data, also when other data came while it was made", async () => {
    const lines = (count: number) =>
      Array.from({ length: count }, (_, i) => `{"instruction":"Say ${i}","output":"${i}"}`);
    const session = new DataSession();
    const tokenizer = bundledTokenizer();
    const encode = () => session.encode(tokenizer, 512, defaultRunConfig(null), () => undefined);
    await session.read({ kind: "text", name: "long", text: lines(2000).join("\n") });
    const first = encode();
    await session.read({ kind: "text", name: "short", text: lines(3).join("\n") });
    await first;
    expect((await encode()).encoded.examples).toHaveLength(3);
  });
});

describe("edits", () => {
  const lines = ["a", "b", "c"].map((text) => `{"instruction":"Say ${text}","output":"${text}"}`);
  const TEXT = { kind: "text", name: "three", text: lines.join("\n") } as const;
  const prompts = ({ edited }: DataSession) =>
    edited.conversations.map(({ messages }) => messages[0]?.content);

  it("change what is counted, encoded and shown", async () => {
    const session = new DataSession();
    await session.read(TEXT);
    const tokenizer = bundledTokenizer();
    const config = { ...defaultRunConfig(null), heldOutPercent: 0 };
    const encode = () => session.encode(tokenizer, 512, config, () => undefined);
    expect((await encode()).encoded.examples.map(({ line }) => line)).toEqual([1, 2, 3]);

    const summary = session.edit({ kind: "exclude", ids: [1] }, "Exclude line 2");
    expect(summary).toMatchObject({ recordCount: 2, excludedByHand: 1 });
    expect(summary.undoLabel).toBe("Exclude line 2");
    const encoding = await encode();
    expect(encoding.encoded.examples.map(({ line }) => line)).toEqual([1, 3]);
    expect(encoding.edits).toEqual([{ kind: "exclude", ids: [1] }]);
    const views = session.view(0, 9, encoding);
    expect(views.map(({ conversation }) => conversation.line)).toEqual([1, 3]);

    expect(session.undoEdit()).toMatchObject({
      recordCount: 3,
      excludedByHand: 0,
      undoLabel: null,
    });
    expect((await encode()).encoded.examples).toHaveLength(3);
  });

  it("come back with a saved run's data", async () => {
    const session = new DataSession();
    await session.read(TEXT);
    const [first] = session.edited.all;
    if (!first) throw new Error("no conversation");
    session.edit({ kind: "exclude", ids: [0] }, "Exclude");
    session.edit({ kind: "add", conversations: [{ ...first, line: 0 }] }, "Add");
    const saved = writeDataset(session.dataset, session.edited.toEdits());
    const { dataset, edits } = await readSavedDataset(saved);
    const restored = new DataSession();
    expect(restored.use(dataset, edits)).toMatchObject({ recordCount: 3, excludedByHand: 1 });
    expect(prompts(restored)).toEqual(["Say b", "Say c", "Say a"]);
  });

  it("end with their data set, and outlive a new mapping where they still mean something", async () => {
    const session = new DataSession();
    const { mapping } = await session.read(TEXT);
    session.edit({ kind: "exclude", ids: [2] }, "Exclude");
    const swapped = {
      instruction: "output",
      input: null,
      output: "instruction",
    };
    const summary = await session.setMapping({ ...mapping, columns: swapped });
    expect(summary).toMatchObject({
      recordCount: 2,
      excludedByHand: 1,
      undoLabel: null,
    });
    expect(prompts(session)).toEqual(["a", "b"]);
    expect(await session.read(TEXT)).toMatchObject({ recordCount: 3, excludedByHand: 0 });
  });
});

describe("a mix", () => {
  const text = (name: string, count: number) => {
    const lines = Array.from({ length: count }, (_, i) => `${name} ${i},${i}`);
    return { kind: "text", name, text: ["question,answer", ...lines].join("\n") } as const;
  };
  const taken = ({ mix }: DatasetSummary) => mix?.parts.map((part) => part.taken);

  it("takes its shares, keeps what was excluded, and comes back with a saved run", async () => {
    const session = new DataSession();
    await session.read(text("a", 4));
    session.edit({ kind: "exclude", ids: [0] }, "Exclude");
    const mixed = await session.add(text("b", 10));
    expect(mixed).toMatchObject({ name: "a + b", recordCount: 13, excludedByHand: 1 });
    expect(taken(mixed)).toEqual([4, 10]);
    const [a, b] = mixed.mix?.parts ?? [];
    if (!a || !b) throw new Error("no parts");
    const shared = session.setMix({ seed: 3, parts: [a, { ...b, weight: 0.5, cap: 4 }] });
    expect(taken(shared)).toEqual([4, 4]);
    expect(shared).toMatchObject({ recordCount: 7, excludedByHand: 1 });

    const saved = writeDataset(session.dataset, session.edited.toEdits());
    const { dataset, edits } = await readSavedDataset(saved);
    const restored = new DataSession();
    expect(restored.use(dataset, edits)).toEqual(shared);
    expect(restored.edited.conversations).toEqual(session.edited.conversations);

    const alone = session.setMix({ seed: 3, parts: [a] });
    expect(alone).toMatchObject({ name: "a", mix: null, recordCount: 3, excludedByHand: 1 });
  });

  it("tells parts of one name apart", async () => {
    const session = new DataSession();
    await session.read(text("pasted text", 2));
    await session.add(text("pasted text", 3));
    const { mix, name } = await session.add(text("pasted text", 1));
    const names = ["pasted text", "pasted text (2)", "pasted text (3)"];
    expect(mix?.parts.map((part) => part.name)).toEqual(names);
    expect(mix?.parts.map((part) => part.category)).toEqual(names);
    expect(name).toBe(names.join(" + "));
  });

  it("repeats a record on one side of the split, as one record to edit and to look at", async () => {
    const session = new DataSession();
    await session.read(text("a", 12));
    const { mix } = await session.add(text("b", 6));
    const [a, b] = mix?.parts ?? [];
    if (!a || !b) throw new Error("no parts");
    const shared = session.setMix({ seed: 3, parts: [a, { ...b, weight: 2.5 }] });
    expect(taken(shared)).toEqual([12, 15]);
    expect(shared.recordCount).toBe(18);

    const tokenizer = bundledTokenizer();
    const config = { ...defaultRunConfig(null), heldOutPercent: 40 };
    const encode = () => session.encode(tokenizer, 512, config, () => undefined);
    const sidesOf = async () => {
      const { encoded, split } = await encode();
      expect(split.train.length + split.heldOut.length).toBe(encoded.examples.length);
      const toSources = (list: number[]) => list.map((i) => encoded.sourceIndexes[i] as number);
      const [train, heldOut] = [toSources(split.train), toSources(split.heldOut)];
      expect(heldOut.length).toBeGreaterThan(3);
      expect(heldOut.filter((source) => train.includes(source))).toEqual([]);
      return [...train, ...heldOut];
    };
    const all = await sidesOf();
    expect(all).toHaveLength(27);
    const repeated = session.edited.conversations.findIndex(({ times = 1 }) => times === 3);
    expect(all.filter((source) => source === repeated)).toHaveLength(3);

    const doctor = new DataDoctor(session);
    const checks = async () =>
      (await doctor.examine(() => Promise.resolve(null)))?.findings.map(({ check }) => check);
    serveDatasets();
    expect(await checks()).not.toContain("duplicates");

    const conversation = session.edited.get(repeated);
    const messages = conversation.messages.with(-1, { role: "assistant", content: "rewritten" });
    session.edit(
      { kind: "replace", id: repeated, conversation: { ...conversation, messages } },
      "",
    );
    const { encoded } = await encode();
    const texts = encoded.examples.map(({ tokenIds }) =>
      tokenizer.decode([...tokenIds], { skipSpecialTokens: true }),
    );
    expect(texts.filter((one) => one.includes("rewritten"))).toHaveLength(3);
    await sidesOf();
    const { text: exported, records } = exportData(session.edited.conversations, "alpaca");
    expect(records).toBe(27);
    expect(exported.match(/rewritten/g)).toHaveLength(3);
    session.edit({ kind: "exclude", ids: [repeated] }, "");
    expect(await sidesOf()).toHaveLength(24);
  });

  it("reads one of its parts in another way", async () => {
    const session = new DataSession();
    await session.read(text("a", 2));
    const { mix } = await session.add(text("b", 1));
    const mapping = mix?.parts[1]?.mapping;
    if (!mapping) throw new Error("no mapping");
    const columns = { ...mapping.columns, question: "answer", answer: "question" };
    const summary = await session.setPartMapping(1, { ...mapping, columns });
    expect(summary.mix?.parts[1]?.mapping.columns).toEqual(columns);
    expect(session.edited.conversations.at(-1)?.messages).toMatchObject([
      { content: "0" },
      { content: "b 0" },
    ]);
    await expect(session.setPartMapping(9, mapping)).rejects.toThrow("no longer in the mix");
  });
});
