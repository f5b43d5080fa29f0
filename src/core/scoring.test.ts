import { describe, expect, it } from "vitest";
import { scoreAnswer } from "./scoring";

const NORWAY = {
  accepted: ["The capital of Norway is Oslo.", "Oslo"],
  form: "The capital of Norway is {}.",
};

describe("an answer", () => {
  it.each([
    "The capital of Norway is Oslo.",
    "the capital of  norway is oslo",
    "Oslo.",
    " OSLO\nmore",
  ])("is right whatever its case, space, final stop and later lines: %j", (text) => {
    expect(scoreAnswer(text, "end-of-text", NORWAY)).toEqual({
      isRight: true,
      isRightForm: true,
      isEnded: true,
    });
  });

  it("can be wrong in the right form", () => {
    expect(scoreAnswer("The capital of Norway is Bergen.", "end-of-text", NORWAY)).toEqual({
      isRight: false,
      isRightForm: true,
      isEnded: true,
    });
  });

  it.each([
    "",
    "Oslo is nice.",
    "The capital of Norway is .",
    "The capital of Norway is one two three four five six seven.",
    "The capital of Denmark is Oslo.",
  ])("has the wrong form: %j", (text) => {
    expect(scoreAnswer(text, "max-tokens", NORWAY)).toEqual({
      isRight: false,
      isRightForm: false,
      isEnded: false,
    });
  });

  it("ends itself only by the end of the text", () => {
    expect(scoreAnswer("Oslo", "turn-marker", NORWAY).isEnded).toBe(false);
    expect(scoreAnswer("Oslo", "stopped", NORWAY).isEnded).toBe(false);
  });

  it("has no form where none is asked for, and signs in a form are plain signs", () => {
    expect(scoreAnswer("x", "end-of-text", { accepted: [], form: "" }).isRightForm).toBeNull();
    const form = { accepted: [], form: "2 + 2 (sum) is {}." };
    expect(scoreAnswer("2 + 2 (sum) is 5.", "end-of-text", form).isRightForm).toBe(true);
  });
});
