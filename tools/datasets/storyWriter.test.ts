import { describe, expect, it } from "vitest";
import { holds } from "./ask.js";
import { GENERATORS } from "./index.js";

type Row = { instruction: string; input: string; output: string };
const records = GENERATORS.find(({ entry }) => entry.name === "story-writer")?.make() as Row[];
const COUNTS = ["zero", "one", "two", "three", "four", "five", "six"];

/** At a stop, with the quotation mark behind it, before a capital letter. */
const toSentences = (text: string): string[] => text.split(/(?<=[.!?]"?) (?="?[A-Z])/);
/** What speech of two sentences adds: none of the plots has any. */
const countSentences = (text: string): number => toSentences(text).length;

describe("story-writer", () => {
  it("has 400 to 500 stories of three to five sentences that end with a stop", () => {
    expect(records.length).toBeGreaterThanOrEqual(400);
    expect(records.length).toBeLessThanOrEqual(500);
    const lengths = new Set<number>();
    for (const { output } of records) {
      lengths.add(countSentences(output));
      for (const sentence of toSentences(output)) expect(sentence).toMatch(/^"?[A-Z].*[.!?]"?$/);
      expect((output.match(/"/g) ?? []).length % 2, output).toBe(0);
    }
    expect([...lengths].sort()).toEqual([3, 4, 5]);
  });

  it("a story has as many sentences as its request asks for", () => {
    const counted = records.filter(({ instruction }) => instruction.includes("sentences"));
    expect(counted.length).toBeGreaterThan(50);
    for (const { instruction, output } of counted) {
      const wanted = COUNTS.findIndex((word) =>
        instruction.toLowerCase().includes(`${word} sentences`),
      );
      expect(countSentences(output), `${instruction} ${output}`).toBe(wanted);
    }
  });

  it("a story is about the one that is asked for: each name and each animal is in it", () => {
    const words =
      "rabbit mouse fox hen cat hedgehog squirrel bear pig goat duck donkey badger mole lamb puppy kitten foal piglet duckling chick fawn horse deer turtle snail lion tiger wolf elephant goose frog crow owl cow sheep dog parrot cloud king fisherman farmer moon sea snowman seed kite cake shell star coat coin bridge river storm mirror".split(
        " ",
      );
    for (const { instruction, input, output } of records) {
      const asked = input || instruction;
      const names = asked.match(/(?<=named )[A-Z]\w+|(?<=about )[A-Z]\w+/g) ?? [];
      const wanted = [...names, ...words.filter((word) => holds(asked, word))];
      for (const word of wanted) expect(holds(output, word), `${asked} ${output}`).toBe(true);
    }
  });

  it("a girl is she and a boy is he", () => {
    const of = (kind: string) =>
      records.filter(({ instruction, input }) => holds(input || instruction, kind));
    const alone = ({ output }: Row): boolean =>
      !/king|grand|aunt|uncle|mother|father|sister|brother|woman|man|teacher|farmer|fisherman|miller|shepherd|driver|neighbor/.test(
        output,
      );
    const girls = of("girl").filter(alone);
    const boys = of("boy").filter(alone);
    expect(girls.length).toBeGreaterThan(5);
    expect(boys.length).toBeGreaterThan(5);
    for (const { output } of girls) expect(output).not.toMatch(/\b(he|him|his)\b/i);
    for (const { output } of boys) expect(output).not.toMatch(/\b(she|her)\b/i);
  });

  it("the stories begin in many ways", () => {
    const starts = new Map<string, number>();
    for (const { output } of records) {
      const start = output.split(" ").slice(0, 2).join(" ");
      starts.set(start, (starts.get(start) ?? 0) + 1);
    }
    expect(Math.max(...starts.values()) / records.length).toBeLessThan(0.1);
    expect(starts.size).toBeGreaterThan(60);
  });
});
