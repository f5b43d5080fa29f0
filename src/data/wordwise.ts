/**
 * Ids of a text word by word, each word's remembered. The tokenizer package cuts a text into words too,
 * but makes a few buffers and arrays for every one of them, each time: where words come again, that is
 * most of the work. Only for byte-level tokenizers of the usual kinds,
 * whose words have nothing to do with each other; texts that may be cut in another way are left to the package.
 */
import { isObject } from "./parse/records";
import type { Json } from "./tokenizerFiles";

/** GPT-2's words, as ByteLevel cuts them by itself, and the same with digits alone. */
const GPT2_WORDS = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;
const SPLIT_WORDS = [GPT2_WORDS, GPT2_WORDS.replace(String.raw`\p{N}+`, String.raw`\p{N}`)];

/** White space about which regular expressions of JavaScript and of others disagree. */
const DISPUTED_SPACE = "\u0085|\uFEFF";
/** Longer ones hardly come again. */
const LONGEST_WORD = 40;
/** Some ten megabytes; then all are forgotten. */
const MOST_WORDS = 100_000;

export class Wordwise {
  readonly #encode: (text: string) => readonly number[];
  readonly #words: RegExp;
  readonly #isComposed: boolean;
  readonly #needsWhole: RegExp;
  readonly #known = new Map<string, readonly number[]>();

  /** `encode` gives the ids of a text; null where words of this tokenizer are not known to be independent. */
  static create(
    json: Json,
    config: Json,
    encode: (text: string) => readonly number[],
  ): Wordwise | null {
    const words = findWords(json["pre_tokenizer"]);
    const { normalizer } = json;
    const isComposed = isObject(normalizer) && normalizer["type"] === "NFC";
    const isChanged = config["remove_space"] === true || config["do_lowercase_and_remove_accent"];
    const added = json["added_tokens"] as Json[];
    const reachesOut = added.some(({ lstrip, rstrip }) => lstrip === true || rstrip === true);
    if (words === null || (normalizer !== null && !isComposed) || isChanged || reachesOut)
      return null;
    return new Wordwise(encode, words, isComposed, added);
  }

  private constructor(
    encode: (text: string) => readonly number[],
    words: string,
    isComposed: boolean,
    added: readonly Json[],
  ) {
    this.#encode = encode;
    this.#words = new RegExp(words, "gu");
    this.#isComposed = isComposed;
    const contents = added.map(({ content }) => escape(String(content))).filter(Boolean);
    this.#needsWhole = new RegExp([DISPUTED_SPACE, ...contents].join("|"), "u");
  }

  /** Null for a text that must be encoded as a whole. */
  encode(text: string): number[] | null {
    const composed = this.#isComposed ? text.normalize("NFC") : text;
    if (this.#needsWhole.test(text) || this.#needsWhole.test(composed)) return null;
    const out: number[] = [];
    for (const [word] of composed.matchAll(this.#words)) {
      for (const id of this.#idsOf(word)) out.push(id);
    }
    return out;
  }

  #idsOf(word: string): readonly number[] {
    const known = this.#known.get(word);
    if (known) return known;
    const ids = this.#encode(word);
    if (word.length > LONGEST_WORD) return ids;
    if (this.#known.size >= MOST_WORDS) this.#known.clear();
    // A piece of a large text would keep all of it.
    this.#known.set(structuredClone(word), ids);
    return ids;
  }
}

/** The expression for a word; null where words are cut in a way that is not one of the usual ones. */
function findWords(part: unknown): string | null {
  if (!isObject(part)) return null;
  if (part["type"] === "ByteLevel") return isPlain(part, true) ? GPT2_WORDS : null;
  const parts = part["pretokenizers"];
  if (part["type"] !== "Sequence" || !Array.isArray(parts) || parts.length !== 2) return null;
  const [split, bytes] = parts as unknown[];
  if (!isObject(split) || !isObject(bytes) || bytes["type"] !== "ByteLevel") return null;
  const { pattern, behavior, invert } = split;
  const isSplit = split["type"] === "Split" && behavior === "Isolated" && invert === false;
  const expression = isObject(pattern) ? pattern["Regex"] : undefined;
  const known = SPLIT_WORDS.find((words) => words === expression);
  return isSplit && isPlain(bytes, false) ? (known ?? null) : null;
}

/** The package takes a missing `use_regex` for true. */
const isPlain = (byteLevel: Json, usesRegex: boolean): boolean =>
  byteLevel["add_prefix_space"] !== true && (byteLevel["use_regex"] ?? true) === usesRegex;

const escape = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
