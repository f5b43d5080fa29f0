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
  it("are padded on the right to a multiple of sixteen, and padding never counts", () => {
    const batch = makeBatch([example(5, 2), example(17, 3)], 1, 256);
    expect([batch.rows, batch.length]).toEqual([2, 32]);
    expect([...batch.tokenIds.slice(0, 6)]).toEqual([100, 101, 102, 103, 104, 1]);
    expect([...batch.lossMask.slice(0, 7)]).toEqual([0, 0, 0, 1, 1, 0, 0]);
    expect([...batch.tokenIds.slice(32, 35)]).toEqual([100, 101, 102]);
    expect(batch.countedTokens).toBe(5);
    expect(batch.realTokens).toBe(22);
    expect(batch.lossMask.reduce((sum, value) => sum + value, 0)).toBe(5);
  });

  it("are never longer than the limit", () => {
    expect(makeBatch([example(18, 1)], 0, 20).length).toBe(20);
    expect(() => makeBatch([example(21, 1)], 0, 20)).toThrow("makeBatch");
  });

  it("cover all examples in order", () => {
    const batches = makeBatches(
      [3, 4, 5, 6, 7].map((n) => example(n, 1)),
      2,
      0,
      64,
    );
    expect(batches.map(({ rows }) => rows)).toEqual([2, 2, 1]);
    expect(batches.map(({ realTokens }) => realTokens)).toEqual([7, 11, 7]);
  });
});
