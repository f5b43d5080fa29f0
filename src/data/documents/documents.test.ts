import { describe, expect, it } from "vitest";
import { AppError } from "@/core/errors";
import { readRecords } from "../dataset";
import type { Block } from "./document";
import { findRecords, WAYS } from "./find/find";
import type { WayId } from "./find/way";
import { readDocument } from "./readDocument";
import { writePdf } from "./testing/writePdf";

// pdf.js makes one when it starts, for drawing, which is not done here; a browser's thread has it.
Object.assign(globalThis, { DOMMatrix: class {} });

const bytes = (text: string) => new TextEncoder().encode(text);
const read = async (name: string, text: string) => readDocument(name, bytes(text));
const headings = (blocks: readonly Block[]) =>
  blocks.flatMap((block) => (block.kind === "heading" ? [[block.level, block.text]] : []));
const texts = (blocks: readonly Block[]) => blocks.map(({ text }) => text);

async function find(text: string, way: WayId, name = "notes.md") {
  const records = findRecords(await read(name, text));
  return records.filter((record) => record.way === way);
}

const PARAGRAPH =
  "The harbor was opened in 1887 by the fishers of Tarn. Its lighthouse was built of granite from the island. " +
  "The granite came on flat boats, and storms often kept the boats away for weeks.";

describe("reading", () => {
  it("takes headings, paragraphs and items of Markdown, and leaves code out", async () => {
    const { blocks } = await read(
      "a.md",
      "# Boats\n\nA **boat** [floats](x).\nIt is `small`.\n\n```\n# no heading\n```\n\n- one\n- two\n\nOld\n---\n\n| a | b |\n\n**Keel**: the bone of a boat, below.\n",
    );
    expect(headings(blocks)).toEqual([
      [1, "Boats"],
      [2, "Old"],
    ]);
    expect(texts(blocks)).toEqual([
      "Boats",
      "A boat floats. It is small.",
      "one",
      "two",
      "Old",
      "the bone of a boat, below.",
    ]);
    expect(blocks.at(-1)).toMatchObject({ kind: "term", term: "Keel" });
  });

  it("sees headings of plain text, and joins words that were cut", async () => {
    const { blocks } = await read("a.txt", "1.2 The harbor\n\nTHE BOATS\n\nA har-\nbor.");
    expect(headings(blocks)).toEqual([
      [2, "1.2 The harbor"],
      [1, "THE BOATS"],
    ]);
    expect(blocks.at(-1)?.text).toBe("A harbor.");
  });

  it("reads HTML as text only, however broken, and without what is not the page's own", async () => {
    const { blocks } = await read(
      "page",
      "<!doctype html><title>x</title><nav>menu</nav><script>alert(1)</script><h2>Keels &amp; <em>masts</h2>" +
        "<p>A &lt;b&gt; is\n no <code>tag</code>.<p>Two<br>A: lines<dl><dt>Keel<dd>Its bone</dl><img src=x onerror=y>tail",
    );
    expect(headings(blocks)).toEqual([[2, "Keels & masts"]]);
    expect(texts(blocks)).toEqual([
      "Keels & masts",
      "A <b> is no tag.",
      "Two",
      "A: lines",
      "Its bone",
      "tail",
    ]);
  });

  it.each([
    ["an office file", "a.docx", "PK\u0003\u0004xx", "Save it as PDF, HTML or text"],
    ["nothing", "a.txt", " \n", "a.txt holds no text"],
    ["no PDF at all behind its first line", "a.pdf", "%PDF-1.4\nnothing", "a.pdf is a damaged PDF"],
  ])("refuses %s", async (_, name, text, message) => {
    const error = await read(name, text).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AppError);
    expect((error as AppError).message).toContain(message);
  });
});

describe("a PDF", () => {
  const page = (number: number) => [
    { text: "Notes on harbors", size: 8 },
    { text: `Harbor ${number}`, size: 18 },
    { text: PARAGRAPH, size: 11 },
    {
      text: "A lock is a chamber that lifts boats (up to two) from one level to another.",
      size: 11,
    },
    { text: String(number), size: 8, y: 40 },
  ];

  it("gives its headings and paragraphs with their pages, without running heads", async () => {
    const { blocks, notes } = await readDocument("h.pdf", writePdf([1, 2, 3].map(page)));
    expect(headings(blocks)).toEqual([
      [1, "Harbor 1"],
      [1, "Harbor 2"],
      [1, "Harbor 3"],
    ]);
    expect(texts(blocks).filter((text) => text === PARAGRAPH)).toHaveLength(3);
    expect(blocks.map((block) => block.page)).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3]);
    expect(blocks[2]?.text).toContain("(up to two)");
    expect(notes).toEqual([]);
  });

  it("without text says that it is pictures, with some text how many pages have none", async () => {
    await expect(readDocument("s.pdf", writePdf([[], []]))).rejects.toThrow(
      /s\.pdf holds no text\. Its 2 pages have .*\(OCR\)/,
    );
    const { notes } = await readDocument("s.pdf", writePdf([page(1), []]));
    expect(notes).toEqual(["1 of 2 pages hold no text; they may be pictures."]);
  });

  it("that is encrypted says so", async () => {
    await expect(readDocument("e.pdf", writePdf([page(1)], { encrypt: true }))).rejects.toThrow(
      "e.pdf is encrypted and opens only with a password",
    );
  });
});

describe("what is found", () => {
  it("are questions: as headings, with Q and A, and as paragraphs", async () => {
    const records = await find(
      "# Returns\n## Can I return a book?\nYes. Within two weeks.\n## Hours\nQ: When are you open?\nA: From ten to six.\n\nDo you lend music?\n\nWe do.\n",
      "question",
    );
    expect(records.map(({ instruction, output }) => [instruction, output])).toEqual([
      ["Can I return a book?", "Yes. Within two weeks."],
      ["When are you open?", "From ten to six."],
      ["Do you lend music?", "We do."],
    ]);
    expect(records[0]?.made).toEqual({
      how: "from notes.md: questions",
      passage: "Can I return a book?\nYes. Within two weeks.",
    });
  });

  it("are definitions, and not every sentence with “is”", async () => {
    const records = await find(
      "A keel is the beam along the bottom of a boat. It is a strong one. This is the end of it all. The boat is red. Photosynthesis means making sugar out of light.\n\nLocks are chambers that lift boats. Dogs are hungry. What is a mast for a boat?\n\n**Jib**: a sail in front of the mast.",
      "definition",
    );
    expect(records.map(({ output }) => output)).toEqual([
      "A keel is the beam along the bottom of a boat.",
      "Photosynthesis means making sugar out of light.",
      "Locks are chambers that lift boats.",
      "A sail in front of the mast.",
    ]);
    const asked = records.map(({ instruction }) => instruction);
    for (const [i, term] of ["a keel", "“Photosynthesis”", "locks", "“Jib”"].entries()) {
      expect(asked[i]).toContain(term);
    }
  });

  it("are headings with their text, named with the one above where they say too little", async () => {
    const records = await find(
      `# Harbors\n${PARAGRAPH}\n# Locks\n## Summary\n${PARAGRAPH}\n# Introduction\n${PARAGRAPH}\n# Empty\n`,
      "heading",
    );
    expect(records.map(({ instruction }) => instruction.replace(/^.*[:?] /, ""))).toEqual([
      "Harbors",
      "Locks – Summary",
    ]);
    expect(records[0]?.output).toBe(PARAGRAPH);
  });

  it("asks about a passage what one sentence of it alone answers", async () => {
    const records = await find(`${PARAGRAPH}\n\nGranite is heavy. Storms are loud.`, "about");
    expect(records).toHaveLength(1);
    const [{ input, output, instruction }] = records as [(typeof records)[0]];
    const [, key = ""] = /“(.+)”/.exec(instruction) ?? [];
    expect(input).toBe(PARAGRAPH);
    expect(PARAGRAPH).toContain(output);
    expect(output.toLowerCase()).toContain(key.toLowerCase());
    expect(PARAGRAPH.toLowerCase().split(key.toLowerCase())).toHaveLength(2);
  });

  it("leaves out a word that the sentence has once, and the sentence comes back with it", async () => {
    const records = await find(
      PARAGRAPH.repeat(1) + "\n\nBoats of granite sink quickly in storms of 12 knots.",
      "cloze",
    );
    expect(records.length).toBe(2);
    for (const { input, output, made } of records) {
      expect(input.split("_____")).toHaveLength(2);
      expect(made.passage).toContain(input.replace("_____", output));
    }
  });

  it("is the same each time, each record once, all usable with their passage", async () => {
    const text = `# Harbors\n${PARAGRAPH}\n\n${PARAGRAPH}\n## Who?\nFishers.\n`;
    const records = findRecords(await read("notes.md", text));
    expect(records).toEqual(findRecords(await read("notes.md", text)));
    const asked = records.map(({ instruction, input }) => `${instruction}\n${input}`);
    expect(new Set(asked).size).toBe(asked.length);
    expect(new Set(WAYS.map(({ id }) => id)).size).toBe(5);
    const { mapping, conversations } = readRecords("made", records);
    expect(mapping.format).toBe("alpaca");
    expect(conversations).toHaveLength(records.length);
    for (const { made } of conversations) expect(made?.passage).toMatch(/\S/);
  });
});
