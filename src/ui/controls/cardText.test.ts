import { describe, expect, it } from "vitest";
import { readCard, type Block, type Piece } from "./cardText";

const text = (pieces: Piece[]) => pieces.map((piece) => piece.text).join("");
const text1 = (value: string): Piece[] => [{ kind: "text", text: value }];

describe("readCard", () => {
  it("tells headings, paragraphs, lists, tables and code apart", () => {
    const card = [
      "---",
      "language: en",
      "---",
      "",
      "# A card #",
      "Two lines",
      "of one paragraph.",
      "- one",
      "  and its second line",
      "- two",
      "",
      "2. first",
      "3) second",
      "## Sizes",
      "| share | source \\| license |",
      "| ----: | :----- |",
      "| 43 % | books |",
      "After the table.",
      "```json",
      '{"a": "# no heading"}',
      "",
      "- no list",
      "```",
      "<!-- kept out -->",
      "End.",
    ].join("\n");
    expect(readCard(card)).toEqual<Block[]>([
      { kind: "heading", level: 1, pieces: text1("A card") },
      { kind: "paragraph", pieces: text1("Two lines of one paragraph.") },
      {
        kind: "list",
        isNumbered: false,
        items: [text1("one and its second line"), text1("two")],
      },
      { kind: "list", isNumbered: true, items: [text1("first"), text1("second")] },
      { kind: "heading", level: 2, pieces: text1("Sizes") },
      {
        kind: "table",
        head: [text1("share"), text1("source | license")],
        rows: [[text1("43 %"), text1("books")]],
      },
      { kind: "paragraph", pieces: text1("After the table.") },
      { kind: "code", text: '{"a": "# no heading"}\n\n- no list' },
      { kind: "paragraph", pieces: text1("End.") },
    ]);
  });

  it("reads bold, code and web addresses inside a line, and keeps all else as text", () => {
    const [block] = readCard(
      "**Bold** and `co*de*` in [a file](tools/x.js), [a site](https://a.test/x) and <https://b.test>.",
    );
    expect(block).toEqual({
      kind: "paragraph",
      pieces: [
        { kind: "strong", text: "Bold" },
        { kind: "text", text: " and " },
        { kind: "code", text: "co*de*" },
        { kind: "text", text: " in " },
        { kind: "text", text: "a file" },
        { kind: "text", text: ", " },
        { kind: "link", text: "a site", url: "https://a.test/x" },
        { kind: "text", text: " and " },
        { kind: "link", text: "https://b.test", url: "https://b.test" },
        { kind: "text", text: "." },
      ],
    });
  });

  it("makes neither a link nor an element of what a page could run", () => {
    const blocks = readCard("<img src=x onerror=alert(1)> [here](javascript:alert(1)) {{name}}");
    expect(blocks).toHaveLength(1);
    const pieces = blocks[0]?.kind === "paragraph" ? blocks[0].pieces : [];
    expect(pieces.every(({ kind }) => kind === "text")).toBe(true);
    expect(text(pieces)).toBe("<img src=x onerror=alert(1)> [here](javascript:alert(1)) {{name}}");
  });

  it("ends with a fence that nobody closed, and takes an empty card", () => {
    expect(readCard("```\na\nb")).toEqual([{ kind: "code", text: "a\nb" }]);
    expect(readCard("\n\n")).toEqual([]);
  });
});
