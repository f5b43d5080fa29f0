/** The only door to the tokenizer and template packages. */
import type { Template } from "@huggingface/jinja";
import { Tokenizer as HfTokenizer } from "@huggingface/tokenizers";
import { AppError } from "@/core/errors";
import type { Message } from "./conversation";
import { isObject } from "./parse/records";
import { bytesToText, showControls, toBytes } from "./tokenPiece";
import { Wordwise } from "./wordwise";
import {
  bad,
  checkConfig,
  checkTokenizerJson,
  findChatTemplate,
  findMaxId,
  isId,
  usesByteLevel,
  withoutPrefix,
  type Json,
} from "./tokenizerFiles";

let jinja: typeof import("@huggingface/jinja") | null = null;

/** Call before a chat template is rendered: what renders it is downloaded with the first model that has one. */
export async function loadJinja(): Promise<void> {
  jinja ??= await import("@huggingface/jinja");
}

/** Special ids from a model's config.json, for repositories without tokenizer_config.json. */
export type FallbackIds = {
  eosTokenId?: number | readonly number[] | null;
  bosTokenId?: number | null;
};

/** The tokenizer files, checked and taken apart. */
type Parts = {
  json: Json;
  config: Json;
  vocabSize: number;
  eosTokenId: number;
  bosTokenId: number | null;
  padTokenId: number;
};

/**
 * Checks the files of a tokenizer and builds it. Throws `model/bad-tokenizer` for files that are
 * malformed and `model/vocabulary` where a token id has no row in a model of `vocabSize` rows.
 */
export function createTokenizer(
  tokenizerJson: unknown,
  tokenizerConfig: unknown,
  vocabSize: number,
  fallbackIds: FallbackIds = {},
): Tokenizer {
  const json = checkTokenizerJson(tokenizerJson);
  const config = checkConfig(tokenizerConfig);
  const maxId = findMaxId(json);
  if (maxId >= vocabSize) {
    throw new AppError(
      "model/vocabulary",
      `The tokenizer has token id ${maxId}, but the model has rows for ids below ${vocabSize} only.`,
      { maxId, vocabSize },
    );
  }
  const inner = build(json, config);
  const idOf = (key: string): number | null => readSpecial(inner, config, key);
  const eosTokenId =
    idOf("eos_token") ?? fallbackId(inner, fallbackIds.eosTokenId) ?? guessEndOfText(inner);
  if (eosTokenId === null) {
    throw bad("no end-of-text token is named in tokenizer_config.json or config.json");
  }
  return new Tokenizer(inner, {
    json,
    config,
    vocabSize,
    eosTokenId,
    bosTokenId: idOf("bos_token") ?? fallbackId(inner, fallbackIds.bosTokenId),
    padTokenId: inner.token_to_id("<|padding|>") ?? idOf("pad_token") ?? eosTokenId,
  });
}

/** Text to ids and back, exactly as the model's own tokenizer does it. */
export class Tokenizer {
  readonly vocabSize: number;
  readonly eosTokenId: number;
  readonly eosToken: string;
  readonly bosTokenId: number | null;
  readonly bosToken: string | null;
  /** Filler of padded rows: never counted, so any id will do where there is no own one. */
  readonly padTokenId: number;
  /** The model's own chat template (Jinja), or null. */
  readonly chatTemplate: string | null;
  /** Ids that the tokenizer puts in front of a text: BOS, or nothing. */
  readonly leadingIds: readonly number[];

  readonly #inner: HfTokenizer;
  readonly #json: Json;
  readonly #config: Json;
  readonly #specialIds: ReadonlySet<number>;
  readonly #wordwise: Wordwise | null;
  #continuation: HfTokenizer | null = null;
  #template: Template | null = null;

  constructor(inner: HfTokenizer, parts: Parts) {
    this.#inner = inner;
    this.#json = parts.json;
    this.#config = parts.config;
    this.#specialIds = new Set(inner.get_added_tokens_decoder().keys());
    const encodeWord = (word: string) => toIds(inner, word, false);
    this.#wordwise = Wordwise.create(parts.json, parts.config, encodeWord);
    this.vocabSize = parts.vocabSize;
    this.eosTokenId = parts.eosTokenId;
    this.eosToken = this.#text(parts.eosTokenId);
    this.bosTokenId = parts.bosTokenId;
    this.bosToken = parts.bosTokenId === null ? null : this.#text(parts.bosTokenId);
    this.padTokenId = parts.padTokenId;
    this.chatTemplate = findChatTemplate(parts.config);
    this.leadingIds = this.#findLeadingIds();
  }

  /**
   * Ids of a text; with `addSpecialTokens` as the model's files say (a Llama gets BOS in front).
   * Throws `model/bad-tokenizer` where the vocabulary has no token for a part of the text.
   */
  encode(text: string, options: { addSpecialTokens: boolean }): number[] {
    const ids = options.addSpecialTokens ? null : this.#wordwise?.encode(text);
    return ids ?? toIds(this.#inner, text, options.addSpecialTokens);
  }

  /** Ids of a text that stands behind an end-of-text token, as they are when both are encoded as one. */
  encodeAfterEos(text: string): number[] {
    // An end-of-text token cuts a text, and words know nothing of what stands before them.
    const wordwise = this.#wordwise?.encode(text);
    if (wordwise) return wordwise;
    const [first, ...ids] = toIds(this.#inner, this.eosToken + text, false);
    return first === this.eosTokenId ? ids : this.encodeContinuation(text);
  }

  /**
   * Ids of a text that goes on after another one: no special tokens, and without the word marker
   * that a Llama-style tokenizer puts in front of every text.
   */
  encodeContinuation(text: string): number[] {
    this.#continuation ??= buildContinuation(this.#json, this.#config) ?? this.#inner;
    return toIds(this.#continuation, text, false);
  }

  /** Text of ids. Bytes that are no whole character yet come out as U+FFFD. */
  decode(tokenIds: readonly number[], options: { skipSpecialTokens: boolean }): string {
    if (tokenIds.length === 0) return "";
    return this.#inner.decode([...tokenIds], {
      skip_special_tokens: options.skipSpecialTokens,
      // Tidying spaces before punctuation would show a text that the model did not write.
      clean_up_tokenization_spaces: false,
    });
  }

  /** One token for the eye: spaces stay, line ends and tabs become glyphs, stray bytes their codes. */
  piece(id: number): string {
    const token = this.#inner.id_to_token(id);
    if (token === undefined) return `[${id}]`;
    if (this.#specialIds.has(id)) return token.trim() === "" ? showControls(token) : token;
    const byte = /^<0x([0-9A-Fa-f]{2})>$/.exec(token)?.[1];
    if (byte !== undefined) return showControls(bytesToText([parseInt(byte, 16)]));
    const bytes = usesByteLevel(this.#json["decoder"]) ? toBytes(token) : null;
    return showControls(bytes ? bytesToText(bytes) : token.replaceAll("▁", " "));
  }

  /** True for end-of-text, padding and the like. */
  isSpecial(id: number): boolean {
    return this.#specialIds.has(id);
  }

  /**
   * Messages through the model's own template. Throws `run/bad-config` where there is none or where
   * it refuses them (some want user and assistant to alternate).
   */
  renderChat(messages: readonly Message[], options: { addGenerationPrompt: boolean }): string {
    if (this.chatTemplate === null) {
      throw new AppError("run/bad-config", "This model has no chat template of its own.");
    }
    return this.renderJinja(this.chatTemplate, messages, options);
  }

  /** Messages through any Jinja chat template, with this tokenizer's special tokens. */
  renderJinja(
    source: string,
    messages: readonly Message[],
    options: { addGenerationPrompt: boolean },
  ): string {
    if (!jinja) throw new Error("renderJinja: loadJinja was not called");
    try {
      const isOwn = source === this.chatTemplate;
      const template = (isOwn ? this.#template : null) ?? new jinja.Template(source);
      if (isOwn) this.#template = template;
      return template.render({
        messages: messages.map(({ role, content }) => ({ role, content })),
        add_generation_prompt: options.addGenerationPrompt,
        eos_token: this.eosToken,
        bos_token: this.bosToken ?? "",
        pad_token: this.#text(this.padTokenId),
      });
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new AppError("run/bad-config", `The chat template refuses this: ${why}`, {}, { cause });
    }
  }

  #text(id: number): string {
    return this.#inner.id_to_token(id) ?? "";
  }

  /** What stands before a text's own ids; what some tokenizers put behind it is never wanted. */
  #findLeadingIds(): number[] {
    const plain = toIds(this.#inner, "a", false);
    const whole = toIds(this.#inner, "a", true);
    for (let start = 0; start + plain.length <= whole.length; start++) {
      if (plain.every((id, i) => whole[start + i] === id)) return whole.slice(0, start);
    }
    return [];
  }
}

function build(json: Json, config: Json): HfTokenizer {
  try {
    return new HfTokenizer(json, config);
  } catch (cause) {
    throw bad(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/** The id of a special token that tokenizer_config names as a text or as { content }. */
function readSpecial(inner: HfTokenizer, config: Json, key: string): number | null {
  const value = config[key];
  const content = isObject(value) ? value["content"] : value;
  if (typeof content !== "string") return null;
  const id = inner.token_to_id(content);
  if (id === undefined) throw bad(`its vocabulary has no "${content}", which is named as ${key}`);
  return id;
}

function fallbackId(inner: HfTokenizer, value: FallbackIds["eosTokenId"]): number | null {
  const id = typeof value === "number" ? value : value?.[0];
  return isId(id) && inner.id_to_token(id) !== undefined ? id : null;
}

function guessEndOfText(inner: HfTokenizer): number | null {
  for (const token of ["<|endoftext|>", "</s>", "<|im_end|>"]) {
    const id = inner.token_to_id(token);
    if (id !== undefined) return id;
  }
  return null;
}

function toIds(inner: HfTokenizer, text: string, addSpecialTokens: boolean): number[] {
  const ids: (number | undefined)[] = inner.encode(text, {
    add_special_tokens: addSpecialTokens,
  }).ids;
  if (!ids.every(isId)) throw bad("its vocabulary has no token for a part of the text");
  return ids;
}

/** The same tokenizer without anything that is put in front of a text; null where nothing is. */
function buildContinuation(json: Json, config: Json): HfTokenizer | null {
  const normalizer = withoutPrefix(json["normalizer"]);
  const preTokenizer = withoutPrefix(json["pre_tokenizer"]);
  if (normalizer === json["normalizer"] && preTokenizer === json["pre_tokenizer"]) return null;
  return build({ ...json, normalizer, pre_tokenizer: preTokenizer }, config);
}
