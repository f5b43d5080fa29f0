import { describe, expect, it } from "vitest";
import { findTemplateProblem, type TemplateTexts } from "./template";

const GOOD: TemplateTexts = {
  system: "{system}\n",
  opening: "",
  openingWithInput: "",
  instruction: "Q: {instruction}",
  input: "\n{input}",
  beforeAnswer: "\nA:\n",
  answer: "{output}",
  betweenTurns: "\n",
};

describe("what is no template is said, with what to change", () => {
  it("names and whole texts are templates", () => {
    expect(findTemplateProblem("stanford")).toBeNull();
    expect(findTemplateProblem(GOOD)).toBeNull();
    const braces = 'As JSON: {"a": {}}\n';
    const texts = { ...GOOD, opening: braces, openingWithInput: braces };
    expect(findTemplateProblem(texts)).toBeNull();
  });

  it.each<[unknown, string]>([
    ["vicuna", 'Template cannot be "vicuna".'],
    ["toString", 'Template cannot be "toString".'],
    [null, "Template must be a name or texts."],
    [[], "The template's “System line” must be a text."],
    [{ ...GOOD, extra: "" }, 'A template has no text "extra".'],
    [{ ...GOOD, answer: 7 }, "The template's “Answer” must be a text."],
    [
      { ...GOOD, answer: "Yes." },
      "The template's “Answer” must hold {output} once; it is there 0 times.",
    ],
    [
      { ...GOOD, input: "{input}{input}" },
      "The template's “Input” must hold {input} once; it is there 2 times.",
    ],
    [
      { ...GOOD, beforeAnswer: "{output}\n" },
      "The template's “Before the answer” cannot hold {output}: take it out.",
    ],
    [
      { ...GOOD, opening: "x".repeat(2001) },
      "The template's “Opening” has 2001 characters; 2000 fit.",
    ],
  ])("%j", (value, problem) => {
    expect(findTemplateProblem(value)).toBe(problem);
  });

  it("an input must be told by a mark where the text depends on it", () => {
    for (const more of [{ openingWithInput: "Read this.\n" }, { instruction: "{instruction}\n" }]) {
      expect(findTemplateProblem({ ...GOOD, ...more })).toContain("must begin with a mark");
      expect(findTemplateProblem({ ...GOOD, ...more, input: "\nText: {input}" })).toBeNull();
    }
  });
});
