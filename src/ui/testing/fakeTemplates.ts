/** What the fake trainer says of templates: real ones, around a record of the script. */
import { isOwnTemplate, TEMPLATE_TITLES, type TemplateChoice } from "@/core/template";
import type { TemplateId } from "@/core/template";
import type { TemplateLook, TemplateReport } from "@/data/templates/report";
import { TEMPLATE_TABLE } from "@/data/templates/table";
import { createTextTemplate } from "@/data/templates/textTemplate";

const MESSAGES = [
  {
    role: "user" as const,
    content: "Put the words in alphabetical order.",
    input: "pear, apple, mango",
  },
  { role: "assistant" as const, content: "apple, mango, pear" },
];
const TURN_END = { eosToken: "<|endoftext|>", leadingIds: [] };

/** Only the ending is looked at; the model has no template of its own. */
export function createTemplateReport(choice: TemplateChoice): TemplateReport {
  const isWrong = isOwnTemplate(choice) && choice.beforeAnswer.endsWith(" ");
  const text = isWrong
    ? 'The prompt ends in a space: "Response: ". Take it away.'
    : "The prompt ends in no space or empty line.";
  return {
    looks: (Object.keys(TEMPLATE_TITLES) as TemplateId[]).map(look),
    checks: [
      { id: "prefix", isPassed: true, text: "A prompt has the same tokens with and without." },
      { id: "ending", isPassed: !isWrong, text },
      { id: "end-of-text", isPassed: true, text: 'Every answer ends in "<|endoftext|>".' },
      { id: "mask", isPassed: true, text: "812 of the 3904 tokens of 64 records are learned." },
    ],
  };
}

function look(id: TemplateId): TemplateLook {
  if (id === "model") {
    return { id, segments: [], problem: "This model has no chat template of its own." };
  }
  const template = createTextTemplate({ id, title: "" }, TEMPLATE_TABLE[id], TURN_END);
  return { id, segments: template.render(MESSAGES), problem: "" };
}
