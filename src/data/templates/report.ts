/** What the page shows of templates: how each looks on the data's first record, and the checks of the chosen one. */
import { AppError } from "@/core/errors";
import { TEMPLATE_TITLES, type TemplateId } from "@/core/template";
import type { Conversation, Message } from "../conversation";
import type { Tokenizer } from "../tokenizer";
import { checkTemplate, type TemplateCheck } from "./checks";
import { createTemplate } from "./createTemplate";
import type { ChatTemplate, Segment } from "./template";

/** A record as a template writes it, shortened; `problem` says why it cannot. */
export type TemplateLook = { id: TemplateId; segments: Segment[]; problem: string };

/** Both lists are empty for data that is text already: no template is put around it. */
export type TemplateReport = { looks: TemplateLook[]; checks: TemplateCheck[] };

export function reportTemplate(
  template: ChatTemplate,
  tokenizer: Tokenizer,
  conversations: readonly Conversation[],
): TemplateReport {
  const first = conversations.find(({ isRaw }) => !isRaw);
  if (!first) return { looks: [], checks: [] };
  const messages = shorten(first.messages);
  return {
    looks: TEMPLATE_IDS.map((id) => look(id, tokenizer, messages)),
    checks: checkTemplate(template, tokenizer, conversations),
  };
}

const TEMPLATE_IDS = Object.keys(TEMPLATE_TITLES) as TemplateId[];

function look(id: TemplateId, tokenizer: Tokenizer, messages: Message[]): TemplateLook {
  try {
    return { id, segments: createTemplate(id, tokenizer).render(messages), problem: "" };
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    return { id, segments: [], problem: thrown.message };
  }
}

const MAX_LENGTH = 80;

/** Up to the first answer, with long texts cut: the template is to be seen. */
export function shorten(messages: readonly Message[]): Message[] {
  const answerAt = messages.findIndex(({ role }) => role === "assistant");
  const cut = (text: string): string =>
    text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH).trimEnd()}…` : text;
  return messages.slice(0, answerAt + 1).map(({ role, content, input }) => {
    return input
      ? { role, content: cut(content), input: cut(input) }
      : { role, content: cut(content) };
  });
}
