import { expect, it } from "vitest";
import { parseEvaluationSet } from "./evaluationSet";

const QUESTION = {
  instruction: "What is the capital of Norway?",
  input: "",
  output: "Oslo.",
  accepted: ["Oslo"],
  kind: "capital",
  form: "",
};
const lines = (...records: unknown[]) => records.map((record) => JSON.stringify(record)).join("\n");

it("reads questions and passages", () => {
  expect(parseEvaluationSet("x", `${lines(QUESTION)}\n\n`)).toEqual({
    of: "questions",
    items: [QUESTION],
  });
  expect(parseEvaluationSet("x", lines({ text: "One." }, { text: "Two." }))).toEqual({
    of: "passages",
    items: ["One.", "Two."],
  });
});

it.each([
  ["Line 2 of the set x is not a JSON object", `${lines(QUESTION)}\n{"a`],
  ["Line 2 of the set x lacks", lines(QUESTION, { ...QUESTION, accepted: "Oslo" })],
  ["Line 1 of the set x lacks", lines({ instruction: "Who?" })],
  ["Line 2 of the set x has no text", lines({ text: "One." }, { text: " " })],
])("refuses with the line: %s", (message, text) => {
  expect(() => parseEvaluationSet("x", text)).toThrow(message);
});
