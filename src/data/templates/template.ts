/** What every template is: the same object for training, answers and exports. */
import type { TemplateId } from "@/core/template";
import type { Message } from "../conversation";
import type { Tokenizer } from "../tokenizer";

/** A stretch of text. `endsTurn`: the end-of-text token follows it, and shares its mask. */
export type Segment = { text: string; isTrained: boolean; endsTurn: boolean };

export type ChatTemplate = {
  id: TemplateId | "custom";
  title: string;
  /** A whole conversation; every assistant turn is a trained segment that ends its turn. */
  render: (messages: readonly Message[]) => Segment[];
  /** All up to where the assistant's next answer starts. Training examples start with the same. */
  promptSegments: (messages: readonly Message[]) => Segment[];
  /** The same as one text; earlier turns end with the text of the end-of-text token. */
  renderPrompt: (messages: readonly Message[]) => string;
  /**
   * The template as Jinja, for `chat_template` in exports. It renders `toPlainMessages(messages)` as
   * this object renders `messages`, with BOS in front where the tokenizer adds one.
   */
  jinja: string;
  /** Messages without `input`, which other tools do not know: it stands in the content as rendered here. */
  toPlainMessages: (messages: readonly Message[]) => Message[];
  /** What a next turn would start with: an answer that runs on is cut here. "" where there is none. */
  nextTurnMarker: string;
  /** What was generated, without the texts that the template has an answer begin and end with. */
  toAnswer: (generated: string) => string;
};

/** All that a template made of texts needs to know of a tokenizer. */
export type TurnEnd = Pick<Tokenizer, "eosToken" | "leadingIds">;

/** A prompt–completion record: already text, so nothing is put around it. */
export function renderRaw(messages: readonly Message[]): Segment[] {
  return messages.map(({ role, content, isTrained, endsTurn }) => {
    const isAnswer = role === "assistant";
    return {
      text: content,
      isTrained: isAnswer && isTrained !== false,
      endsTurn: isAnswer && endsTurn !== false,
    };
  });
}

/** Untrained segments next to each other become one, so that a prompt is one text. */
export function joinPrompts(segments: readonly Segment[]): Segment[] {
  const joined: Segment[] = [];
  for (const segment of segments) {
    const last = joined.at(-1);
    const canJoin = last && !last.endsTurn && last.isTrained === segment.isTrained;
    if (canJoin) joined[joined.length - 1] = { ...segment, text: last.text + segment.text };
    else if (segment.text !== "" || segment.endsTurn) joined.push(segment);
  }
  return joined;
}

export function joinText(segments: readonly Segment[], eosToken: string): string {
  return segments.map(({ text, endsTurn }) => (endsTurn ? text + eosToken : text)).join("");
}
