/** Prompts without answers: sets to measure on, such as IFEval, MT-bench or WizardLM's test set. */
import { toText, type DataRecord } from "../parse/records";
import { optional, perRecord, required, withCategory, type Format } from "./format";

/** Columns that stand beside prompts in such sets. Any other text may be an answer by another name. */
const BESIDE = new Set([
  "accepted",
  "category",
  "difficulty",
  "id",
  "idx",
  "instruction_id_list",
  "key",
  "kind",
  "kwargs",
  "motivation_app",
  "name",
  "prompt_without_instruction",
  "question_id",
  "reference",
  "skill",
  "source",
]);

const PROMPT_NAMES = ["prompt", "turns", "instruction", "question"];

export const PROMPTS: Format = {
  id: "prompts",
  title: "Prompts only",
  use: "evaluation",
  isFallback: true,
  fields: [
    required("prompt", "Prompt", ...PROMPT_NAMES),
    optional("category", "Category", "category", "skill"),
  ],
  example: { key: 1, prompt: "Name three trees, in capitals.", instruction_id_list: ["capitals"] },
  accepts: (records, columns) => columns.every((name) => isKnown(name) || !isText(records, name)),
  convert: perRecord((read) => {
    const value = read("prompt");
    // MT-bench asks a second question after the first answer; only the first stands alone.
    const isList = Array.isArray(value);
    const first = toText(isList ? (value as unknown[])[0] : value);
    if (first === null || first.trim() === "") return { reason: "The prompt is empty." };
    const messages = [{ role: "user" as const, content: first.trim() }];
    const notes =
      isList && value.length > 1 ? ["Only the first of several turns can be asked by itself."] : [];
    const draft = { messages, isRaw: false, ...withCategory(read("category")) };
    return { conversations: [draft], notes };
  }),
};

function isKnown(name: string): boolean {
  const key = name.trim().toLowerCase();
  return BESIDE.has(key) || PROMPT_NAMES.includes(key);
}

const isText = (records: readonly DataRecord[], column: string): boolean =>
  records.slice(0, 100).some(({ value }) => typeof value[column] === "string");
