/** What must hold of a template before a run may start, seen on a probe and on records of the data. */
import { AppError } from "@/core/errors";
import type { Conversation, Message } from "../conversation";
import { encodeConversation, encodePrompt, type EncodedExample } from "../encode";
import type { Tokenizer } from "../tokenizer";
import { joinText, type ChatTemplate } from "./template";

/** `text` says what was seen, with values; of a failed check also what to change. */
export type TemplateCheck = {
  id: "ending" | "prefix" | "end-of-text" | "mask";
  isPassed: boolean;
  text: string;
};

/** Enough to see a template at work; all of a data set would take as long as encoding it. */
const MAX_RECORDS = 64;
const MAX_LOOKED_AT = 1000;
/** Longer records tell no more, and take their time. */
const MAX_CHARACTERS = 20_000;

/** `asked`: the tokens that its last answer would be asked for with. */
type Sample = { line: number; messages: Message[]; example: EncodedExample; asked: number[] };

/** Nothing is checked of data that is text already: no template is put around it. */
export function checkTemplate(
  template: ChatTemplate,
  tokenizer: Tokenizer,
  conversations: readonly Conversation[],
): TemplateCheck[] {
  const samples = takeSamples(template, tokenizer, conversations);
  if (samples.length === 0) return [];
  return [
    checkEnding(template),
    checkPrefix(template, tokenizer, samples),
    checkEndOfText(tokenizer, samples),
    checkMask(samples),
  ];
}

function takeSamples(
  template: ChatTemplate,
  tokenizer: Tokenizer,
  conversations: readonly Conversation[],
): Sample[] {
  const samples: Sample[] = [];
  for (const conversation of conversations.slice(0, MAX_LOOKED_AT)) {
    if (samples.length === MAX_RECORDS) break;
    const { line, messages, isRaw } = conversation;
    const length = messages.reduce((sum, { content, input }) => {
      return sum + content.length + (input?.length ?? 0);
    }, 0);
    const answerAt = messages.findLastIndex(({ role }) => role === "assistant");
    if (isRaw || answerAt < 0 || length > MAX_CHARACTERS) continue;
    try {
      const example = encodeConversation(conversation, template, tokenizer);
      const asked = encodePrompt(messages.slice(0, answerAt), template, tokenizer);
      samples.push({ line, messages, example, asked });
    } catch (thrown) {
      // Encoding leaves such a record out and says so.
      if (!(thrown instanceof AppError)) throw thrown;
    }
  }
  return samples;
}

/** A word, as nearly every answer begins with one. */
const PROBE: Message[] = [
  { role: "user", content: "Why?" },
  { role: "assistant", content: "The sky is blue." },
];

/** A model's own template is left as it is: the model was trained with its ending. */
function checkEnding(template: ChatTemplate): TemplateCheck {
  const id = "ending";
  if (template.id === "model") {
    return { id, isPassed: true, text: "The prompt ends as the model's own template says." };
  }
  const prompt = template.renderPrompt(PROBE.slice(0, 1));
  const tail = quote(tailOf(prompt));
  if (/[^\S\n]$/.test(prompt)) {
    const text =
      `The prompt ends in a space: ${tail}. Words begin with their space, so an answer could ` +
      "not begin as usual. Take it from the end of “Before the answer”, or put it in front of " +
      "{output} instead.";
    return { id, isPassed: false, text };
  }
  if (/\n\s*\n$/.test(prompt)) {
    const text =
      `The prompt ends in an empty line: ${tail}. Its two line breaks are one token, which an ` +
      "answer can take apart. Let “Before the answer” end in one line break.";
    return { id, isPassed: false, text };
  }
  return { id, isPassed: true, text: `The prompt ends in no space or empty line: ${tail}.` };
}

/**
 * What the model is asked must begin as what it was trained on, token for token. Where a record's
 * own answer would share a token with its prompt the two are encoded apart, so it holds there too;
 * a template that has every answer share one is at fault itself.
 */
function checkPrefix(
  template: ChatTemplate,
  tokenizer: Tokenizer,
  samples: readonly Sample[],
): TemplateCheck {
  const id = "prefix";
  for (const { line, example, asked } of samples) {
    const at = asked.findIndex((token, i) => example.tokenIds[i] !== token);
    if (at < 0) continue;
    const pieceOf = (token: number | undefined): string =>
      token === undefined ? "nothing" : quote(tokenizer.piece(token));
    const text =
      `At line ${line} the model is asked with other tokens than it is trained on: token ` +
      `${at + 1} is ${pieceOf(asked[at])}, in training ${pieceOf(example.tokenIds[at])}. ` +
      "Choose another template.";
    return { id, isPassed: false, text };
  }
  const shared = template.id === "model" ? null : findSharedToken(template, tokenizer, PROBE);
  if (shared !== null) {
    const text =
      `Prompt and answer share the token ${quote(shared.token)}: the prompt ends in ` +
      `${quote(tailOf(shared.prompt))}. Let “Before the answer” end in one line break.`;
    return { id, isPassed: false, text };
  }
  const apart = samples.filter(
    ({ messages }) => findSharedToken(template, tokenizer, messages) !== null,
  ).length;
  const looked = count(samples.length, "record");
  const text =
    apart === 0
      ? `A prompt has the same tokens with and without its answer (${looked} looked at).`
      : `A prompt keeps its tokens whatever the answer is. In ${apart} of ${looked} looked at ` +
        "they would share a token, so there they are cut apart.";
  return { id, isPassed: true, text };
}

/** The token that goes across the border between the first prompt and its answer; null where none does. */
function findSharedToken(
  template: ChatTemplate,
  tokenizer: Tokenizer,
  messages: readonly Message[],
): { token: string; prompt: string } | null {
  const segments = segmentsOf(template, messages);
  const answerAt = segments.findIndex(({ isTrained }) => isTrained);
  const answer = segments[answerAt]?.text;
  if (answer === undefined) return null;
  const prompt = joinText(segments.slice(0, answerAt), tokenizer.eosToken);
  const encode = (text: string): number[] => tokenizer.encode(text, { addSpecialTokens: false });
  const whole = encode(prompt + answer);
  const at = encode(prompt).findIndex((token, i) => whole[i] !== token);
  return at < 0 ? null : { token: tokenizer.piece(whole[at] as number), prompt };
}

function segmentsOf(template: ChatTemplate, messages: readonly Message[]) {
  try {
    return template.render(messages);
  } catch (thrown) {
    if (thrown instanceof AppError) return [];
    throw thrown;
  }
}

function checkEndOfText(
  { eosTokenId, eosToken }: Tokenizer,
  samples: readonly Sample[],
): TemplateCheck {
  const id = "end-of-text";
  const name = `${quote(eosToken)} (token ${eosTokenId})`;
  const wrong = samples.find(({ example: { tokenIds, lossMask } }) => {
    const last = lossMask.lastIndexOf(1);
    return last >= 0 && tokenIds[last] !== eosTokenId;
  });
  if (wrong) {
    const { tokenIds, lossMask } = wrong.example;
    const text =
      `The answer at line ${wrong.line} ends in token ${tokenIds[lossMask.lastIndexOf(1)] ?? "none"}, ` +
      `not in ${name}: the model would never learn to stop. Choose another template.`;
    return { id, isPassed: false, text };
  }
  return { id, isPassed: true, text: `Every answer ends in ${name}, and it is learned.` };
}

function checkMask(samples: readonly Sample[]): TemplateCheck {
  const id = "mask";
  let tokens = 0;
  let learned = 0;
  for (const { example } of samples) {
    tokens += example.tokenIds.length;
    learned += example.lossMask.reduce((sum, on) => sum + on, 0);
  }
  const looked = count(samples.length, "record");
  if (learned === 0) {
    const text =
      `Of the ${count(tokens, "token")} of ${looked} none would be learned. Give the data answers ` +
      "that are to be learned: each is missing, or marked with weight 0.";
    return { id, isPassed: false, text };
  }
  const text = `${learned} of the ${count(tokens, "token")} of ${looked} are learned.`;
  return { id, isPassed: true, text };
}

const TAIL_LENGTH = 16;
const tailOf = (text: string): string => text.slice(-TAIL_LENGTH);

/** With its line breaks and spaces to be seen. */
const quote = (text: string): string => JSON.stringify(text);

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? "" : "s"}`;
