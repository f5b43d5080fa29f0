import { expect, test } from "vitest";
import { cleanAnswer, parseInstance, parseList, parseOutput, trimInstruction } from "./answers";

test("lists are read whether numbered, with bullets, or labeled, also over several lines", () => {
  const wanted = ["Name a fruit.", "Sort the words\nby length."];
  for (const text of [
    "Sure! Here are more:\n\n9. Name a fruit.\n10. Sort the words\n    by length.",
    "- Name a fruit.\n* Sort the words\nby length.",
    'Task 9: "Name a fruit."\n**Task 10:** Sort the words\nby length.',
    "<think>9. no\n10. no</think>\n9) Instruction: Name a fruit.\n10) Sort the words\nby length.",
  ]) {
    expect(parseList(text), text).toEqual(wanted);
  }
  expect(parseList("I cannot do that.")).toEqual([]);
});

test("an instance is read from labels or JSON, and “none” is no input", () => {
  expect(parseInstance("Input: none\nOutput: A pear.")).toEqual({ input: "", output: "A pear." });
  expect(parseInstance("**Input:** cat, dog\n\n**Output:** 2")).toEqual({
    input: "cat, dog",
    output: "2",
  });
  expect(parseInstance('```json\n{"input": "x", "output": ["a"]}\n```')).toEqual({
    input: "x",
    output: '["a"]',
  });
  expect(parseInstance("Output: 1. Boil.\n2. Pour.")).toEqual({
    input: "",
    output: "1. Boil.\n2. Pour.",
  });
  expect(parseInstance("A pear.")).toBeNull();
  expect(parseInstance("Input: a pear\nOutput:")).toBeNull();
});

test("a next task that the model goes on with is cut off", () => {
  const text = "Output: A pear.\n\nInstruction: Name a tree.\nInput: none\nOutput: An oak.";
  expect(parseInstance(text)).toEqual({ input: "", output: "A pear." });
});

test("thinking aloud, fences, labels and quotes are no part of an answer", () => {
  expect(cleanAnswer("<think>hm</think>\n```\nA pear.\n```")).toBe("A pear.");
  expect(cleanAnswer("<think>it never ends")).toBe("");
  expect(parseOutput("Answer: A pear.")).toBe("A pear.");
  expect(parseOutput("A pear.\nAnswer: no")).toBe("A pear.\nAnswer: no");
  expect(trimInstruction('#Rewritten Task#: "Name a fruit."')).toBe("Name a fruit.");
  expect(trimInstruction("“a” and “b” differ how?")).toBe("“a” and “b” differ how?");
});
