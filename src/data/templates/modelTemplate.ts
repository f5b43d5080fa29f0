/** The model's own template. Where an answer starts and ends is found by rendering what comes before it. */
import { AppError } from "@/core/errors";
import { TEMPLATE_TITLES } from "@/core/template";
import type { Message } from "../conversation";
import type { Tokenizer } from "../tokenizer";
import { joinPrompts, joinText, type ChatTemplate, type Segment } from "./template";

/** Throws `run/bad-config` where the model has none. */
export function createModelTemplate(tokenizer: Tokenizer): ChatTemplate {
  const jinja = tokenizer.chatTemplate;
  if (jinja === null) {
    throw new AppError(
      "run/bad-config",
      "This model has no chat template of its own: choose another template.",
    );
  }
  const render = (messages: readonly Message[]): Segment[] =>
    renderByModel(tokenizer, messages.map(flatten));
  const promptSegments = (messages: readonly Message[]): Segment[] => {
    // The same path as in training, with an answer that is then taken off.
    const segments = render([...messages, { role: "assistant", content: PROBE }]);
    const answerAt = segments.findLastIndex((segment) => segment.isTrained);
    return segments.slice(0, answerAt);
  };
  return {
    id: "model",
    title: TEMPLATE_TITLES.model,
    render,
    promptSegments,
    renderPrompt: (messages) => joinText(promptSegments(messages), tokenizer.eosToken),
    jinja,
    toPlainMessages: (messages) => messages.map(flatten),
    nextTurnMarker: findNextTurnMarker(render),
    toAnswer: (generated) => generated,
  };
}

/** Stands for an answer or a question that is not known yet; no template has this word in it. */
const PROBE = "tabtune-probe";

function renderByModel(tokenizer: Tokenizer, messages: readonly Message[]): Segment[] {
  const segments: Segment[] = [];
  const whole = tokenizer.renderChat(messages, { addGenerationPrompt: false });
  let at = 0;
  for (const [i, message] of messages.entries()) {
    if (message.role !== "assistant") continue;
    const before = messages.slice(0, i);
    const prompt = findPrompt(tokenizer, before, message, whole, at);
    const upTo = tokenizer.renderChat(messages.slice(0, i + 1), { addGenerationPrompt: false });
    if (!whole.startsWith(prompt) || prompt.length < at) throw notByPrefix();
    // A template may write something only between turns; the answer ends where both still agree.
    const turnEnd = commonPrefixLength(whole, upTo);
    const { answer, endsAt } = findAnswer(whole.slice(prompt.length, turnEnd), tokenizer.eosToken);
    segments.push({ text: whole.slice(at, prompt.length), isTrained: false, endsTurn: false });
    segments.push({ text: answer, isTrained: true, endsTurn: true });
    at = prompt.length + endsAt;
  }
  // What stands after the last answer (often a newline) teaches nothing.
  return joinPrompts(segments);
}

function notByPrefix(): AppError {
  return new AppError(
    "run/bad-config",
    "This model's chat template writes earlier turns differently when later ones follow, so its " +
      "answers cannot be told apart: choose another template.",
  );
}

/**
 * The text up to the answer: the template's generation prompt, where it is what really comes. A
 * template that has none may still write something (a name) before the answer's own text.
 */
function findPrompt(
  tokenizer: Tokenizer,
  before: readonly Message[],
  answer: Message,
  whole: string,
  from: number,
): string {
  const prompt = tokenizer.renderChat(before, { addGenerationPrompt: true });
  const bare = tokenizer.renderChat(before, { addGenerationPrompt: false });
  if (prompt !== bare && whole.startsWith(prompt)) return prompt;
  const start = whole.startsWith(bare) ? bare.length : from;
  const answerAt = whole.indexOf(answer.content, start);
  if (answerAt < 0) throw notByPrefix();
  return whole.slice(0, answerAt);
}

/** The trained text of a turn, and where the turn ends: at its end-of-text token, or before its last white space. */
function findAnswer(turn: string, eosToken: string): { answer: string; endsAt: number } {
  const eosAt = turn.lastIndexOf(eosToken);
  if (eosAt >= 0) return { answer: turn.slice(0, eosAt), endsAt: eosAt + eosToken.length };
  const answer = turn.trimEnd();
  return { answer, endsAt: answer.length };
}

function commonPrefixLength(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  let at = 0;
  while (at < length && a[at] === b[at]) at++;
  return at;
}

/** What the template writes between an answer and the next question, without white space around it. */
function findNextTurnMarker(render: (messages: readonly Message[]) => Segment[]): string {
  try {
    const segments = render([
      { role: "user", content: PROBE },
      { role: "assistant", content: PROBE },
      { role: "user", content: PROBE },
      { role: "assistant", content: PROBE },
    ]);
    return segments[2]?.text.split(PROBE)[0]?.trim() ?? "";
  } catch (thrown) {
    // A template that takes one turn only has no next one.
    if (thrown instanceof AppError) return "";
    throw thrown;
  }
}

/** No model's template knows of inputs: one stands on the line behind its instruction. */
function flatten({ role, content, input }: Message): Message {
  return { role, content: input ? `${content}\n${input}` : content };
}
