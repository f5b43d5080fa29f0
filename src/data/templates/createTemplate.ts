import { AppError } from "@/core/errors";
import {
  findTemplateProblem,
  isOwnTemplate,
  toTemplateTitle,
  type TemplateChoice,
} from "@/core/template";
import type { Tokenizer } from "../tokenizer";
import { createModelTemplate } from "./modelTemplate";
import { TEMPLATE_TABLE } from "./table";
import type { ChatTemplate } from "./template";
import { createTextTemplate } from "./textTemplate";

/** Throws `run/bad-config` for "model" where the model has none, and for texts that are no template. */
export function createTemplate(choice: TemplateChoice, tokenizer: Tokenizer): ChatTemplate {
  const title = toTemplateTitle(choice);
  if (choice === "model") return createModelTemplate(tokenizer);
  if (!isOwnTemplate(choice)) {
    return createTextTemplate({ id: choice, title }, TEMPLATE_TABLE[choice], tokenizer);
  }
  const problem = findTemplateProblem(choice);
  if (problem !== null) throw new AppError("run/bad-config", problem);
  return createTextTemplate({ id: "custom", title }, choice, tokenizer);
}
