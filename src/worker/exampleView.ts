/** A conversation as the page shows it: what became of it when the data was counted, and its tokens. */
import type { Conversation } from "@/data/conversation";
import {
  encodeWithin,
  type EncodedExample,
  type EncodedWithin,
  type EncodeLimits,
} from "@/data/encode";
import type { ChatTemplate } from "@/data/templates/template";
import type { Tokenizer } from "@/data/tokenizer";
import type { ExampleView, TokenView } from "./protocol";

/** Handing over a quarter of a million of them blocked the page for 1.8 s; so many take some 60 ms. */
const MOST_TOKENS = 8000;

/** What a count of the data left behind. */
export type Counted = {
  template: ChatTemplate;
  tokenizer: Tokenizer;
  limits: EncodeLimits;
  results: WeakMap<Conversation, EncodedWithin>;
  heldOut: ReadonlySet<Conversation>;
};

/** `counted` is null while there is no model; what was not counted is taken for trained on. */
export function viewConversation(
  conversation: Conversation,
  counted: Counted | null,
): Pick<ExampleView, "state" | "reason" | "tokens" | "tokenCount"> {
  if (!counted) return { state: "train", reason: "", ...viewTokens(null) };
  const { template, tokenizer, limits, results, heldOut } = counted;
  const { example, reason } =
    results.get(conversation) ?? encodeWithin(conversation, template, tokenizer, limits);
  if (example) {
    const state = heldOut.has(conversation) ? "held-out" : "train";
    return { state, reason, ...viewTokens(example, tokenizer) };
  }
  const noLimit = { maxSeqLen: Number.MAX_SAFE_INTEGER, overLength: "exclude" } as const;
  const whole = encodeWithin(conversation, template, tokenizer, noLimit).example;
  return { state: "excluded", reason, ...viewTokens(whole, tokenizer) };
}

function viewTokens(
  example: EncodedExample | null,
  tokenizer?: Tokenizer,
): Pick<ExampleView, "tokens" | "tokenCount"> {
  if (!example || !tokenizer) return { tokens: [], tokenCount: 0 };
  const { tokenIds, lossMask } = example;
  const tokens = Array.from(tokenIds.subarray(0, MOST_TOKENS), (id, i): TokenView => ({
    id,
    piece: tokenizer.piece(id),
    kind: lossMask[i] === 1 ? "trained" : "masked",
  }));
  return { tokens, tokenCount: tokenIds.length };
}
