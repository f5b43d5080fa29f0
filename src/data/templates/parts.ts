import type { TemplateTexts } from "@/core/template";
import type { Message } from "../conversation";

/** What stands before and after a placeholder. */
type Around = { before: string; after: string };

/** A template's texts, cut at their placeholders. */
export type TextParts = {
  system: Around;
  opening: string;
  openingWithInput: string;
  instruction: Around;
  beforeAnswer: string;
  answer: Around;
  betweenTurns: string;
  /** All that stands between an instruction and its input, and so shows that there is one. */
  inputMark: string;
  afterInput: string;
};

export function cutTexts(texts: TemplateTexts, eosToken: string): TextParts {
  const { opening, openingWithInput, beforeAnswer, betweenTurns } = texts;
  const instruction = cut(texts.instruction, "{instruction}");
  const input = cut(texts.input, "{input}");
  const answer = cut(texts.answer, "{output}");
  // The end-of-text token follows every answer: one that the text has itself would come twice.
  const hasOwnEnd = eosToken !== "" && answer.after.endsWith(eosToken);
  return {
    system: cut(texts.system, "{system}"),
    opening,
    openingWithInput,
    instruction,
    beforeAnswer,
    answer: hasOwnEnd ? { ...answer, after: answer.after.slice(0, -eosToken.length) } : answer,
    betweenTurns,
    inputMark: instruction.after + input.before,
    afterInput: input.after,
  };
}

function cut(text: string, placeholder: string): Around {
  const at = text.indexOf(placeholder);
  if (at < 0) throw new Error(`cutTexts: ${JSON.stringify(text)} has no ${placeholder}`);
  return { before: text.slice(0, at), after: text.slice(at + placeholder.length) };
}

/** The message with its input written into its content. */
export function flatten({ role, content, input }: Message, parts: TextParts): Message {
  return { role, content: input ? content + parts.inputMark + input + parts.afterInput : content };
}

/**
 * Whether a flattened message has an input. Other tools see its content alone, so here too it is
 * told by its mark; white space is none.
 */
export function hasInput(content: string, { inputMark }: TextParts): boolean {
  return inputMark.trim() !== "" && content.includes(inputMark);
}
