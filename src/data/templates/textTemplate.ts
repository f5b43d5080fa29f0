/** Templates that are texts around the parts of a conversation: those of the table, and a person's own. */
import type { TemplateTexts } from "@/core/template";
import type { Message } from "../conversation";
import { cutTexts, flatten, hasInput, type TextParts } from "./parts";
import { joinPrompts, joinText, type ChatTemplate, type Segment, type TurnEnd } from "./template";
import { toJinja } from "./jinja";

/** A shorter mark may well stand inside an answer. */
const MIN_MARKER_LENGTH = 4;

export function createTextTemplate(
  { id, title }: Pick<ChatTemplate, "id" | "title">,
  texts: TemplateTexts,
  { eosToken, leadingIds }: TurnEnd,
): ChatTemplate {
  const parts = cutTexts(texts, eosToken);
  const plain = (message: Message): Message => flatten(message, parts);
  const write = (messages: readonly Message[]): Segment[] =>
    joinPrompts(render(parts, messages.map(plain)));
  const marker = parts.instruction.before.trim();
  return {
    id,
    title,
    render: write,
    promptSegments: write,
    renderPrompt: (messages) => joinText(write(messages), eosToken),
    jinja: toJinja(parts, leadingIds.length > 0),
    toPlainMessages: (messages) => messages.map(plain),
    nextTurnMarker: marker.length < MIN_MARKER_LENGTH ? "" : marker,
    toAnswer: (generated) => unwrap(generated, parts.answer),
  };
}

function render(parts: TextParts, messages: readonly Message[]): Segment[] {
  const segments: Segment[] = [];
  const say = (text: string): void => {
    segments.push({ text, isTrained: false, endsTurn: false });
  };
  const [first] = messages;
  const turns = first?.role === "system" ? messages.slice(1) : messages;
  if (first?.role === "system") say(parts.system.before + first.content + parts.system.after);
  else say(first && hasInput(first.content, parts) ? parts.openingWithInput : parts.opening);
  for (const [i, { role, content }] of turns.entries()) {
    if (role === "user") {
      const after = hasInput(content, parts) ? "" : parts.instruction.after;
      say(parts.instruction.before + content + after + parts.beforeAnswer);
    } else if (role === "assistant") {
      const text = parts.answer.before + content + parts.answer.after;
      segments.push({ text, isTrained: true, endsTurn: true });
      if (i < turns.length - 1) say(parts.betweenTurns);
    }
  }
  return segments;
}

function unwrap(generated: string, { before, after }: TextParts["answer"]): string {
  const text = generated.startsWith(before) ? generated.slice(before.length) : generated;
  return after !== "" && text.endsWith(after) ? text.slice(0, -after.length) : text;
}
