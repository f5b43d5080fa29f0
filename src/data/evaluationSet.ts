/** Sets that only measure: questions with accepted answers, or passages of prose. */
import { AppError } from "@/core/errors";
import type { Expected } from "@/core/scoring";

export type EvaluationQuestion = Expected & {
  instruction: string;
  input: string;
  /** The answer as it is shown. */
  output: string;
  kind: string;
};

/** Questions that a data set brings along to be measured with. */
export type QuestionSet = {
  /** No bundled set has it. */
  name: string;
  title: string;
  description: string;
  questions: EvaluationQuestion[];
};

export type EvaluationSet =
  { of: "questions"; items: EvaluationQuestion[] } | { of: "passages"; items: string[] };

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === "string");

/** Reads the lines of a set; every line must be of the first one's sort. Throws `data/unreadable`. */
export function parseEvaluationSet(name: string, text: string): EvaluationSet {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const records = lines.map((line, i) => parseLine(name, line, i + 1));
  const [first] = records;
  if (first && "text" in first) {
    return { of: "passages", items: records.map((record, i) => readPassage(name, record, i + 1)) };
  }
  return { of: "questions", items: records.map((record, i) => readQuestion(name, record, i + 1)) };
}

function parseLine(name: string, line: string, number: number): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // Said below, with the line.
  }
  throw unreadable(name, number, "is not a JSON object");
}

function readPassage(name: string, { text }: Record<string, unknown>, number: number): string {
  if (typeof text === "string" && text.trim() !== "") return text;
  throw unreadable(name, number, "has no text");
}

function readQuestion(
  name: string,
  record: Record<string, unknown>,
  number: number,
): EvaluationQuestion {
  const { instruction, input = "", output, accepted, kind = "", form = "" } = record;
  const texts = [instruction, input, output, kind, form];
  if (!isTexts(texts) || !isTexts(accepted)) {
    throw unreadable(name, number, "lacks a question, an answer or its accepted answers");
  }
  return { instruction, input, output, accepted, kind, form } as EvaluationQuestion;
}

function unreadable(name: string, line: number, what: string): AppError {
  return new AppError("data/unreadable", `Line ${line} of the set ${name} ${what}.`, { line });
}
