import { describe, expect, it } from "vitest";
import { AppError } from "@/core/errors";
import { readDataset } from "@/data/dataset";
import type { MadeRecord } from "@/teacher/record";
import type { DataSource } from "@/worker/protocol";
import type { FakeOptions } from "../testing/fakeTrainer";
import { createFakeApp } from "../testing/renderApp";

const RECORDS: MadeRecord[] = ["bread", "wool", "chess"].map((subject) => ({
  instruction: `Say something about ${subject}.`,
  input: "",
  output: `There is much to say about ${subject}.`,
  method: "evol-instruct",
  from: "Say something.",
}));
const HOW = "by a teacher: Evol-Instruct, tiny, from “Say something.”";

async function setup(source: DataSource | null, options: FakeOptions = {}) {
  const { app, trainer } = createFakeApp(options);
  await app.start(source);
  const teacher = await app.openTeacher();
  teacher.proposals = RECORDS.map((record, id) => ({ id, record, teacherName: "tiny" }));
  const calls = (name: string) => trainer.calls.filter((call) => call.name === name);
  return { app, teacher, calls };
}

describe("TeacherState", () => {
  it("makes a data set of what is accepted where there is none, and adds the rest to it", async () => {
    const { teacher, calls } = await setup(null);
    expect(teacher.seeds).toBe("ours");
    await teacher.accept(teacher.proposals.slice(0, 1));
    const [source] = calls("readData")[0]?.args as [{ kind: string; name: string; text: string }];
    expect([source.kind, source.name]).toEqual(["text", "Made by tiny"]);
    const { conversations } = readDataset(source.name, source.text);
    expect(conversations).toEqual([
      {
        line: 1,
        isRaw: false,
        messages: [
          { role: "user", content: "Say something about bread." },
          { role: "assistant", content: "There is much to say about bread." },
        ],
        made: { how: HOW },
      },
    ]);

    await teacher.accept(teacher.proposals);
    const [edit, label] = calls("editData")[0]?.args as [
      { kind: string; conversations: { made: unknown }[] },
      string,
    ];
    expect([edit.kind, edit.conversations.length]).toEqual(["add", 2]);
    expect(edit.conversations[0]?.made).toEqual({ how: HOW });
    expect(label).toBe("Add 2\u00a0records of tiny");
    expect([teacher.proposals.length, teacher.addedCount]).toEqual([0, 3]);
  });

  it("a proposal is rewritten, passes the filters again, and is marked", async () => {
    const { teacher, calls } = await setup({ kind: "bundled", name: "first-answers" });
    const [first, second] = teacher.proposals;
    if (!first || !second) throw new Error("no proposals");
    const write = async (instruction: string, output: string): Promise<string | undefined> => {
      const messages = teacher.editing?.written.draft.messages;
      if (!messages?.[0] || !messages[1]) throw new Error("no draft");
      messages[0].content = instruction;
      messages[1].content = output;
      await teacher.saveEdit();
      return teacher.editing?.refusal;
    };
    teacher.edit(first);
    expect(await write("Draw a picture of bread.", "Here it is.")).toContain(
      "Asks for what text alone",
    );
    expect(await write(second.record.instruction, "It is warm.")).toMatch(
      /^Too much like|there already/,
    );
    expect(await write("Explain what bread is made of.", "idk")).toContain("Careless");
    expect(teacher.proposals[0]).toBe(first);
    expect(
      await write("Explain what bread is made of.", "Bread is made of flour."),
    ).toBeUndefined();
    expect(teacher.proposals[0]?.record).toMatchObject({
      instruction: "Explain what bread is made of.",
      output: "Bread is made of flour.",
      isEdited: true,
    });

    // What is only half rewritten stays where the others are taken.
    teacher.edit(second);
    await teacher.accept(teacher.proposals.slice(0, 1));
    const [edit] = calls("editData")[0]?.args as [{ conversations: { made: unknown }[] }];
    expect(edit.conversations[0]?.made).toEqual({ how: `${HOW}, edited by hand` });
    expect(teacher.editing?.proposal).toBe(second);
    teacher.drop([second]);
    expect(teacher.editing).toBeNull();
  });

  it("keeps the proposals where they cannot be added", async () => {
    const editData = new AppError("run/busy", "A run trains: the data cannot change.");
    const { app, teacher } = await setup(
      { kind: "bundled", name: "first-answers" },
      { fail: { editData } },
    );
    expect(teacher.seeds).toBe("data");
    await teacher.accept(teacher.proposals);
    expect([teacher.proposals.length, teacher.addedCount]).toEqual([3, 0]);
    expect(app.data.editError?.code).toBe("run/busy");
    expect(teacher.isAdding).toBe(false);
  });
});
