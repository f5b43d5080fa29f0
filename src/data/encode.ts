/** Conversations → token ids with a loss mask, and what the length limit does to them. */
import { AppError } from "@/core/errors";
import type { OverLength } from "@/core/runConfig";
import type { Conversation, DataProblem, Message } from "./conversation";
import { renderRaw, type ChatTemplate, type Segment } from "./templates/template";
import type { Tokenizer } from "./tokenizer";
import { TokenStore } from "./tokenStore";

export { finish } from "./inPieces";

/** `lossMask` is 1 where a token's own loss counts; it is predicted from the position before. */
export type EncodedExample = { line: number; tokenIds: Int32Array; lossMask: Uint8Array };

/**
 * Prompt and completion as one text, BOS once where the tokenizer adds one; every assistant turn is
 * trained and ends with the end-of-text token, which is trained too. Throws an AppError where the
 * template or the vocabulary cannot take the conversation.
 */
export function encodeConversation(
  conversation: Conversation,
  template: ChatTemplate,
  tokenizer: Tokenizer,
): EncodedExample {
  const { line, messages, isRaw } = conversation;
  const segments = isRaw ? renderRaw(messages) : maskUntrained(template.render(messages), messages);
  const { ids, mask } = encodeSegments(segments, tokenizer);
  const lossMask = Uint8Array.from(mask);
  // Nothing stands before the first token to predict it from.
  if (lossMask.length > 0) lossMask[0] = 0;
  return { line, tokenIds: Int32Array.from(ids), lossMask };
}

/** Answers that are only read: a template ends one turn for each answer, in the same order. */
function maskUntrained(
  segments: readonly Segment[],
  messages: readonly Message[],
): readonly Segment[] {
  if (messages.every(({ isTrained }) => isTrained !== false)) return segments;
  const answers = messages.filter(({ role }) => role === "assistant");
  let at = 0;
  return segments.map((segment) => {
    if (!segment.endsTurn) return segment;
    const isTrained = segment.isTrained && answers[at]?.isTrained !== false;
    at++;
    return { ...segment, isTrained };
  });
}

/** Ids of a prompt, to be continued by the model: the same ids that stand before an answer in training. */
export function encodePrompt(
  messages: readonly Message[],
  template: ChatTemplate,
  tokenizer: Tokenizer,
  isRaw = false,
): number[] {
  const segments = isRaw ? renderRaw(messages) : template.promptSegments(messages);
  return encodeSegments(segments, tokenizer).ids;
}

type Encoded = { ids: number[]; mask: number[] };

function encodeSegments(segments: readonly Segment[], tokenizer: Tokenizer): Encoded {
  const out: Encoded = { ids: [], mask: [] };
  let turn: Segment[] = [];
  for (const segment of segments) {
    turn.push(segment);
    if (!segment.endsTurn) continue;
    encodeTurn(out, turn, tokenizer);
    turn = [];
  }
  if (turn.length > 0) encodeTurn(out, turn, tokenizer);
  return out;
}

/** One turn: segments up to an end-of-text token. Turns never share a token, as that one stands between. */
function encodeTurn(out: Encoded, segments: readonly Segment[], tokenizer: Tokenizer): void {
  const isFirst = out.ids.length === 0;
  const texts = segments.map(({ text }) => text);
  const parts = encodeParts(texts, isFirst, tokenizer);
  if (isFirst && !startsWithBos(texts[0] ?? "", tokenizer)) {
    push(out, tokenizer.leadingIds, false);
  }
  for (const [i, segment] of segments.entries()) {
    push(out, parts[i] ?? [], segment.isTrained);
    if (segment.endsTurn) push(out, [tokenizer.eosTokenId], segment.isTrained);
  }
}

function push(out: Encoded, ids: readonly number[], isTrained: boolean): void {
  for (const id of ids) {
    out.ids.push(id);
    out.mask.push(isTrained ? 1 : 0);
  }
}

/** Some models' templates write BOS themselves. */
function startsWithBos(text: string, { bosToken }: Tokenizer): boolean {
  return bosToken !== null && bosToken !== "" && text.startsWith(bosToken);
}

/**
 * Ids of each text, cut out of the ids of all as one. Where a token would go across a border they
 * are encoded apart, so that an answer never changes the tokens of its prompt.
 */
function encodeParts(
  texts: readonly string[],
  isFirst: boolean,
  tokenizer: Tokenizer,
): readonly (readonly number[])[] {
  const encode = (text: string): number[] =>
    isFirst ? tokenizer.encode(text, { addSpecialTokens: false }) : tokenizer.encodeAfterEos(text);
  const whole = encode(texts.join(""));
  const ends = [0];
  let soFar = "";
  for (const text of texts.slice(0, -1)) {
    soFar += text;
    const prefix = encode(soFar);
    if (prefix.some((id, i) => whole[i] !== id)) {
      return texts.map((part, i) => (i === 0 ? encode(part) : tokenizer.encodeContinuation(part)));
    }
    ends.push(prefix.length);
  }
  ends.push(whole.length);
  return texts.map((_, i) => whole.slice(ends[i], ends[i + 1]));
}

export type LengthLimited = {
  /** Null where the example is left out. */
  example: EncodedExample | null;
  wasCut: boolean;
  /** What was done and why; "" where nothing was. */
  reason: string;
};

/**
 * Keeps an example within `maxSeqLen` tokens: one that is longer is left out, or loses tokens from
 * the front of its prompt (after the first `leadingCount`, which is BOS). An answer is never cut.
 */
export function applyLengthLimit(
  example: EncodedExample,
  maxSeqLen: number,
  overLength: OverLength,
  leadingCount = 0,
): LengthLimited {
  const { line, tokenIds, lossMask } = example;
  const excess = tokenIds.length - maxSeqLen;
  if (excess <= 0) return { example, wasCut: false, reason: "" };
  const size = `It has ${tokenIds.length} tokens; the limit is ${maxSeqLen}.`;
  if (overLength === "exclude") return { example: null, wasCut: false, reason: size };
  const firstTrained = lossMask.indexOf(1);
  const promptLength = firstTrained < 0 ? tokenIds.length : firstTrained;
  // One token must stay in front of the answer, or its first token is predicted from nothing.
  const spare = promptLength - Math.max(leadingCount, 1);
  if (excess > spare) {
    const reason = `${size} Without its prompt it would still be too long, and an answer is never cut.`;
    return { example: null, wasCut: false, reason };
  }
  const cut = <T extends Int32Array | Uint8Array>(values: T): T => {
    const kept = values.slice(excess) as T;
    kept.set(values.subarray(0, leadingCount));
    return kept;
  };
  return {
    example: { line, tokenIds: cut(tokenIds), lossMask: cut(lossMask) },
    wasCut: true,
    reason: `${size} The first ${excess} tokens of its prompt were cut.`,
  };
}

/** Counts are before the limit; 0 for what could not be encoded. */
export type EncodedWithin = LengthLimited & { tokenCount: number; trainedCount: number };

export type EncodeLimits = { maxSeqLen: number; overLength: OverLength };

export type EncodedDataset = {
  /** What a mix takes several times is here as often: again behind all others, pass by pass. */
  examples: EncodedExample[];
  /** Index of each example in the conversations it was made from. */
  sourceIndexes: number[];
  excluded: DataProblem[];
  /** How many examples lost a part of their prompt. */
  cutPrompts: number;
};

export type EncodeProgress = { done: number; total: number };

/** Examples between two reports: a few milliseconds of work, so that a stop is soon seen. */
const REPORT_EVERY = 16;

/**
 * Encodes a data set and reports as it goes; a caller that has other work to do does it between two
 * reports. What cannot be trained on is excluded with its line and reason. `known` holds what was
 * encoded before with this template, tokenizer and limits: after an edit most of a set is in it.
 */
export function* encodeAll(
  conversations: readonly Conversation[],
  template: ChatTemplate,
  tokenizer: Tokenizer,
  limits: EncodeLimits,
  known = new WeakMap<Conversation, EncodedWithin>(),
): Generator<EncodeProgress, EncodedDataset, undefined> {
  const out: EncodedDataset = { examples: [], sourceIndexes: [], excluded: [], cutPrompts: 0 };
  const store = new TokenStore();
  const total = conversations.length;
  for (const [i, conversation] of conversations.entries()) {
    let made = known.get(conversation);
    if (!made) {
      made = encodeWithin(conversation, template, tokenizer, limits);
      if (made.example) made = { ...made, example: store.keep(made.example) };
      known.set(conversation, made);
    }
    const { example, wasCut, reason } = made;
    if (example === null) out.excluded.push({ line: conversation.line, reason });
    else {
      out.examples.push(example);
      out.sourceIndexes.push(i);
      if (wasCut) out.cutPrompts++;
    }
    if ((i + 1) % REPORT_EVERY === 0) yield { done: i + 1, total };
  }
  repeat(out, conversations);
  yield { done: total, total };
  return out;
}

/** Adds what is taken several times. */
function repeat(
  { examples, sourceIndexes }: EncodedDataset,
  conversations: readonly Conversation[],
): void {
  const timesOf = (source: number): number => conversations[source]?.times ?? 1;
  let again = [...sourceIndexes.keys()];
  for (let pass = 1; again.length > 0; pass++) {
    again = again.filter((i) => timesOf(sourceIndexes[i] as number) > pass);
    for (const i of again) {
      examples.push(examples[i] as EncodedExample);
      sourceIndexes.push(sourceIndexes[i] as number);
    }
  }
}

/** One conversation within the limits, or null with the reason. */
export function encodeWithin(
  conversation: Conversation,
  template: ChatTemplate,
  tokenizer: Tokenizer,
  { maxSeqLen, overLength }: EncodeLimits,
): EncodedWithin {
  let encoded: EncodedExample;
  try {
    encoded = encodeConversation(conversation, template, tokenizer);
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    return { example: null, wasCut: false, reason: thrown.message, tokenCount: 0, trainedCount: 0 };
  }
  const tokenCount = encoded.tokenIds.length;
  const trainedCount = encoded.lossMask.reduce((sum, on) => sum + on, 0);
  if (trainedCount === 0) {
    const reason = "No token of it would be trained.";
    return { example: null, wasCut: false, reason, tokenCount, trainedCount };
  }
  const limited = applyLengthLimit(encoded, maxSeqLen, overLength, tokenizer.leadingIds.length);
  return { ...limited, tokenCount, trainedCount };
}
