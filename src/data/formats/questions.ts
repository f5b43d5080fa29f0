/** Formats with a question and its answer. */
import { toText } from "../parse/records";
import {
  oneTurn,
  optional,
  perRecord,
  readTexts,
  required,
  type Format,
  type FormatOption,
} from "./format";

const CATEGORY = optional("category", "Category", "category", "section", "topic");

const OPEN_ORCA: Format = {
  id: "open-orca",
  title: "OpenOrca",
  use: "training",
  fields: [
    required("system", "System", "system_prompt"),
    required("question", "Question", "question"),
    required("answer", "Answer", "response", "answer"),
  ],
  example: {
    id: "flan.1",
    system_prompt: "You are brief.",
    question: "What is the capital of Peru?",
    response: "Lima.",
  },
  convert: perRecord((read) => {
    const texts = readTexts(read, {
      system: "system text",
      question: "question",
      answer: "answer",
    });
    if ("reason" in texts) return texts;
    return oneTurn({ ...texts, prompt: texts.question }, "question");
  }),
};

const RATIONALE_OPTION: FormatOption = {
  key: "rationale",
  label: "Rationale",
  help: "Learned in front of the answer, or left out, to compare both.",
  choices: [
    { value: "learned", label: "Learned before the answer" },
    { value: "leave-out", label: "Left out" },
  ],
  initial: "learned",
};

const REASONED: Format = {
  id: "chain-of-thought",
  title: "Question, rationale and answer",
  use: "training",
  fields: [
    required("question", "Question", "question", "query", "instruction", "inputs", "source"),
    required("answer", "Answer", "answer", "response", "output", "targets", "target"),
    required(
      "rationale",
      "Rationale",
      "rationale",
      "explanation",
      "reasoning",
      "chain_of_thought",
      "cot",
    ),
    optional("input", "Input", "input", "context"),
    CATEGORY,
  ],
  example: {
    question: "Can a fish climb a tree?",
    answer: "no",
    rationale: "Fish live in water and have no legs.",
  },
  options: () => [RATIONALE_OPTION],
  convert: perRecord((read, choose) => {
    const texts = readTexts(read, {
      question: "question",
      answer: "answer",
      rationale: "rationale",
      input: "input",
    });
    if ("reason" in texts) return texts;
    const { question, rationale, input } = texts;
    const answer = texts.answer.trim();
    const isLearned = choose("rationale") === "learned" && answer && rationale.trim();
    const whole = isLearned ? `${rationale.trim()}\nSo the answer is: ${answer}` : answer;
    const category = toText(read("category")) ?? "";
    return oneTurn({ prompt: question, input, answer: whole }, "question", category);
  }),
};

const QUESTION_ANSWER: Format = {
  id: "question-answer",
  title: "Question and answer",
  use: "training",
  fields: [
    required("question", "Question", "question", "query"),
    required("answer", "Answer", "answer", "response"),
    optional("context", "Context", "context", "input", "passage"),
    optional("system", "System", "system", "system_prompt"),
    CATEGORY,
  ],
  example: { question: "Where do penguins live?", answer: "Penguins live in the south." },
  convert: perRecord((read) => {
    const texts = readTexts(read, {
      question: "question",
      context: "context",
      answer: "answer",
      system: "system text",
    });
    if ("reason" in texts) return texts;
    const { question, context, answer, system } = texts;
    const category = toText(read("category")) ?? "";
    return oneTurn({ prompt: question, input: context, answer, system }, "question", category);
  }),
};

const HEADINGS: Format = {
  id: "headings",
  title: "Headings and what stands under them",
  use: "training",
  fields: [
    required("heading", "Heading", "heading"),
    required("body", "Text under it", "body"),
    CATEGORY,
  ],
  example: { heading: "How do I return a book?", body: "Put it into the box at the door." },
  convert: perRecord((read) => {
    const texts = readTexts(read, { heading: "heading", body: "text under the heading" });
    if ("reason" in texts) return texts;
    const category = toText(read("category")) ?? "";
    return oneTurn({ prompt: texts.heading, answer: texts.body }, "heading", category);
  }),
};

export const QUESTION_FORMATS: readonly Format[] = [OPEN_ORCA, REASONED, QUESTION_ANSWER, HEADINGS];
