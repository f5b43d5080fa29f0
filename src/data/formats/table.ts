/** The data formats as one table. A new format is a new row of one of its lists. */
import { AppError } from "@/core/errors";
import { CHAT_FORMATS } from "./chat";
import type { Format, FormatId } from "./format";
import { INSTRUCTION_FORMATS } from "./instructions";
import { OPEN_ASSISTANT_FORMATS } from "./openAssistant";
import { PEOPLE_FORMATS } from "./people";
import { PREFERENCE_FORMATS } from "./preferences";
import { PROMPTS } from "./prompts";
import { QUESTION_FORMATS } from "./questions";
import { TEXT_FORMATS } from "./texts";

/** All formats; of two that fit as many records the earlier one is meant. */
export const FORMATS: readonly Format[] = [
  ...OPEN_ASSISTANT_FORMATS,
  ...PREFERENCE_FORMATS,
  ...CHAT_FORMATS,
  ...QUESTION_FORMATS,
  ...INSTRUCTION_FORMATS,
  ...PEOPLE_FORMATS,
  ...TEXT_FORMATS,
  PROMPTS,
];

/** The format of that id; throws `data/bad-mapping` where there is none. */
export function findFormat(id: FormatId): Format {
  const format = FORMATS.find((candidate) => candidate.id === id);
  if (!format) throw new AppError("data/bad-mapping", `There is no format "${String(id)}".`);
  return format;
}
