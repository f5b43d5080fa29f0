/** How a conversation is written as text: the same object for training, answers and exports. */
import { AppError } from "@/core/errors";
import type { TemplateId } from "@/core/runConfig";
import type { Message } from "./conversation";
import type { Tokenizer } from "./tokenizer";

/** A stretch of text. `endsTurn`: the end-of-text token follows it, and shares its mask. */
export type Segment = { text: string; isTrained: boolean; endsTurn: boolean };

export type ChatTemplate = {
  id: TemplateId;
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
};

/** Throws `run/bad-config` for "model" where the model has no chat template. */
export function createTemplate(id: TemplateId, tokenizer: Tokenizer): ChatTemplate {
  switch (id) {
    case "alpaca":
      return createHouseTemplate(ALPACA, tokenizer);
    case "question-answer":
      return createHouseTemplate(QUESTION_ANSWER, tokenizer);
    case "plain":
      return createHouseTemplate(PLAIN, tokenizer);
    case "model":
      return createModelTemplate(tokenizer);
  }
}

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

/** The templates of this project differ in these texts only. */
type House = {
  id: TemplateId;
  title: string;
  /** Stands first where there is no system message. */
  preamble: string;
  /** The same where the first user message has an input. */
  preambleWithInput: string;
  beforeUser: string;
  beforeInput: string;
  /** Ends in one newline: tokens of a prompt then stay what they are whatever the answer is. */
  beforeAnswer: string;
  nextTurnMarker: string;
};

const RESPOND = "Write a response that appropriately completes the request.\n\n";

const ALPACA: House = {
  id: "alpaca",
  title: "Alpaca",
  preamble: `Below is an instruction that describes a task. ${RESPOND}`,
  preambleWithInput:
    "Below is an instruction that describes a task, paired with an input that provides further " +
    `context. ${RESPOND}`,
  beforeUser: "### Instruction:\n",
  beforeInput: "\n\n### Input:\n",
  beforeAnswer: "\n\n### Response:\n",
  nextTurnMarker: "### Instruction:",
};

const QUESTION_ANSWER: House = {
  id: "question-answer",
  title: "Question / Answer",
  preamble: "",
  preambleWithInput: "",
  beforeUser: "### Question:\n",
  beforeInput: "\n",
  beforeAnswer: "\n\n### Answer:\n",
  nextTurnMarker: "### Question:",
};

const PLAIN: House = {
  id: "plain",
  title: "Plain",
  preamble: "",
  preambleWithInput: "",
  beforeUser: "",
  beforeInput: "\n",
  beforeAnswer: "\n",
  nextTurnMarker: "",
};

/** Between an answer and the next turn. */
const BETWEEN_TURNS = "\n\n";

function createHouseTemplate(house: House, tokenizer: Tokenizer): ChatTemplate {
  const plain = (message: Message): Message => flatten(message, house.beforeInput);
  const write = (messages: readonly Message[]): Segment[] =>
    joinPrompts(renderHouse(house, messages.map(plain)));
  return {
    id: house.id,
    title: house.title,
    render: write,
    promptSegments: write,
    renderPrompt: (messages) => joinText(write(messages), tokenizer.eosToken),
    jinja: toJinja(house, tokenizer.leadingIds.length > 0),
    toPlainMessages: (messages) => messages.map(plain),
    nextTurnMarker: house.nextTurnMarker,
  };
}

/** The message with its input written into its content. */
function flatten({ role, content, input }: Message, beforeInput: string): Message {
  return { role, content: input ? content + beforeInput + input : content };
}

function renderHouse(house: House, messages: readonly Message[]): Segment[] {
  const segments: Segment[] = [];
  const say = (text: string): void => {
    segments.push({ text, isTrained: false, endsTurn: false });
  };
  const [first] = messages;
  const turns = first?.role === "system" ? messages.slice(1) : messages;
  if (first?.role === "system") say(`${first.content}\n\n`);
  else if (first?.content.includes(house.beforeInput)) say(house.preambleWithInput);
  else say(house.preamble);
  for (const [i, { role, content }] of turns.entries()) {
    if (role === "user") say(house.beforeUser + content + house.beforeAnswer);
    else if (role === "assistant") {
      segments.push({ text: content, isTrained: true, endsTurn: true });
      if (i < turns.length - 1) say(BETWEEN_TURNS);
    }
  }
  return segments;
}

/** Untrained segments next to each other become one, so that a prompt is one text. */
function joinPrompts(segments: readonly Segment[]): Segment[] {
  const joined: Segment[] = [];
  for (const segment of segments) {
    const last = joined.at(-1);
    const canJoin = last && !last.endsTurn && last.isTrained === segment.isTrained;
    if (canJoin) joined[joined.length - 1] = { ...segment, text: last.text + segment.text };
    else if (segment.text !== "" || segment.endsTurn) joined.push(segment);
  }
  return joined;
}

function joinText(segments: readonly Segment[], eosToken: string): string {
  return segments.map(({ text, endsTurn }) => (endsTurn ? text + eosToken : text)).join("");
}

/** A text as a Jinja literal. */
const literal = (text: string): string =>
  `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("\n", "\\n")}'`;

function toJinja(house: House, addsBos: boolean): string {
  const preamble =
    house.preamble === house.preambleWithInput
      ? `{{ ${literal(house.preamble)} }}`
      : `{%- if ${literal(house.beforeInput)} in messages[0]['content'] -%}` +
        `{{ ${literal(house.preambleWithInput)} }}` +
        `{%- else -%}{{ ${literal(house.preamble)} }}{%- endif -%}`;
  const user = `${literal(house.beforeUser)} + message['content'] + ${literal(house.beforeAnswer)}`;
  return [
    addsBos ? "{{ bos_token }}" : "",
    "{%- if messages[0]['role'] == 'system' -%}",
    "{{ messages[0]['content'] + '\\n\\n' }}{%- set loop_messages = messages[1:] -%}",
    `{%- else -%}${preamble}{%- set loop_messages = messages -%}{%- endif -%}`,
    "{%- for message in loop_messages -%}",
    `{%- if message['role'] == 'user' -%}{{ ${user} }}`,
    "{%- elif message['role'] == 'assistant' -%}{{ message['content'] + eos_token }}",
    `{%- if not loop.last -%}{{ ${literal(BETWEEN_TURNS)} }}{%- endif -%}`,
    "{%- endif -%}{%- endfor -%}",
  ].join("");
}

/** The model's own template. Where an answer starts and ends is found by rendering what comes before it. */
function createModelTemplate(tokenizer: Tokenizer): ChatTemplate {
  const jinja = tokenizer.chatTemplate;
  if (jinja === null) {
    throw new AppError(
      "run/bad-config",
      "This model has no chat template of its own: choose another template.",
    );
  }
  const plain = (message: Message): Message => flatten(message, "\n");
  const render = (messages: readonly Message[]): Segment[] =>
    renderByModel(tokenizer, messages.map(plain));
  const promptSegments = (messages: readonly Message[]): Segment[] => {
    // The same path as in training, with an answer that is then taken off.
    const segments = render([...messages, { role: "assistant", content: PROBE }]);
    const answerAt = segments.findLastIndex((segment) => segment.isTrained);
    return segments.slice(0, answerAt);
  };
  return {
    id: "model",
    title: "The model's own",
    render,
    promptSegments,
    renderPrompt: (messages) => joinText(promptSegments(messages), tokenizer.eosToken),
    jinja,
    toPlainMessages: (messages) => messages.map(plain),
    nextTurnMarker: findNextTurnMarker(render),
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
