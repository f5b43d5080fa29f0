import { describe, expect, it } from "vitest";
import type { EncodedExample } from "./encode";
import { countSteps, epochOrder, makeBatch, makeBatches, planEpoch } from "./pack";

const example = (length: number, trained: number): EncodedExample => ({
  line: 1,
  tokenIds: Int32Array.from({ length }, (_, i) => 100 + i),
  lossMask: Uint8Array.from({ length }, (_, i) => (i >= length - trained ? 1 : 0)),
});

describe("the order of an epoch", () => {
  it("is the file's when not shuffled", () => {
    expect(epochOrder(4, 3, 1, false)).toEqual([0, 1, 2, 3]);
  });

  it("is new each epoch, and any epoch can be computed alone", () => {
    const first = epochOrder(50, 0, 9, true);
    expect(first).toEqual(epochOrder(50, 0, 9, true));
    expect(first).not.toEqual(epochOrder(50, 1, 9, true));
    expect(first).not.toEqual(epochOrder(50, 0, 10, true));
    expect([...first].sort((a, b) => a - b)).toEqual([...Array(50).keys()]);
  });
});

describe("the plan of an epoch", () => {
  it("has every example once, in steps of micro-batches; the last may be smaller", () => {
    const order = [4, 0, 3, 1, 2, 6, 5];
    expect(planEpoch(order, 2, 2)).toEqual([
      [
        [4, 0],
        [3, 1],
      ],
      [[2, 6], [5]],
    ]);
    expect(planEpoch(order, 8, 1)).toEqual([[order]]);
    expect(planEpoch([], 2, 2)).toEqual([]);
    expect(countSteps(7, 2, 2)).toBe(2);
    expect(countSteps(60, 8, 1)).toBe(8);
  });
});

describe("batches", () => {
  it("hold examples one behind the other, padded at the end, and padding never counts", () => {
    const batch = makeBatch([example(5, 2), example(70, 3)], 1, 256);
    expect(batch.tokenIds.length).toBe(128);
    expect([...batch.segments]).toEqual([0, 5, 5, 70]);
    expect([...batch.tokenIds.slice(0, 7)]).toEqual([100, 101, 102, 103, 104, 100, 101]);
    expect([...batch.tokenIds.slice(74, 77)]).toEqual([169, 1, 1]);
    expect([...batch.lossMask.slice(0, 7)]).toEqual([0, 0, 0, 1, 1, 0, 0]);
    expect([...batch.lossMask.slice(71, 77)]).toEqual([0, 1, 1, 1, 0, 0]);
    expect(batch.countedTokens).toBe(5);
    expect(batch.realTokens).toBe(75);
  });

  it("never count an example's first token, which nothing stands before", () => {
    const batch = makeBatch([example(3, 3), example(2, 2)], 0, 64);
    expect([...batch.lossMask.slice(0, 6)]).toEqual([0, 1, 1, 0, 1, 0]);
    expect(batch.countedTokens).toBe(3);
  });

  it("take no example beyond the limit", () => {
    expect(makeBatch([example(20, 1)], 0, 20).tokenIds.length).toBe(64);
    expect(() => makeBatch([example(21, 1)], 0, 20)).toThrow("an example has 21 tokens");
  });

  it("cover all examples in order", () => {
    const batches = makeBatches(
      [3, 4, 5, 6, 7].map((n) => example(n, 1)),
      2,
      0,
      64,
    );
    expect(batches.map(({ segments }) => segments.length / 2)).toEqual([2, 2, 1]);
    expect(batches.map(({ realTokens }) => realTokens)).toEqual([7, 11, 7]);
  });
});
