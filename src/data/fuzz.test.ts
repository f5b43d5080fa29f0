/** Hostile files: nothing crashes or hangs, and a good record is never lost beside a bad one. */
import * as fc from "fast-check";
import { gzipSync, strToU8, zipSync } from "fflate";
import { beforeAll, describe, expect, it } from "vitest";
import { AppError } from "@/core/errors";
import { readDataFile } from "./dataFile";
import { readDataset, type Dataset } from "./dataset";

beforeAll(async () => {
  await Promise.all([import("./parse/table"), import("./parse/parquet"), import("fflate")]);
  await Promise.all([import("hyparquet"), import("hyparquet-compressors")]);
}, 60_000);

/** The same inputs on every run; each test stops after so long, and has then seen some. */
const BOUNDS = { seed: 7, interruptAfterTimeLimit: 1000, markInterruptAsFailure: false };

/** A data set, or the error that a person sees; anything else that is thrown fails the test. */
async function open(name: string, bytes: Uint8Array): Promise<Dataset | AppError> {
  try {
    return await readDataFile(name, bytes);
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown;
    throw thrown;
  }
}

const NAMES = ["a", "a.json", "a.jsonl", "a.csv", "a.tsv", "a.md", "a.txt", "a.zip", "a.parquet"];
const anyName = fc.constantFrom(...NAMES);
const MAGIC = [[], [0x1f, 0x8b, 8, 0], [0x50, 0x4b, 3, 4], [0x50, 0x41, 0x52, 0x31]];

describe("random files", () => {
  it("bytes of any kind end in a data set or an error with advice", async () => {
    const bytes = fc.tuple(fc.constantFrom(...MAGIC), fc.uint8Array({ maxLength: 400 }));
    const check = fc.asyncProperty(anyName, bytes, async (name, [magic, rest]) => {
      await open(name, Uint8Array.from([...magic, ...rest]));
    });
    await fc.assert(check, { ...BOUNDS, numRuns: 300 });
  }, 30_000);

  it("text of any kind does, with quotes, brackets and tabs all over", async () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '"',
        "{",
        "}",
        "[",
        "]",
        ",",
        "\t",
        "\n",
        "\r\n",
        "#",
        ": ",
        "\\",
        "|",
        "```",
      ),
      fc.constantFrom("question", "answer", "__proto__", "messages", "### Response:", "\uD83D"),
      fc.string({ unit: "binary", maxLength: 8 }),
    );
    const text = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(""));
    const check = fc.asyncProperty(anyName, text, async (name, content) => {
      await open(name, strToU8(content));
    });
    await fc.assert(check, { ...BOUNDS, numRuns: 300 });
  }, 30_000);

  it("records with any values are used or listed, each on its own line", () => {
    const columns = fc.constantFrom(
      ...["messages", "conversations", "chosen", "rejected", "instruction", "output", "history"],
      ...["prompt", "thread", "segments", "mapping", "instances", "message_tree_id", "text"],
      ...["question", "answer", "__proto__", "constructor", "ts", "user", "speaker", "label"],
    );
    const chat = fc.record({ role: fc.jsonValue(), content: fc.jsonValue() });
    const value = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.array(chat, { maxLength: 4 }));
    const record = fc.dictionary(columns, value, { maxKeys: 5 });
    const check = fc.property(fc.array(record, { minLength: 1, maxLength: 6 }), (records) => {
      const text = records.map((one) => JSON.stringify(one)).join("\n");
      try {
        const { conversations, problems } = readDataset("x", text);
        const lines = new Set([...conversations, ...problems].map(({ line }) => line));
        expect(lines.size).toBeGreaterThan(0);
      } catch (thrown) {
        if (!(thrown instanceof AppError)) throw thrown;
      }
      expect(({} as Record<string, unknown>)["isAdmin"]).toBeUndefined();
    });
    fc.assert(check, { ...BOUNDS, numRuns: 500 });
  }, 30_000);
});

describe("good records", () => {
  const GOOD = ["One?", "Two?", "Three?"];
  const goodLine = (question: string): string => JSON.stringify({ question, answer: "Yes." });

  it("survive whatever stands on the lines between them", () => {
    // No brackets at its start: a line that begins a record of its own may well be one.
    const junk = fc
      .string({ unit: "binary", maxLength: 40 })
      .map((text) => `x${text.replace(/[\r\n]/g, " ")}`);
    const check = fc.property(fc.array(junk, { minLength: 4, maxLength: 4 }), (lines) => {
      const text = lines.flatMap((line, i) => [line, goodLine(GOOD[i] ?? "Four?")]).join("\n");
      const { conversations } = readDataset("x.jsonl", text);
      expect(conversations.map(({ line }) => line)).toEqual([2, 4, 6, 8]);
    });
    fc.assert(check, { ...BOUNDS, numRuns: 300 });
  }, 30_000);

  it("before the place where a file was cut are all there", async () => {
    const text = `${Array.from({ length: 50 }, (_, i) => goodLine(`${i}?`)).join("\n")}\n`;
    const list = `[${text.trim().split("\n").join(",\n")}]`;
    const table = `question,answer\n${Array.from({ length: 50 }, (_, i) => `${i}?,Yes.\n`).join("")}`;
    for (const whole of [text, list, table]) {
      for (const share of [0.3, 0.5, 0.77]) {
        const cut = strToU8(whole.slice(0, Math.floor(whole.length * share)));
        const opened = await open("cut", cut);
        if (opened instanceof AppError) throw opened;
        expect(opened.conversations.length).toBeGreaterThanOrEqual(Math.floor(50 * share) - 2);
      }
    }
  }, 30_000);

  it("of a long list are the same as of a short one", () => {
    const records = Array.from({ length: 20_000 }, (_, i) => ({
      question: `Is ${i} "odd", \\ or [even]?`,
      answer: i % 2 === 0 ? "even }" : "odd ]",
    }));
    const { conversations, problems } = readDataset("x", JSON.stringify(records, null, 1));
    expect(problems).toEqual([]);
    expect(conversations).toHaveLength(20_000);
    expect(conversations[9]?.line).toBe(10);
    expect(conversations[9]?.messages[0]?.content).toBe('Is 9 "odd", \\ or [even]?');
  }, 30_000);

  it("stand beside lines of a megabyte, deep nesting, doubled keys and lone surrogates", () => {
    const lines = [
      goodLine("One?"),
      JSON.stringify({ question: "x".repeat(2 ** 20), answer: "y" }),
      `{"question":"deep","answer":"z","more":${"[".repeat(5000)}${"]".repeat(5000)}}`,
      '{"question":"first","question":"second","answer":"z"}',
      '{"question":"\\ud83d","answer":"z","__proto__":{"isAdmin":true}}',
      goodLine("Two?"),
    ];
    const { conversations, problems } = readDataset("x", lines.join("\n"));
    expect(conversations.map(({ line }) => line)).toEqual([1, 2, 4, 5, 6]);
    expect(problems).toEqual([{ line: 3, reason: "It is nested more than 500 levels deep." }]);
    expect(conversations[2]?.messages[0]?.content).toBe("second");
    expect(conversations[3]?.messages[0]?.content).toBe("\uD83D");
  }, 30_000);
});

describe("damaged archives", () => {
  it("a changed byte or a cut end is an error or a problem", async () => {
    const data = strToU8('{"question":"One?","answer":"Yes."}\n'.repeat(50));
    const packed = [gzipSync(data), zipSync({ "a.jsonl": data })];
    const change = fc.tuple(fc.constantFrom(...packed), fc.nat(), fc.nat(255), fc.boolean());
    const check = fc.asyncProperty(change, async ([whole, where, byte, isCut]) => {
      const copy = whole.slice(0, isCut ? where % whole.length : whole.length);
      if (copy.length > 0) copy[where % copy.length] = byte;
      await open("a", copy);
    });
    await fc.assert(check, { ...BOUNDS, numRuns: 200 });
  }, 30_000);
});

describe("hostile shapes", () => {
  const MANY = 200_000;
  it.each([
    ["a.csv", `question,answer\n${'"x,\n'.repeat(MANY / 4)}`],
    ["a.csv", `question,answer\n"${"x".repeat(MANY)}`],
    ["a.tsv", `${'"\t'.repeat(MANY / 2)}`],
    ["a.md", `# a\n# ${"# ".repeat(MANY / 2)}x\n${"#".repeat(MANY)}`],
    ["a.md", `# a\n${"```\n".repeat(MANY / 4)}`],
    ["a.txt", "a: ".repeat(MANY / 3)],
    ["a.txt", `### Instruction:${"\n".repeat(MANY)}### Response:${"\n### End".repeat(MANY / 8)}x`],
    ["a.txt", `### Human: ${"</s> ".repeat(MANY / 5)}`],
    ["a.txt", `[INST]${"<s> ".repeat(MANY / 4)}`],
    ["a.jsonl", `{"user":"U1","ts":"1","text":"${"<".repeat(MANY)}"}`],
    ["a.jsonl", `{"user":"U1","ts":"1","text":"${"<@U1|".repeat(MANY / 5)}"}`],
    ["a.jsonl", `{"text":"${"USER: ASSISTANT: ".repeat(MANY / 16)}"}`],
    ["a.json", `[${'{"a":['.repeat(MANY / 6)}`],
    ["a.json", `[${'"\\'.repeat(MANY / 3)}`],
  ])(
    "%s takes time in proportion to its size",
    async (name, text) => {
      const start = performance.now();
      await open(name, strToU8(text));
      expect(performance.now() - start).toBeLessThan(5000);
    },
    60_000,
  );
});
