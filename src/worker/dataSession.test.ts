import { afterEach, describe, expect, it, vi } from "vitest";
import { defaultRunConfig } from "@/core/runConfig";
import { bundledTokenizer, readProjectFile } from "@/data/testing/files";
import { DataSession } from "./dataSession";

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
    const again = session.setMapping(summary.mapping);
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
