import { describe, expect, it } from "vitest";
import type { StepRecord } from "@/core/metrics";
import { pickIndices } from "./downsample";
import { toLossSeries } from "./lossSeries";
import { smooth } from "./smooth";

function record(step: number, trainLoss: number): StepRecord {
  return {
    step,
    epoch: 0,
    trainLoss,
    learningRate: 1e-3,
    gradNorm: 1,
    countedTokens: 10,
    tokens: 20,
    stepMs: 100,
  };
}

describe("smooth", () => {
  it("gives a constant back unchanged from the first point on", () => {
    for (const value of smooth([2, 2, 2, 2], 0.9)) expect(value).toBeCloseTo(2, 12);
  });

  it("gives the values back at weight 0 and steps over what is not finite", () => {
    expect(smooth([3, 1], 0)).toEqual([3, 1]);
    expect(smooth([2, NaN, 2], 0.5)).toEqual([2, NaN, 2]);
  });
});

describe("pickIndices", () => {
  it("keeps everything that fits", () => {
    expect(pickIndices([5, 4, 3], 10)).toEqual([0, 1, 2]);
  });

  it("keeps first, last and a lone spike of a long series, in order", () => {
    const values = Array.from({ length: 10_000 }, (_, i) => (i === 7321 ? 99 : Math.sin(i / 50)));
    const picked = pickIndices(values, 200);
    expect(picked.length).toBeLessThanOrEqual(200);
    expect(picked[0]).toBe(0);
    expect(picked.at(-1)).toBe(9999);
    expect(picked).toContain(7321);
    expect(picked).toEqual([...picked].sort((a, b) => a - b));
  });
});

describe("toLossSeries", () => {
  it("merges step and held-out records by step", () => {
    const series = toLossSeries(
      [record(1, 3), record(2, 2)],
      [
        { step: 0, evalLoss: 4, countedTokens: 1 },
        { step: 2, evalLoss: 2.5, countedTokens: 1 },
      ],
      0,
      false,
    );
    expect(series).toEqual({
      steps: [0, 1, 2],
      raw: [null, 3, 2],
      smoothed: [null, 3, 2],
      heldOut: [4, null, 2.5],
      baseLoss: 4,
    });
  });

  it("leaves gaps for what a log scale cannot show", () => {
    const series = toLossSeries([record(1, 0), record(2, NaN)], [], 0, true);
    expect(series.raw).toEqual([null, null]);
  });
});
