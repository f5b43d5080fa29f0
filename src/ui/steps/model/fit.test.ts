import { describe, expect, it } from "vitest";
import { toFit, toFitSentence } from "./fit";

describe("fit", () => {
  it("tells fitting, tight and too large apart", () => {
    expect([50, 90, 101].map((need) => toFit(need, 100))).toEqual(["fits", "tight", "too-large"]);
  });

  it("names both numbers", () => {
    expect(toFitSentence(2e9, 1e9).replaceAll("\u00a0", " ")).toBe(
      "Tuning needs about 2 GB, but this device gives about 1 GB. It will probably not fit.",
    );
  });
});
