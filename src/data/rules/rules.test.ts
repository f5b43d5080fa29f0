import { describe, expect, it } from "vitest";
import { AppError } from "@/core/errors";
import { Random } from "@/core/random";
import { scoreAnswer } from "@/core/scoring";
import { exportData } from "../exportData";
import { readDataset, readRecords } from "../dataset";
import { ask, GROUPS, type Level } from "./kind";
import { makeQuestionSets, makeRecords, splitKinds, type RulesOptions } from "./rules";
import { KINDS } from "./table";
import { readNumberWords, SOLVE } from "./testing/solve";

const LEVELS: readonly Level[] = [1, 2, 3];
const ALL: RulesOptions = {
  kinds: KINDS.map(({ id }) => id),
  heldBack: 0,
  count: 600,
  level: "mixed",
  seed: 1,
};
const make = (change: Partial<RulesOptions> = {}) => makeRecords({ ...ALL, ...change });

describe("the kinds", () => {
  it("are at least 25, in every group, each with three wordings that it can fill", () => {
    expect(KINDS.length).toBeGreaterThanOrEqual(25);
    expect(new Set(KINDS.map(({ id }) => id)).size).toBe(KINDS.length);
    expect(new Set(KINDS.map(({ group }) => group))).toEqual(new Set(GROUPS));
    for (const kind of KINDS) {
      expect(new Set(kind.wordings).size, kind.id).toBeGreaterThanOrEqual(3);
      expect(
        kind.wordings.some((one) => one.includes("{}")),
        kind.id,
      ).toBe(true);
    }
  });

  it.each(KINDS.map((kind) => [kind.id, kind] as const))(
    "every answer of %s is right when it is worked out another way",
    (id, kind) => {
      const random = new Random(3);
      for (let i = 0; i < 600; i++) {
        const task = kind.generate(random, LEVELS[i % 3] as Level);
        const shown = JSON.stringify(task);
        if (id === "number-in-words") expect(readNumberWords(task.answer), shown).toBe(+task.text);
        else expect(SOLVE[id]?.(task.text, task.gaps ?? {}), shown).toBe(task.answer);
        const { instruction, input } = ask(kind, task, random);
        expect(instruction + input, shown).toContain(task.text);
        expect(instruction.replace(task.text, ""), shown).not.toMatch(/\{|undefined/);
        // Saying it again must not be right.
        expect(task.answer, shown).not.toBe(task.text);
      }
    },
  );

  it("become harder by level", () => {
    const length = (level: Level) => {
      const random = new Random(1);
      const texts = KINDS.map((kind) => kind.generate(random, level).text);
      return texts.join("").length;
    };
    expect(length(2)).toBeGreaterThan(length(1));
    expect(length(3)).toBeGreaterThan(length(2));
  });
});

describe("made records", () => {
  it("are the same for the same options, and others for another seed", () => {
    expect(JSON.stringify(make({ seed: 5 }))).toBe(JSON.stringify(make({ seed: 5 })));
    expect(JSON.stringify(make({ seed: 5 }))).not.toBe(JSON.stringify(make({ seed: 6 })));
  });

  it("ask no question twice, and are as many of each kind", () => {
    const records = make({ count: 5000 });
    const questions = records.map(({ instruction, input }) => `${instruction}\n${input}`);
    expect(new Set(questions).size).toBe(5000);
    const counts = new Map<string, number>();
    for (const { category } of make()) counts.set(category, (counts.get(category) ?? 0) + 1);
    expect(counts.size).toBe(KINDS.length);
    expect(Math.max(...counts.values()) - Math.min(...counts.values())).toBeLessThanOrEqual(1);
  });

  it("are fewer where a kind is used up", () => {
    const days = make({ kinds: ["weekday-after"], level: "easy", count: 1000 });
    // Seven days, three wordings.
    expect(days).toHaveLength(21);
  });

  it("are read as Alpaca, say how they were made, and still do after export and import", () => {
    const { mapping, conversations } = readRecords("made", make());
    expect(mapping.format).toBe("alpaca");
    expect(conversations).toHaveLength(600);
    const [first] = conversations;
    expect(first?.made?.how).toMatch(/^by rules: .+, (easy|medium|hard), seed 1$/);
    for (const form of ["alpaca", "sharegpt", "messages"] as const) {
      const { text } = exportData(conversations, form);
      const [again] = readDataset("again", text).conversations;
      expect([again?.made, again?.category]).toEqual([first?.made, first?.category]);
    }
  });

  it("of no kind at all are an error a person can act on", () => {
    expect(() => make({ kinds: [] })).toThrow(AppError);
    expect(() => make({ kinds: ["nope"] })).toThrow("No kind of task is chosen");
  });
});

describe("what is held back", () => {
  const options = { ...ALL, heldBack: 6 };
  const titles = (kinds: readonly { title: string }[]) => kinds.map(({ title }) => title).sort();

  it("is never taught, and is all that the set of unseen kinds asks", () => {
    const { taught, heldBack } = splitKinds(options);
    expect(heldBack).toHaveLength(6);
    expect(taught).toHaveLength(KINDS.length - 6);
    const [newTasks, unseen] = makeQuestionSets(options);
    const kindsOf = (list: readonly string[] = []) => [...new Set(list)].sort();
    expect(kindsOf(makeRecords(options).map(({ category }) => category))).toEqual(titles(taught));
    expect(kindsOf(newTasks?.questions.map(({ kind }) => kind))).toEqual(titles(taught));
    expect(kindsOf(unseen?.questions.map(({ kind }) => kind))).toEqual(titles(heldBack));
    expect(unseen?.questions).toHaveLength(200);
  });

  it("stays held back however many records are made, and one kind is always taught", () => {
    expect(splitKinds({ ...options, seed: 9 })).toEqual(splitKinds({ ...options, seed: 9 }));
    const two = splitKinds({ kinds: ["add", "capitals"], heldBack: 6, seed: 1 });
    expect([two.taught.length, two.heldBack.length]).toEqual([1, 1]);
    expect(makeQuestionSets(ALL).map(({ name }) => name)).toEqual(["made-new-tasks"]);
  });

  it("of taught kinds asks tasks that no record has, in whatever words", () => {
    const small = { ...ALL, kinds: ["days-of-month"], count: 60 };
    const textOf = ({ instruction, input }: { instruction: string; input: string }) =>
      /(\w+ \d{4})/.exec(instruction + input)?.[0];
    const taught = new Set(makeRecords(small).map(textOf));
    const [asked] = makeQuestionSets(small);
    expect(asked?.questions.length).toBeGreaterThan(50);
    expect(asked?.questions.map(textOf).filter((text) => taught.has(text))).toEqual([]);
  });

  it("accepts its own answer, and only that, by the rules of measuring", () => {
    const sets = makeQuestionSets(options);
    for (const question of sets.flatMap(({ questions }) => questions)) {
      const isRight = (text: string) => scoreAnswer(text, "end-of-text", question).isRight;
      expect(isRight(question.output), JSON.stringify(question)).toBe(true);
      expect(isRight(`${question.output} indeed`), JSON.stringify(question)).toBe(false);
      expect(isRight(`x${question.output}`), JSON.stringify(question)).toBe(false);
    }
  });
});
