import { describe, expect, it } from "vitest";
import { condense, countSentences, toMarkdown } from "./report.js";

const answer = (text: string, isRight: boolean) => ({
  text,
  isRight,
  isRightForm: isRight,
  isEnded: isRight,
});
const totals = (right: number) => ({ count: 20, right, ended: right, form: right, formCount: 10 });

const SETS = [
  {
    name: "unseen-facts",
    title: "Unseen facts",
    state: "finished",
    totals: { base: totals(0), tuned: totals(5) },
    perplexity: { base: null, tuned: null },
    records: Array.from({ length: 20 }, (_, i) => ({
      of: "question",
      instruction: `Question ${i}?`,
      input: "",
      output: "Oslo.",
      kind: i % 2 === 0 ? "capital" : "sum",
      base: answer("# a | b\n\n<i>*c*</i>", false),
      tuned: answer("Oslo.", i % 4 === 0),
    })),
  },
  {
    name: "ordinary-prose",
    title: "Ordinary prose",
    state: "finished",
    totals: { base: null, tuned: null },
    perplexity: { base: 20, tuned: 22 },
    records: [{ of: "passage", text: "One.", base: {}, tuned: {} }],
  },
];

const RESULT = {
  about: {
    date: "2026-11-21",
    browser: "Chromium 1",
    cpu: "X",
    cores: 2,
    load: "0.0",
    options: {},
  },
  visits: [{ usable: 400.4, loaded: 900, ready: 1000, firstTokenMs: 30 }],
  seeds: [42, 43].map((seed) => ({
    seed,
    run: { steps: 100, wallMs: 60_000, stepsMs: 50_000, tokens: 51_000, heldOutLoss: [3, 0.5] },
    measureMs: 9000,
    sets: condense(SETS),
  })),
  stories: null,
};

describe("the report of demo-metrics", () => {
  it("keeps the first answers as they come, and counts by kind", () => {
    const [facts, prose] = condense(SETS);
    expect(facts?.samples).toEqual(SETS[0]!.records.slice(0, 12));
    expect(facts?.byKind).toEqual({
      capital: { count: 10, base: 0, tuned: 5 },
      sum: { count: 10, base: 0, tuned: 0 },
    });
    expect(prose?.samples).toEqual([]);
  });

  it("shows shares of base, each seed and their mean, and the rise of the perplexity", () => {
    const report = toMarkdown(RESULT);
    expect(report).toContain("| right | 0.0 % | 25.0 % | 25.0 % | 25.0 % |");
    expect(report).toContain("| right form | 0.0 % | 50.0 % | 50.0 % | 50.0 % |");
    expect(report).toContain("| rise |  | 10.0 % | 10.0 % | 10.0 % |");
    expect(report).toContain("| 42 | 100 | 510 | 50.0 s | 60.0 s | 3.000 → 0.500 | 9.0 s |");
    expect(report).not.toContain("trial");
    const about = { ...RESULT.about, options: { steps: "5" } };
    expect(toMarkdown({ ...RESULT, about })).toContain("A trial with --steps 5");
  });

  it("shows texts as they are, each in one cell", () => {
    expect(toMarkdown(RESULT)).toContain(
      "| Question 1? | \\# a \\| b ⏎ \\<i\\>\\*c\\*\\</i\\> | Oslo. | wrong: Oslo. |",
    );
  });
});

it.each([
  ["One. Two! “Three?” he said.", 3],
  ['He said, "Go." He went.', 2],
  ["no end", 0],
  ["", 0],
])("counts the sentences in %j", (text, count) => {
  expect(countSentences(text)).toBe(count);
});
