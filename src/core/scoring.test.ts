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

  it("is looked at for as many lines as the right one has", () => {
    const list = { accepted: ["- egg\n- lamp"], form: "" };
    const isRight = (text: string) => scoreAnswer(text, "end-of-text", list).isRight;
    expect(isRight("- egg\n- lamp\nand more")).toBe(true);
    expect(isRight("- egg")).toBe(false);
    expect(isRight("- egg\n- lime")).toBe(false);
  });

  it("needs the right case only where case is what is asked for", () => {
    const capitals = { accepted: ["RED"], form: "" };
    expect(scoreAnswer("red.", "end-of-text", capitals).isRight).toBe(true);
    const cased = { ...capitals, isCased: true };
    expect(scoreAnswer("red.", "end-of-text", cased).isRight).toBe(false);
    expect(scoreAnswer("RED.", "end-of-text", cased).isRight).toBe(true);
  });

  it("has no form where none is asked for, and signs in a form are plain signs", () => {
    expect(scoreAnswer("x", "end-of-text", { accepted: [], form: "" }).isRightForm).toBeNull();
    const form = { accepted: [], form: "2 + 2 (sum) is {}." };
    expect(scoreAnswer("2 + 2 (sum) is 5.", "end-of-text", form).isRightForm).toBe(true);
  });
});
