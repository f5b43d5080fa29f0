import { describe, expect, it } from "vitest";
import { parseAddress, toHash } from "./address";

describe("address", () => {
  it("opens Train when nothing is said", () => {
    expect(parseAddress("")).toEqual({ place: "train", overrides: {}, problems: [] });
  });

  it("gives back the place and the settings it was made from", () => {
    const overrides = { rank: 4, learningRate: 2e-5, isShuffled: false, method: "full" } as const;
    const hash = toHash("compare", overrides);
    expect(parseAddress(hash)).toEqual({ place: "compare", overrides, problems: [] });
  });

  it("leaves out what cannot be used and says so", () => {
    const { overrides, problems } = parseAddress("#/model?rank=9999&epochs=2&colour=red&seed=");
    expect(overrides).toEqual({ epochs: 2 });
    expect(problems).toHaveLength(2);
    expect(problems[0]).toContain("Rank must be from 1 to 256");
  });
});
