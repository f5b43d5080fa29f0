import { describe, expect, it } from "vitest";
import { numberWord } from "../curriculum/define.js";
import { UNSEEN } from "./ask.js";
import { GENERATORS } from "./index.js";

type Row = { instruction: string; input: string; output: string };
const read = (name: string): Row[] =>
  GENERATORS.find(({ entry }) => entry.name === name)?.make() as Row[];
const steps = read("step-by-step");
const plain = read("step-by-step-plain");

const NUMBERS = Array.from({ length: 31 }, (_, i) => numberWord(i));
const DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(" ");
const MONTHS =
  "January February March April May June July August September October November December".split(
    " ",
  );
const PLACES = "first second third fourth fifth sixth seventh".split(" ");
const numbersIn = (text: string): number[] =>
  (text.toLowerCase().match(/[a-z]+(-[a-z]+)?/g) ?? [])
    .map((word) => NUMBERS.indexOf(word))
    .filter((n) => n >= 0);

/** [kind, its solver]: solved again from the question alone. */
const SOLVERS: [RegExp, (question: string, input: string) => string][] = [
  [
    /letters (are in|of) the word (\w+)/,
    (text) => numberWord(/the word (\w+)/.exec(text)?.[1]?.length ?? 0),
  ],
  [
    /letter of the word/,
    (text) => {
      const [, place = "", word = ""] = /the (\w+) letter of the word (\w+)/.exec(text) ?? [];
      return word.charAt(PLACES.indexOf(place));
    },
  ],
  [/words (are in|of) this sentence/, (_, input) => numberWord(input.split(" ").length)],
  [/the smallest first/, (text) => sorted(text).join(", ")],
  [/the biggest first/, (text) => sorted(text).reverse().join(", ")],
  [/is the biggest/, (text) => sorted(text).at(-1) ?? ""],
  [/Who has (more|fewer)/, solveWho],
  [/Who is the/, solveMost],
  [/On which day/, (text) => walk(text, DAYS)],
  [/In which month/, (text) => walk(text, MONTHS)],
  [
    /are left|How many more/,
    (text) => {
      const [a = 0, b = 0, ...rest] = numbersIn(text);
      expect(rest).toEqual([]);
      return numberWord(a - b);
    },
  ],
  [/How many/, (text) => numberWord(numbersIn(text).reduce((sum, n) => sum + n, 0))],
];

const sorted = (text: string): string[] =>
  numbersIn(text.slice(text.indexOf(":")))
    .sort((a, b) => a - b)
    .map(numberWord);

function solveWho(text: string): string {
  const people = [...text.matchAll(/([A-Z][a-z]+) has (\w+(?:-\w+)?) /g)].filter(
    ([, name]) => name !== "Who",
  );
  const [a, b] = people.map(([, name = "", word = ""]) => ({ name, count: NUMBERS.indexOf(word) }));
  if (!a || !b) throw new Error(text);
  const more = a.count > b.count ? a : b;
  return (text.includes("more") ? more : more === a ? b : a).name;
}

/** The one who is named first in a clue and second in none. */
function solveMost(text: string): string {
  const clues = [...text.matchAll(/([A-Z]\w+) is \w+ than ([A-Z]\w+)/g)];
  const others = new Set(clues.map(([, , other]) => other));
  return clues.map(([, name = ""]) => name).find((name) => !others.has(name)) ?? "";
}

function walk(text: string, round: string[]): string {
  const start = round.findIndex((name) => text.includes(name));
  const [count = 0] = numbersIn(text);
  const step = text.includes("before it") ? -count : count;
  return round.at((start + step) % round.length) ?? "";
}

const solve = ({ instruction, input }: Row): string => {
  const solver = SOLVERS.find(([kind]) => kind.test(instruction));
  if (!solver) throw new Error(`No solver for "${instruction}".`);
  return solver[1](instruction, input);
};

describe("step-by-step and step-by-step-plain", () => {
  it("ask the same 300 questions in the same order", () => {
    const questions = ({ instruction, input }: Row) => [instruction, input];
    expect(steps).toHaveLength(300);
    expect(plain.map(questions)).toEqual(steps.map(questions));
  });

  it("every answer is the one that its question has", () => {
    for (const [i, row] of steps.entries()) {
      const answer = solve(row);
      expect(row.output.endsWith(` So the answer is ${answer}.`), `${row.output} (${answer})`).toBe(
        true,
      );
      expect(plain[i]?.output).toBe(`The answer is ${answer}.`);
    }
  });

  it("every sum and difference in the steps is right", () => {
    let checked = 0;
    for (const { output } of steps) {
      for (const [, a = "", sign, b = "", c = ""] of output.matchAll(
        /(\w+) (plus|minus) (\w+) is (\w+)/g,
      )) {
        const [x = 0, y = 0, z = 0] = [a, b, c].map((word) => NUMBERS.indexOf(word.toLowerCase()));
        expect(sign === "plus" ? x + y : x - y, output).toBe(z);
        checked++;
      }
      for (const [, a = "", b = ""] of output.matchAll(/(\w+) is more than (\w+)/g)) {
        expect(NUMBERS.indexOf(a.toLowerCase())).toBeGreaterThan(NUMBERS.indexOf(b));
      }
    }
    expect(checked).toBeGreaterThan(190);
  });

  it("no step uses a sum, a day or a month that is kept for evaluation", () => {
    const sums = new Set(
      UNSEEN.filter(({ id }) => id.startsWith("sum/")).map(({ subject }) => subject),
    );
    const times = UNSEEN.filter(({ id }) => /^(next|before)\//.test(id));
    for (const { output } of steps) {
      for (const [sum] of output.toLowerCase().matchAll(/\w+ plus \w+/g)) {
        expect(sums.has(sum), output).toBe(false);
      }
      for (const { id, subject, answer } of times) {
        const word = id.startsWith("next/") ? "After" : "Before";
        expect(output).not.toContain(`${word} ${subject} comes ${answer}.`);
      }
    }
  });
});
