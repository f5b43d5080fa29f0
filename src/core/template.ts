/** Which template a run has: one by its name, or the texts of an own one. */

export const TEMPLATE_TITLES = {
  model: "The model's own",
  alpaca: "Alpaca",
  stanford: "Alpaca, as Stanford wrote it",
  dolly: "Dolly",
  "question-answer": "Question / Answer",
  "human-assistant": "Human / Assistant",
  chatml: "ChatML as text",
  plain: "Plain",
} as const;

export type TemplateId = keyof typeof TEMPLATE_TITLES;
/** Templates that are texts alone; the model's own is a program in its files. */
export type TextTemplateId = Exclude<TemplateId, "model">;

/** What a template puts around the parts of a conversation. Placeholders stand where the parts go. */
export type TemplateTexts = {
  system: string;
  opening: string;
  openingWithInput: string;
  instruction: string;
  input: string;
  beforeAnswer: string;
  answer: string;
  betweenTurns: string;
};

/** The texts of an own template are the choice themselves, so that no run can lack them. */
export type TemplateChoice = TemplateId | TemplateTexts;

export type TextField = {
  label: string;
  help: string;
  /** Stands in this text exactly once, and in no other; null where none may stand. */
  placeholder: "{system}" | "{instruction}" | "{input}" | "{output}" | null;
};

/** One row for each text, in the order in which they are written. */
export const TEXT_FIELDS: Record<keyof TemplateTexts, TextField> = {
  system: {
    label: "System line",
    help: "Stands first where a record has a system message.",
    placeholder: "{system}",
  },
  opening: {
    label: "Opening",
    help: "Stands first where it has none. May be empty.",
    placeholder: null,
  },
  openingWithInput: {
    label: "Opening, with an input",
    help: "The same where the first instruction has an input.",
    placeholder: null,
  },
  instruction: {
    label: "Instruction",
    help: "What stands before and after it.",
    placeholder: "{instruction}",
  },
  input: {
    label: "Input",
    help: "Follows the instruction; left out where a record has none.",
    placeholder: "{input}",
  },
  beforeAnswer: {
    label: "Before the answer",
    help: "The end of the prompt. Best is one line break at its end.",
    placeholder: null,
  },
  answer: {
    label: "Answer",
    help: "All of it is learned. The end-of-text token follows by itself.",
    placeholder: "{output}",
  },
  betweenTurns: {
    label: "Between turns",
    help: "Stands between an answer and the next instruction.",
    placeholder: null,
  },
};

export const TEXT_KEYS = Object.keys(TEXT_FIELDS) as (keyof TemplateTexts)[];

const PLACEHOLDERS = ["{system}", "{instruction}", "{input}", "{output}"] as const;

/** A link must stay short enough for an address bar. */
const MAX_TEXT_LENGTH = 2000;

export const isOwnTemplate = (choice: TemplateChoice): choice is TemplateTexts =>
  typeof choice !== "string";

export function toTemplateTitle(choice: TemplateChoice): string {
  return isOwnTemplate(choice) ? "Custom" : TEMPLATE_TITLES[choice];
}

/** Why this is no template, as a sentence that says what to change; null when it is one. */
export function findTemplateProblem(value: unknown): string | null {
  if (typeof value === "string") {
    return Object.hasOwn(TEMPLATE_TITLES, value) ? null : `Template cannot be "${value}".`;
  }
  if (typeof value !== "object" || value === null) return "Template must be a name or texts.";
  const texts = value as Record<string, unknown>;
  for (const key of TEXT_KEYS) {
    const problem = findTextProblem(TEXT_FIELDS[key], texts[key]);
    if (problem !== null) return problem;
  }
  const stray = Object.keys(texts).find((key) => !Object.hasOwn(TEXT_FIELDS, key));
  if (stray !== undefined) return `A template has no text "${stray}".`;
  return findInputProblem(texts as TemplateTexts);
}

function findTextProblem({ label, placeholder }: TextField, text: unknown): string | null {
  if (typeof text !== "string") return `The template's “${label}” must be a text.`;
  if (text.length > MAX_TEXT_LENGTH) {
    return `The template's “${label}” has ${text.length} characters; ${MAX_TEXT_LENGTH} fit.`;
  }
  for (const one of PLACEHOLDERS) {
    const count = text.split(one).length - 1;
    if (one === placeholder && count !== 1) {
      return `The template's “${label}” must hold ${one} once; it is there ${count} times.`;
    }
    if (one !== placeholder && count > 0) {
      return `The template's “${label}” cannot hold ${one}: take it out.`;
    }
  }
  return null;
}

/** Other tools get the input inside the instruction: where it matters they must be able to tell. */
function findInputProblem({ instruction, input, opening, openingWithInput }: TemplateTexts) {
  const after = instruction.split("{instruction}")[1] ?? "";
  const before = input.split("{input}")[0] ?? "";
  const matters = after !== "" || opening !== openingWithInput;
  if (!matters || `${after}${before}`.trim() !== "") return null;
  return (
    "The template's “Input” must begin with a mark, such as “### Input:”: without one nobody can " +
    "tell where an input begins. Or give both openings the same text, and end “Instruction” in " +
    "{instruction}."
  );
}
