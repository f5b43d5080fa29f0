import { describe, expect, it } from "vitest";
import { Random } from "@/core/random";
import { finish } from "@/data/inPieces";
import { toSample } from "../sample";
import { pair, toRecords } from "../testing";
import {
  estimateSimilarity,
  measureSimilarity,
  PLACES,
  toShingles,
  writeSignature,
} from "./minHash";
import { findTwins } from "./twins";

const random = new Random(3);
const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const word = (): string =>
  Array.from({ length: 3 + random.integer(6) }, () => LETTERS[random.integer(26)]).join("");
const VOCABULARY = Array.from({ length: 3000 }, word);
const text = (count: number): string[] =>
  Array.from({ length: count }, () => random.pick(VOCABULARY));

describe("near-duplicates", () => {
  it("a signature estimates the similarity of two texts", () => {
    for (const changed of [0, 2, 8, 20, 40]) {
      const words = text(40);
      const other = words.map((one, i) => (i < changed ? word() : one)).join(" ");
      const table = new Int32Array(2 * PLACES);
      writeSignature(toShingles(words.join(" ")), table, 0);
      writeSignature(toShingles(other), table, 1);
      const measured = measureSimilarity(words.join(" "), other);
      // Four standard errors of 96 places.
      expect(Math.abs(estimateSimilarity(table, 0, 1) - measured)).toBeLessThan(0.2);
    }
  });

  it("finds every planted one among thousands, and nothing else", () => {
    const good = Array.from({ length: 4000 }, () => pair(text(8).join(" "), text(40).join(" ")));
    const planted = good.slice(0, 200).map((messages) => {
      const [user, answer] = messages;
      const words = (answer?.content ?? "").split(" ");
      words[random.integer(words.length)] = word();
      return pair(`${user?.content ?? ""}!`, words.join(" "));
    });
    const samples = toRecords([...good, ...planted]).map(toSample);
    const { exact, near } = finish(findTwins(samples));
    expect(exact).toEqual([]);
    expect(near.map(({ copy, of }) => [copy.id, of.id])).toEqual(
      planted.map((_, i) => [4000 + i, i]),
    );
  });

  it("one answer to prompts in other words is no copy, with a word more before one it is", () => {
    const answer =
      "Hello! My name is Pip. I am a small language model made by Ada, who is a student.";
    const near = (one: string, other: string) =>
      finish(findTwins(toRecords([pair(one, answer), pair(other, answer)]).map(toSample))).near
        .length;
    expect(near("Who are you?", "Introduce yourself.")).toBe(0);
    expect(near("Good night!", "Say good night.")).toBe(0);
    expect(near("What do we call a young bear?", "Please: What do we call a young bear?")).toBe(1);
  });

  it("thousands of records from one pattern are not all compared with each other", () => {
    const samples = toRecords(
      Array.from({ length: 5000 }, (_, i) => pair(`Tell me about the number ${i}.`, `It is ${i}.`)),
    ).map(toSample);
    let steps = 0;
    const twins = findTwins(samples);
    while (!twins.next().done) steps++;
    expect(steps).toBeLessThan(5000);
    expect(finish(findTwins(samples)).near).toEqual([]);
  });
});
