import { describe, expect, it } from "vitest";
import { TEMPLATE_TABLE } from "@/data/templates/table";
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

  it("carries an own template, and names what is wrong with one", () => {
    const template = { ...TEMPLATE_TABLE.dolly, opening: "Ä & 100 % {}\n+?#" };
    const hash = toHash("train", { template, rank: 4 });
    expect(parseAddress(hash)).toEqual({
      place: "train",
      overrides: { template, rank: 4 },
      problems: [],
    });
    expect(parseAddress("#/train?template=plain").overrides).toEqual({ template: "plain" });
    const bad = parseAddress(toHash("train", { template: { ...template, answer: "" } }));
    expect(bad.overrides).toEqual({});
    expect(bad.problems[0]).toContain("must hold {output} once");
    expect(parseAddress("#/train?template={broken").problems[0]).toContain("{broken");
  });
});
