import { gzipSync, strToU8, zipSync } from "fflate";
import { parquetWriteBuffer } from "hyparquet-writer";
import { beforeAll, describe, expect, it } from "vitest";
import { AppError } from "@/core/errors";
import { readDataFile, readDataText } from "./dataFile";
import { remapDataset, type Dataset } from "./dataset";
import { UnpackLimit, unpackZip } from "./parse/unpack";

// Loaded on demand, which takes seconds on a busy machine.
beforeAll(async () => {
  await Promise.all([import("./parse/table"), import("./parse/parquet"), import("fflate")]);
  await Promise.all([import("hyparquet"), import("hyparquet-compressors")]);
}, 60_000);

const JSONL = '{"question":"One?","answer":"Uno."}\n{"question":"Two?","answer":"Due."}\n';
const LIST = `[${JSONL.trim().split("\n").join(",")}]`;
const CSV = "question,answer\nOne?,Uno.\nTwo?,Due.\n";

const read = (name: string, bytes: Uint8Array | string): Promise<Dataset> =>
  readDataFile(name, typeof bytes === "string" ? strToU8(bytes) : bytes);
const answersOf = ({ conversations }: Dataset): (string | undefined)[] =>
  conversations.map(({ messages }) => messages.at(-1)?.content);

async function fault(promise: Promise<unknown>): Promise<AppError> {
  const error: unknown = await promise.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(AppError);
  return error as AppError;
}

function toParquet(codec: "UNCOMPRESSED" | "SNAPPY"): Uint8Array {
  return new Uint8Array(
    parquetWriteBuffer({
      codec,
      columnData: [
        { name: "question", data: ["One?", "Two?"], type: "STRING" },
        { name: "answer", data: ["Uno.", "Due."], type: "STRING" },
        { name: "number", data: [1n, 2n], type: "INT64" },
      ],
    }),
  );
}

describe("containers", () => {
  it.each([
    ["a.jsonl", strToU8(JSONL)],
    ["a.json", strToU8(LIST)],
    ["no-ending", strToU8(LIST)],
    ["a.jsonl.gz", gzipSync(strToU8(JSONL))],
    ["wrong.txt", gzipSync(strToU8(LIST))],
    ["a.csv", strToU8(CSV)],
    ["a.csv", strToU8(CSV.replaceAll(",", ";").replaceAll("\n", "\r\n"))],
    ["a.tsv", strToU8(CSV.replaceAll(",", "\t"))],
    ["pasted", strToU8(CSV)],
    ["pasted", strToU8("One?\tUno.\nTwo?\tDue.\n")],
    ["a.parquet", toParquet("UNCOMPRESSED")],
    ["wrong.json", toParquet("SNAPPY")],
    ["a.zip", zipSync({ "data/train.jsonl": strToU8(JSONL), "README.md": strToU8("# Read me") })],
    ["a.zip", zipSync({ "one.csv.gz": gzipSync(strToU8(CSV)) })],
    ["a.zip", zipSync({ "one.parquet": toParquet("SNAPPY") }, { level: 0 })],
    ["a.md", strToU8("# One?\n\nUno.\n\n# Two?\n\nDue.\n")],
    ["a.txt", strToU8("Q: One?\nA: Uno.\n\nQ: Two?\nA: Due.\n")],
  ])("%s is read by what is in it", async (name, bytes) => {
    const dataset = await read(name, bytes);
    expect(answersOf(dataset)).toEqual(["Uno.", "Due."]);
    expect(dataset.problems).toEqual([]);
  });

  it("values of Parquet are those that JSON has", async () => {
    const { records } = await read("a.parquet", toParquet("SNAPPY"));
    expect(records.map(({ value }) => value["number"])).toEqual([1, 2]);
  });

  it("records of several files know their file", async () => {
    const zip = zipSync({
      "a.jsonl": strToU8(`${JSONL}nope`),
      "b.csv": strToU8("question,answer\nThree?,\n"),
    });
    const dataset = await read("a.zip", zip);
    expect(answersOf(dataset)).toEqual(["Uno.", "Due."]);
    const reasons = dataset.problems.map(({ line, reason }) => `${line} ${reason}`);
    expect(reasons.some((reason) => reason.startsWith("3 a.jsonl: "))).toBe(true);
    expect(reasons).toContain("2 b.csv: The answer is empty.");
  });

  it("a file of an archive that cannot be read does not spoil the others", async () => {
    const zip = zipSync({ "a.jsonl": strToU8(JSONL), "b.parquet": strToU8("PAR1 and no more") });
    const dataset = await read("a.zip", zip);
    expect(answersOf(dataset)).toEqual(["Uno.", "Due."]);
    expect(dataset.problems).toHaveLength(1);
    expect(dataset.problems[0]?.reason).toContain("b.parquet: The Parquet file cannot be read");
  });

  it.each([
    ["a picture", ["cat.png"], "It holds cat.png: none of these is a data file. Unpack it"],
    ["nothing", [], "By its first bytes a.zip is a ZIP archive, but no file could be found"],
    ["a workbook", ["[Content_Types].xml", "xl/workbook.xml"], "an Excel workbook. Save its sheet"],
  ])("an archive of %s says what helps", async (_, paths, says) => {
    const packed = zipSync(Object.fromEntries(paths.map((path) => [path, strToU8("x")])));
    // An empty archive has only its end, which is no beginning of a ZIP file.
    const bytes = paths.length > 0 ? packed : Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0, 0);
    expect((await fault(read("a.zip", bytes))).message).toContain(says);
  });

  it.each([
    ["Note: a text.\nIt goes on.\n\nBeware: another.\n\nThe end.", "text", 3],
    ["### Instruction:\nOne?\n\n### Response:\nUno.", "text", 1],
    [
      "1/2/24, 10:02 - Ann Lee: Hi\n1/2/24, 10:03 - Bo: Yes?\n1/2/24, 10:04 - Bo: Well?",
      "chat-log",
      1,
    ],
    ["[10:02] Q: Hi\n[10:03] A: Hello", "chat-log", 1],
    ["# One?\n\nUno.\n\n## Two?\n\nDue.", "headings", 2],
    ["Sugar, flour and salt.\n\nMix, wait, bake.", "text", 2],
    ["author,text\nann,good\nbo,bad\ncy,fine\ndi,so so\n", "text", 4],
    ['[Ann]: "Hi"\n\nA line.', "text", 2],
  ])("%j is %s", async (text, format, count) => {
    const dataset = await readDataText("pasted", text);
    expect(dataset.mapping.format).toBe(format);
    expect(dataset.conversations).toHaveLength(count);
  });

  it("pasted text is read as a file is", async () => {
    expect(answersOf(await readDataText("pasted", CSV))).toEqual(["Uno.", "Due."]);
    expect(answersOf(await readDataText("pasted", `\uFEFF${JSONL}`))).toEqual(["Uno.", "Due."]);
  });

  it.each([
    ["Frage,Antwort\nWarum?,Darum.\nWo?,Dort.\n", ["Frage", "Antwort"]],
    ['Frage;Antwort\n"Warum;\nund wie?";Darum.\n', ["Frage", "Antwort"]],
    ["Kunde|Was er will|Wann\nA|b|c\nd|e|f\ng|h|i|j\nk|l|m\n", ["Kunde", "Was er will", "Wann"]],
  ])(
    "a pasted table with names that nobody knows waits as its file does: %j",
    async (text, names) => {
      const pasted = await readDataText("pasted", text);
      const file = await read("a.csv", text);
      expect(pasted.columns).toEqual(names);
      expect(pasted.conversations).toEqual([]);
      expect({ ...pasted, name: "" }).toEqual({ ...file, name: "" });
      const [instruction = "", output = ""] = names;
      const columns = { instruction, output };
      const mapped = remapDataset(pasted, { ...pasted.mapping, format: "alpaca", columns });
      expect(mapped.conversations).toHaveLength(
        names.length === 3 ? 3 : text.includes("Wo?") ? 2 : 1,
      );
    },
  );

  it.each([
    "Roses are red, violets are blue\nSugar is sweet, and so are you",
    "Dear Ann,\nthe shop is open,\nsee you",
    "from a import b,c\nprint(b,c)",
    "One word, two\n\nThree, four",
  ])("%j is no table", async (text) => {
    expect((await readDataText("pasted", text)).mapping.format).toBe("text");
  });
});

describe("a Slack export", () => {
  const day = (...messages: Record<string, unknown>[]): Uint8Array =>
    strToU8(JSON.stringify(messages.map((message) => ({ type: "message", ...message }))));
  const said = (
    user: string,
    seconds: number,
    text: string,
    more = {},
  ): Record<string, unknown> => {
    return { user, ts: `${1_700_000_000 + seconds}.000100`, text, ...more };
  };
  const thread = { thread_ts: "1700000000.000100" };
  const zip = zipSync({
    "users.json": strToU8(
      JSON.stringify([
        { id: "U1", name: "anna" },
        { id: "U2", name: "bert" },
      ]),
    ),
    "channels.json": strToU8('[{"id":"C1","name":"help"}]'),
    "help/2023-11-14.json": day(
      said("U1", 0, "Where is the key, <@U2>?"),
      said("U1", 10, "has joined", { subtype: "channel_join" }),
      { bot_id: "B1", text: "Ping", ts: "1700000020.000100", subtype: "bot_message" },
      said("U2", 60, "On the hook &amp; safe.", thread),
      said("U2", 70, "See <https://a.example|the plan>.", thread),
      said("U1", 80, "Thanks, Bert!", thread),
      said("U2", 90, "Welcome.", thread),
    ),
    "help/2023-11-15.json": day(said("U2", 86_400, "Anyone here?"), said("U1", 86_460, "Yes.")),
  });

  it("threads and silence make talks, people get letters, and notices are left out", async () => {
    const dataset = await read("slack.zip", zip);
    expect(dataset.mapping.format).toBe("slack");
    expect(dataset.conversations.map(({ messages }) => messages)).toEqual([
      [
        { role: "user", content: "Where is the key, @User B?" },
        { role: "assistant", content: "On the hook & safe.\nSee the plan." },
        { role: "user", content: "Thanks, User B!" },
        { role: "assistant", content: "Welcome." },
      ],
      [
        { role: "user", content: "Anyone here?" },
        { role: "assistant", content: "Yes." },
      ],
    ]);
    expect(dataset.notes).toEqual([
      { text: "Bots, joins and other notices are left out.", count: 2, line: 2 },
    ]);
    expect(dataset.options[0]?.choices.map(({ label }) => label)).toEqual([
      "Whoever replies",
      "bert (4)",
      "anna (3)",
    ]);
  });

  it("names can stay, and who answers is chosen", async () => {
    const asItIs = await read("slack.zip", zip);
    const options = { names: "keep", assistant: "U2" };
    const dataset = remapDataset(asItIs, { ...asItIs.mapping, options });
    expect(dataset.conversations).toHaveLength(1);
    expect(dataset.conversations[0]?.messages[0]?.content).toBe("Where is the key, @bert?");
    expect(dataset.problems[0]?.reason).toContain("Nobody who is the assistant answers");
  });
});

describe("waiting", () => {
  const big = JSONL.repeat(40_000);

  it("tells how far it is, and only ever further", async () => {
    const shares: number[] = [];
    const onShare = (share: number) => shares.push(share);
    await readDataFile("big.jsonl", strToU8(big), { onShare });
    expect(shares.length).toBeGreaterThan(2);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares[0]).toBeLessThan(0.5);
    expect(shares.at(-1)).toBeLessThanOrEqual(1);
  });

  it("ends when it is aborted", async () => {
    const controller = new AbortController();
    const onShare = () => controller.abort();
    const waiting = { onShare, signal: controller.signal };
    const reading = readDataFile("big.jsonl", strToU8(big), waiting);
    await expect(reading).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("damage", () => {
  it("of a gzip file that breaks off what came before is kept", async () => {
    // Stored, not packed, so that the records before the break are whole.
    const packed = gzipSync(strToU8(JSONL.repeat(20_000)), { level: 0 });
    const dataset = await read("a.jsonl.gz", packed.subarray(0, packed.length >> 1));
    expect(dataset.conversations.length).toBeGreaterThan(15_000);
    expect(dataset.problems.at(-1)?.reason).toContain("damaged or incomplete here");
  });

  it("bombs are stopped at the limit, which the error names", async () => {
    const zeros = new Uint8Array(2 ** 20);
    // A gzip file may be several, one behind the other.
    const piece = gzipSync(zeros);
    const bomb = new Uint8Array(piece.length * 51);
    for (let at = 0; at < bomb.length; at += piece.length) bomb.set(piece, at);
    expect(bomb.length).toBeLessThan(100_000);
    const error = await fault(read("bomb", bomb));
    expect(error.code).toBe("data/too-large");
    expect(error.message).toContain("more than 50 MB");
    const limit = new UnpackLimit(2 ** 20);
    const many = zipSync({ "a.json": zeros, "b.json": zeros });
    const { code, message } = await fault(unpackZip(many, limit, () => true));
    expect([code, message]).toEqual(["data/too-large", expect.stringContaining("than 1 MB")]);
    const nested = gzipSync(gzipSync(gzipSync(strToU8(JSONL))));
    expect((await fault(read("a.gz", nested))).message).toContain("archive inside archives");
  }, 60_000);

  it("a quote that is never closed costs no other row", async () => {
    const text = 'question,answer\nOne?,Uno.\n"Two?,Due.\nThree?,"Tre" x.\nFour?,Quattro.\n';
    const dataset = await read("a.csv", text);
    expect(answersOf(dataset)).toEqual(["Uno.", "Due.", '"Tre" x.', "Quattro."]);
    expect(dataset.conversations.map(({ line }) => line)).toEqual([2, 3, 4, 5]);
  });

  it("rows with too many cells are problems, a header may be hostile", async () => {
    const dataset = await read("a.csv", "question,answer,__proto__\na,b,c\nd,e,f,g\nh,i\n");
    expect(answersOf(dataset)).toEqual(["b", "i"]);
    expect(dataset.problems).toEqual([
      { line: 3, reason: "The row has 4 cells; the table has 3." },
    ]);
    expect(Object.getPrototypeOf(dataset.records[0]?.value)).toBe(Object.prototype);
  });

  it("text in an old encoding is read and said", async () => {
    const latin = Uint8Array.from([...strToU8("question,answer\nCaf"), 0xe9, ...strToU8(",Yes\n")]);
    const dataset = await read("a.csv", latin);
    expect(dataset.conversations[0]?.messages[0]?.content).toBe("Café");
    expect(dataset.notes[0]?.text).toContain("Windows-1252");
    const cut = strToU8('{"question":"é日本","answer":"x"}\n{"question":"é');
    const broken = await read("a.jsonl", cut.subarray(0, cut.length - 1));
    expect(broken.conversations).toHaveLength(1);
    expect(broken.notes[0]?.text).toContain("replaced");
  });
});
