/** What the fake trainer says of templates: checks of the ending, and a record as the template has it. */
import { isOwnTemplate, type TemplateChoice } from "@/core/template";
import type { Message } from "@/data/conversation";
import type { TemplateCheck } from "@/data/templates/checks";
import { TEMPLATE_TABLE } from "@/data/templates/table";
import { createTextTemplate } from "@/data/templates/textTemplate";
import type { TokenView } from "@/worker/protocol";

const TURN_END = { eosToken: "<|endoftext|>", leadingIds: [] };

/** Only the ending is looked at. */
export function createTemplateChecks(choice: TemplateChoice): TemplateCheck[] {
  const isWrong = isOwnTemplate(choice) && choice.beforeAnswer.endsWith(" ");
  const text = isWrong
    ? 'The prompt ends in a space: "Response: ". Take it away.'
    : "The prompt ends in no space or empty line.";
  return [
    { id: "ending", isPassed: !isWrong, text },
    { id: "prefix", isPassed: true, text: "A prompt has the same tokens with and without." },
    { id: "end-of-text", isPassed: true, text: 'Every answer ends in "<|endoftext|>".' },
    { id: "mask", isPassed: true, text: "812 of the 3904 tokens of 64 records are learned." },
  ];
}

/** The fake model has no template of its own: Alpaca stands for it. */
export function toFakeTokens(choice: TemplateChoice, messages: readonly Message[]): TokenView[] {
  const texts = isOwnTemplate(choice)
    ? choice
    : TEMPLATE_TABLE[choice === "model" ? "alpaca" : choice];
  const { render } = createTextTemplate({ id: "custom", title: "" }, texts, TURN_END);
  return render(messages).flatMap(({ text, isTrained, endsTurn }) => {
    const kind = isTrained ? ("trained" as const) : ("masked" as const);
    const pieces = text.replaceAll("\n", "⏎").match(/⏎| ?[A-Za-z]{1,5}|[^A-Za-z]/g) ?? [];
    const tokens = pieces.map((piece) => ({ id: toId(piece), piece, kind }));
    return endsTurn ? [...tokens, { id: 0, piece: TURN_END.eosToken, kind }] : tokens;
  });
}

const toId = (piece: string): number =>
  300 + ((piece.charCodeAt(0) * 131 + piece.length * 977) % 3700);
