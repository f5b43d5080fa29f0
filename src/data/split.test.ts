import { describe, expect, it } from "vitest";
import { Random } from "@/core/random";
import { splitExamples } from "./split";

const distinct = (count: number): string[] => Array.from({ length: count }, (_, i) => `text ${i}`);

describe("the split", () => {
  it("holds out the share asked for, at least one of ten, none of 0 %", () => {
    const heldOut = (count: number, percent: number): number =>
      splitExamples(distinct(count), percent, 1).heldOut.length;
    expect(heldOut(100, 10)).toBe(10);
    expect(heldOut(15, 10)).toBe(1);
    expect(heldOut(10, 1)).toBe(1);
    expect(heldOut(9, 10)).toBe(0);
    expect(heldOut(4, 50)).toBe(2);
    expect(heldOut(1000, 0)).toBe(0);
    expect(heldOut(0, 10)).toBe(0);
  });

  it("every example is in exactly one part, in the file's order", () => {
    const { train, heldOut } = splitExamples(distinct(97), 20, 5);
    expect([...train, ...heldOut].sort((a, b) => a - b)).toEqual([...distinct(97).keys()]);
    expect(train).toEqual([...train].sort((a, b) => a - b));
    expect(heldOut).toEqual([...heldOut].sort((a, b) => a - b));
  });

  it("is the same for the same seed and another for another", () => {
    const split = (seed: number) => splitExamples(distinct(100), 10, seed).heldOut;
    expect(split(7)).toEqual(split(7));
    expect(split(7)).not.toEqual(split(8));
  });

  it("no text is in both parts, however often it is repeated", () => {
    const random = new Random(2);
    for (let round = 0; round < 50; round++) {
      const keys = Array.from({ length: 60 }, () => `text ${random.integer(20)}`);
      const { train, heldOut } = splitExamples(keys, 20, round);
      const trained = new Set(train.map((i) => keys[i]));
      expect(heldOut.filter((i) => trained.has(keys[i]))).toEqual([]);
      expect(heldOut.length).toBeLessThanOrEqual(12);
    }
  });

  it("a data set of one repeated text is all trained", () => {
    const keys = Array.from({ length: 20 }, () => "same");
    expect(splitExamples(keys, 10, 1).train).toHaveLength(20);
  });
});
