import { describe, expect, it } from "vitest";
import { AppError } from "@/core/errors";
import { decodeText, MAX_FILE_BYTES, parseRecords } from "./parse";
import { MAX_LISTED_PROBLEMS } from "./records";

const values = (text: string): unknown[] => parseRecords(text).records.map(({ value }) => value);
const lines = (text: string): number[] => parseRecords(text).records.map(({ line }) => line);
const reason = (text: string): string => parseRecords(text).problems[0]?.reason ?? "no problem";

describe("JSON Lines", () => {
  it("reads one record a line and keeps its line number over blank lines", () => {
    const text = '{"a":1}\n\n   \n{"a":2}\n';
    expect(values(text)).toEqual([{ a: 1 }, { a: 2 }]);
    expect(lines(text)).toEqual([1, 4]);
    expect(parseRecords(text).problems).toEqual([]);
  });

  it("takes a byte order mark, Windows and old Macintosh line ends", () => {
    expect(values('\uFEFF{"a":1}\r\n{"a":2}\r\n')).toEqual([{ a: 1 }, { a: 2 }]);
    expect(lines('{"a":1}\r{"a":2}\r')).toEqual([1, 2]);
  });

  it("keeps text beyond ASCII, lone surrogates included", () => {
    expect(values('{"a":"naïve 日本語 😀"}\n{"a":"\\ud83d"}')).toEqual([
      { a: "naïve 日本語 😀" },
      { a: "\ud83d" },
    ]);
  });

  it("lists every bad line with its number and goes on", () => {
    const { records, problems } = parseRecords('{"a":1}\nnonsense\n[1]\n"x"\nnull\n{"a":2}');
    expect(records.map(({ line }) => line)).toEqual([1, 6]);
    expect(problems.map(({ line }) => line)).toEqual([2, 3, 4, 5]);
    expect(problems[1]?.reason).toBe("This is a list, not a record in { }.");
  });

  it("a single record counts as one, with the line it starts on", () => {
    expect(lines('\n\n{"a":1}')).toEqual([3]);
    expect(values('{"messages":[{"role":"user","content":"x"}]}')).toHaveLength(1);
  });

  it("a key named __proto__ does no harm", () => {
    const [record] = parseRecords('{"__proto__":{"isAdmin":true},"a":1}\n{"a":2}').records;
    expect(Object.getPrototypeOf(record?.value)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)["isAdmin"]).toBeUndefined();
  });

  it("lists at most so many problems and counts the rest", () => {
    const { problems } = parseRecords("x\n".repeat(MAX_LISTED_PROBLEMS + 5));
    expect(problems).toHaveLength(MAX_LISTED_PROBLEMS + 1);
    expect(problems.at(-1)?.reason).toContain("5 more lines");
  });

  it("an empty text has no records and no problems", () => {
    for (const text of ["", "\n", "  \r\n ", "\uFEFF"]) {
      expect(parseRecords(text)).toEqual({ records: [], problems: [] });
    }
  });
});

describe("reasons", () => {
  const second = (text: string): string => reason(`{"ok":1}\n${text}\n{"ok":2}`);

  it.each([
    ['{"a": 1,}', 'There is a trailing comma before "}" (column 8).'],
    ['{"a": 1},', "There is a comma after the record; a line ends without one (column 9)."],
    ["{'a': 1}", "Single quotes are used; JSON needs double quotes (column 2)."],
    ["{\"a\": 'x'}", "Single quotes are used; JSON needs double quotes (column 7)."],
    ["{“a”: 1}", 'Curly quotes (“) are used; JSON needs plain " (column 2).'],
    ["{a: 1}", "A column name must stand in double quotes, found «a: 1}» (column 2)."],
    ['{"a" 1}', "A colon must follow a column name, found «1}» (column 6)."],
    ['{"a": }', 'A value is missing before "}" (column 7).'],
    ['{"a": 1 "b": 2}', 'A comma is missing before «"b": 2}» (column 9).'],
    ['{"a": "x', "A text is never closed: its second quote is missing (column 7)."],
    ['{"a": 1', 'The text ends before "}": it seems to be cut off (column 8).'],
    ['{"a": [1, 2}', 'Found "}" where "]" closes what was opened (column 12).'],
    ['{"a": None}', '"None" is not JSON; write null (column 7).'],
    ['{"a": NaN}', '"NaN" is not JSON; write null (column 7).'],
    ['{"a": 01}', "«01» is not a number in JSON (column 7)."],
    ['{"a": "\\x"}', '"\\x" is not a JSON escape; a backslash itself is written \\\\ (column 8).'],
    ['{"a": "x\ty"}', "A tab stands inside a text; write it as \\t (column 9)."],
    ['{"a": 1} {"a": 2}', "A second record starts on the same line (column 10)."],
    ['{"a": 1} // one', "JSON has no comments (column 10)."],
    ["instruction,output", "Expected a record in { }, found «instruction,output» (column 1)."],
  ])("%s", (text, expected) => {
    expect(second(text)).toBe(expected);
    expect(parseRecords(`{"ok":1}\n${text}\n{"ok":2}`).problems[0]?.line).toBe(2);
  });

  it("deep nesting is explained without exhausting the stack", () => {
    expect(second("[".repeat(200_000))).toContain("cut off");
    expect(second('{"a":'.repeat(200_000))).toContain("cut off");
  });
});

describe("JSON lists", () => {
  it("numbers the records of a list", () => {
    const { records, problems } = parseRecords('[\n {"a":1},\n 5,\n {"a":2}\n]');
    expect(records.map(({ line }) => line)).toEqual([1, 3]);
    expect(problems).toEqual([{ line: 2, reason: "This is a number, not a record in { }." }]);
  });

  it("finds the one list inside an object", () => {
    expect(values('{"version":1,"data":[{"a":1},{"a":2}]}')).toEqual([{ a: 1 }, { a: 2 }]);
    expect(values('{"a":[{"x":1}],"b":[{"y":1}]}')).toHaveLength(1);
  });

  it("saves the good records of a broken list", () => {
    const { records, problems } = parseRecords(
      '[\n  {"a": 1},\n  {"a": 2,},\n  {"a": "x},\n  {"a": {"b": 4}},\n  {"a": 5}\n',
    );
    expect(records.map(({ line }) => line)).toEqual([1, 4, 5]);
    expect(problems.map(({ line }) => line)).toEqual([2, 3, 6]);
    expect(problems[0]?.reason).toContain("trailing comma");
    expect(problems[2]?.reason).toContain("never closed");
  });

  it("saves the good records of a broken list that goes over several lines a record", () => {
    const { records, problems } = parseRecords(
      '[\n  {\n    "a": 1\n  },\n  {\n    "a": "x,\n    "b": 2\n  \n  {\n    "a": 3\n  }\n]',
    );
    expect(records.map(({ value }) => value)).toEqual([{ a: 1 }, { a: 3 }]);
    expect(problems.map(({ line }) => line)).toEqual([2]);
  });

  it("a list with a trailing comma or words after it loses nothing", () => {
    expect(values('[{"a":1},{"a":2},]')).toEqual([{ a: 1 }, { a: 2 }]);
    expect(reason('[{"a":1}] and more')).toContain("After the end of the list");
  });

  it("reads objects that go over several lines without a list around them", () => {
    const text = '{\n  "a": 1\n}\n{\n  "a": 2\n}\n';
    expect(values(text)).toEqual([{ a: 1 }, { a: 2 }]);
    expect(lines(text)).toEqual([1, 4]);
  });

  it("saves the records of a broken list inside an object", () => {
    expect(values('{"data": [\n{"a":1},\n{"a":2},\n{"a":3\n')).toEqual([{ a: 1 }, { a: 2 }]);
  });
});

describe("bytes", () => {
  const utf16 = (text: string, isLittle: boolean): Uint8Array => {
    const bytes = new Uint8Array(2 + 2 * text.length);
    const view = new DataView(bytes.buffer);
    [0xfeff, ...[...text].map((char) => char.charCodeAt(0))].forEach((code, i) =>
      view.setUint16(2 * i, code, isLittle),
    );
    return bytes;
  };
  const fault = (bytes: Uint8Array): AppError => {
    try {
      decodeText(bytes);
    } catch (thrown) {
      if (thrown instanceof AppError) return thrown;
    }
    throw new Error("no AppError was thrown");
  };

  it("UTF-8 and UTF-16 are read, with and without a byte order mark", () => {
    const text = '{"a":"é日"}';
    expect(decodeText(new TextEncoder().encode(text))).toBe(text);
    expect(decodeText(new TextEncoder().encode(`\uFEFF${text}`))).toBe(text);
    expect(decodeText(utf16(text, true))).toBe(text);
    expect(decodeText(utf16(text, false))).toBe(text);
    expect(decodeText(new Uint8Array())).toBe("");
  });

  it("what is not text is named", () => {
    const bytes = Uint8Array.from([...new TextEncoder().encode("ab\ncd\né"), 0xe9, 0x20, 0x41]);
    expect(fault(bytes).code).toBe("data/unreadable");
    expect(fault(bytes).details).toEqual({ byte: 8, line: 3 });
    expect(fault(Uint8Array.of(0x25, 0x50, 0x44, 0x46, 0)).message).toContain("a PDF");
    expect(fault(Uint8Array.of(0x61, 0, 0x62, 0)).message).toContain("zero");
    expect(fault(Uint8Array.of(0x61, 0xe2, 0x82)).details).toEqual({ byte: 1, line: 1 });
  });

  it("a file over the limit is refused with both sizes", () => {
    const error = fault(new Uint8Array(MAX_FILE_BYTES + 1));
    expect(error.code).toBe("data/too-large");
    expect(error.message).toContain("50 MB");
  });
});

describe("speed", () => {
  it("hostile shapes take time in proportion to their size", () => {
    const start = performance.now();
    const object = '{"a":{"b":{}},"c":"' + "x".repeat(20) + '"}';
    parseRecords(`[${`${object},`.repeat(50_000)}{`);
    parseRecords(`[${"{".repeat(500_000)}`);
    parseRecords(`[${'"'.repeat(500_001)}`);
    parseRecords(`{"a":1}\n${"{".repeat(500_000)}`);
    expect(performance.now() - start).toBeLessThan(3000);
  });
});
