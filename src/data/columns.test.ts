import { describe, expect, it } from "vitest";
import { AppError } from "@/core/errors";
import { FORMATS, recognizeColumns, toConversations, type ColumnMapping } from "./columns";
import { readDataset, readRecords, remapDataset } from "./dataset";

/** The formats that an error shows. */
const USUAL = ["messages", "alpaca", "prompt-completion", "question-answer"];

type Values = Record<string, unknown>;

const asRecords = (values: Values[]) => values.map((value, i) => ({ line: i + 1, value }));
const formatOf = (...values: Values[]) => recognizeColumns(asRecords(values)).mapping.format;

/** The only problem of one record that is read in the format that fits it. */
function reasonFor(value: Values, mapping?: ColumnMapping): string {
  const records = asRecords([value]);
  const { conversations, problems } = toConversations(
    records,
    mapping ?? recognizeColumns(records).mapping,
  );
  expect(conversations).toEqual([]);
  expect(problems).toHaveLength(1);
  return problems[0]?.reason ?? "";
}

describe("recognizing columns", () => {
  it("the example of every format is recognized as that format and can be used", () => {
    for (const format of FORMATS) {
      const records = [format.example, ...(format.exampleRest ?? [])];
      expect(formatOf(...records)).toBe(format.id);
      const { conversations, use } = readRecords(format.id, records);
      expect(conversations).toHaveLength(1);
      expect(use).toBe(format.use);
    }
  });

  it("names match as a whole, in any case", () => {
    expect(formatOf({ Instruction: "a", RESPONSE: "b" })).toBe("alpaca");
    expect(formatOf({ Question: "a", Answer: "b" })).toBe("question-answer");
    const { mapping } = recognizeColumns(
      asRecords([{ instruction_id: 1, my_output: 2, question: "a", answer: "b" }]),
    );
    expect(mapping.format).toBe("question-answer");
    expect(Object.values(mapping.columns)).not.toContain("instruction_id");
  });

  it("columns come most frequent first", () => {
    const { columns } = recognizeColumns(
      asRecords([{ a: 1, b: 1 }, { b: 1, c: 1 }, { b: 1, c: 1 }, { "": 0 }]),
    );
    expect(columns).toEqual(["b", "c", "a", ""]);
  });

  it("the format that fits most records wins", () => {
    const qa = { question: "a", answer: "b" };
    expect(formatOf({ instruction: "a", output: "b" }, qa, qa)).toBe("question-answer");
  });

  it("where nothing fits, fields without a column are null and can be mapped by hand", () => {
    const unknown = recognizeColumns(asRecords([{ frage: "a", antwort: "b" }])).mapping;
    expect(unknown).toEqual({
      format: "alpaca",
      columns: {
        instruction: null,
        input: null,
        output: null,
        system: null,
        history: null,
        category: null,
      },
    });
    const half = recognizeColumns(asRecords([{ question: "a", antwort: "b" }])).mapping;
    expect(half).toMatchObject({
      format: "question-answer",
      columns: { question: "question", answer: null },
    });
    expect(recognizeColumns([]).columns).toEqual([]);
  });
});

describe("conversations", () => {
  const one = (value: Values) => readRecords("x", [value]).conversations[0];

  it("Alpaca keeps its input apart and drops an empty one", () => {
    expect(one({ instruction: " Add. ", input: "1 2\n", output: "\n3 " })?.messages).toEqual([
      { role: "user", content: "Add.", input: "1 2" },
      { role: "assistant", content: "3" },
    ]);
    expect(one({ instruction: "Add.", input: " ", output: "3" })?.messages[0]).toEqual({
      role: "user",
      content: "Add.",
    });
    expect(one({ instruction: "A", response: "B", system: "S" })?.messages[0]).toEqual({
      role: "system",
      content: "S",
    });
  });

  it("prompt and completion stay raw, spaces included", () => {
    expect(one({ prompt: "Q: 2+2?\nA:", completion: " 4" })).toEqual({
      line: 1,
      isRaw: true,
      messages: [
        { role: "user", content: "Q: 2+2?\nA:" },
        { role: "assistant", content: " 4" },
      ],
    });
  });

  it("numbers are turned into text", () => {
    expect(one({ question: "How many?", answer: 42 })?.messages[1]?.content).toBe("42");
  });

  it("messages may hold text parts, and fields that are not needed", () => {
    const messages = [
      { role: "System", content: "S" },
      { role: "user", content: [{ type: "text", text: "a" }], name: "x" },
      { role: "assistant", content: "b", weight: 1 },
    ];
    expect(one({ messages })?.messages).toEqual([
      { role: "system", content: "S" },
      { role: "user", content: "a" },
      { role: "assistant", content: "b" },
    ]);
  });

  it.each([
    [{ instruction: " ", output: "b" }, "The instruction is empty."],
    [{ instruction: "a", output: null }, "The answer is empty."],
    [{ instruction: "a", output: ["b"] }, "The answer is a list, not a text."],
    [{ instruction: { x: 1 }, output: "b" }, "The instruction is an object, not a text."],
    [{ question: "", answer: "b" }, "The question is empty."],
    [{ prompt: "", completion: "b" }, "The prompt is empty."],
    [{ prompt: "a", completion: " " }, "The completion is empty."],
    [{ messages: "hi" }, "The messages are a text, not a list."],
    [{ messages: [] }, "The list of messages is empty."],
    [{ messages: ["hi"] }, "Message 1 is a text, not { role, content }."],
    [{ messages: [{ content: "a" }] }, "Message 1 has no role."],
  ])("%j is a problem", (value, expected) => {
    expect(reasonFor(value)).toBe(expected);
  });

  it.each([
    ["judge", 'Message 1 has the role "judge"; only system, user and assistant can be used.'],
    ["user", "There is no assistant message."],
    ["user user", "There is no assistant message."],
    ["assistant", "Message 1 is from the assistant where the user must speak."],
    ["user assistant assistant", "Message 3 is from the assistant where the user must speak."],
    ["system user assistant system", "Message 4 is from the system where the user must speak."],
    ["user assistant user", "The last message is not the assistant's."],
  ])("the roles %s are a problem", (roles, expected) => {
    const messages = roles.split(" ").map((role) => ({ role, content: "x" }));
    expect(reasonFor({ messages })).toBe(expected);
  });

  it("messages without text are problems", () => {
    const say = (content: unknown) => ({ messages: [{ role: "user", content }] });
    expect(reasonFor(say(null))).toBe("Message 1 (user) is empty.");
    expect(reasonFor(say({ x: 1 }))).toBe("Message 1 (user) has a content that is not text.");
    expect(reasonFor(say([{ type: "image_url" }]))).toBe(
      "Message 1 (user) has a content that is not text.",
    );
  });

  it("a record without the column is a problem, inherited names are not columns", () => {
    const mapping: ColumnMapping = {
      format: "alpaca",
      columns: { instruction: "toString", output: "constructor" },
    };
    expect(reasonFor({ a: 1 }, mapping)).toBe('There is no column "toString" in this record.');
  });

  it("a mapping to nowhere is one problem, an unknown format an error", () => {
    const mapping: ColumnMapping = { format: "alpaca", columns: { instruction: "a" } };
    expect(reasonFor({ a: "x" }, mapping)).toContain("no column is chosen for Answer");
    const unknown = { format: "nope", columns: {} } as unknown as ColumnMapping;
    expect(() => toConversations([], unknown)).toThrow(AppError);
  });
});

describe("data sets", () => {
  it("problems of file and records come together, by line", () => {
    const text = '{"question":"a","answer":"b"}\n{"question":"","answer":"b"}\nnope\n';
    const dataset = readDataset("x.jsonl", `${text}{"question":"c","answer":""}`);
    expect(dataset.conversations.map(({ line }) => line)).toEqual([1]);
    expect(dataset.problems.map(({ line }) => line)).toEqual([2, 3, 4]);
    expect(dataset.records).toHaveLength(3);
  });

  it("a file with nothing usable gets examples of the usual formats", () => {
    for (const text of ["", '{"x":1}', "[]", '{"question":"","answer":""}']) {
      let error: unknown;
      try {
        readDataset("x", text);
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(AppError);
      expect((error as AppError).code).toBe("data/nothing-usable");
      for (const { example } of FORMATS.filter(({ id }) => USUAL.includes(id))) {
        expect((error as AppError).message).toContain(JSON.stringify(example));
      }
    }
  });

  it("a table with unknown column names waits for a person to say which is which", () => {
    const dataset = readDataset("faq.jsonl", '{"Frage":"Warum?","Antwort":"Darum."}');
    expect(dataset.conversations).toEqual([]);
    expect(dataset.columns).toEqual(["Frage", "Antwort"]);
    expect(dataset.problems[0]?.reason).toContain("no column is chosen for Instruction and Answer");
    const columns = { instruction: "Frage", output: "Antwort" };
    const { conversations } = remapDataset(dataset, { ...dataset.mapping, columns });
    expect(conversations[0]?.messages.map(({ content }) => content)).toEqual(["Warum?", "Darum."]);
  });

  it("with a mapping by hand problems come back, and it can be changed", () => {
    const mapping: ColumnMapping = {
      format: "alpaca",
      columns: { instruction: "frage", output: "weg" },
    };
    const dataset = readDataset("x", '{"frage":"a","antwort":"b"}\nnope', mapping);
    expect(dataset.conversations).toEqual([]);
    expect(dataset.problems).toHaveLength(2);
    const columns = { instruction: "frage", output: "antwort" };
    const mended = remapDataset(dataset, { format: "alpaca", columns });
    expect(mended.conversations).toHaveLength(1);
    expect(mended.problems.map(({ line }) => line)).toEqual([2]);
  });
});
