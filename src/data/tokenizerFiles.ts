/** tokenizer.json and tokenizer_config.json as plain data: checked, searched and changed. */
import { AppError } from "@/core/errors";
import { isObject } from "./parse/records";

export type Json = Record<string, unknown>;

/** The error for a tokenizer.json that cannot be used. */
export function bad(why: string, cause?: unknown): AppError {
  return new AppError(
    "model/bad-tokenizer",
    `tokenizer.json cannot be used: ${why}.`,
    {},
    { cause },
  );
}

const MODEL_TYPES = new Set(["BPE", "Unigram", "WordPiece"]);

/** Throws `model/bad-tokenizer` where a part that every tokenizer has is missing or malformed. */
export function checkTokenizerJson(value: unknown): Json {
  if (!isObject(value)) throw bad("it is not a JSON object");
  const model = value["model"];
  if (!isObject(model)) throw bad('it has no "model"');
  const type = model["type"];
  // Old files leave the type out.
  if (type !== undefined && !(typeof type === "string" && MODEL_TYPES.has(type))) {
    throw bad(`it is of the unknown type ${JSON.stringify(type)}`);
  }
  const vocab = model["vocab"];
  if (!isObject(vocab) && !Array.isArray(vocab)) throw bad('its model has no "vocab"');
  const merges = model["merges"];
  if (merges !== undefined && !Array.isArray(merges)) throw bad('"merges" is not a list');
  const added = value["added_tokens"] ?? [];
  if (!Array.isArray(added) || !added.every(isAddedToken)) {
    throw bad('"added_tokens" is not a list of { id, content }');
  }
  // The library wants all of these keys; files that do without a part may leave its key out.
  const parts = { normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null };
  return { ...parts, ...value, added_tokens: added };
}

const isAddedToken = (token: unknown): boolean =>
  isObject(token) && isId(token["id"]) && typeof token["content"] === "string";

/** True for a whole number from 0. */
export const isId = (value: unknown): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= 0;

/** An absent config is an empty one. */
export function checkConfig(value: unknown): Json {
  if (value === null || value === undefined) return {};
  if (!isObject(value)) {
    throw new AppError("model/bad-tokenizer", "tokenizer_config.json is not a JSON object.");
  }
  return value;
}

/** The largest token id, added tokens included. */
export function findMaxId(json: Json): number {
  const { vocab } = json["model"] as { vocab: Json | unknown[] };
  let max = -1;
  if (Array.isArray(vocab)) max = vocab.length - 1;
  else {
    for (const [token, id] of Object.entries(vocab)) {
      if (!isId(id)) throw bad(`the token "${token}" has the id ${String(id)}`);
      if (id > max) max = id;
    }
  }
  for (const { id } of json["added_tokens"] as { id: number }[]) max = Math.max(max, id);
  if (max < 0) throw bad("its vocabulary is empty");
  return max;
}

/** The template as a text, or the one named "default" of a list of named ones. */
export function findChatTemplate(config: Json): string | null {
  const value = config["chat_template"];
  if (typeof value === "string") return value;
  if (!Array.isArray(value)) return null;
  const named = (value as unknown[]).filter(isObject);
  const chosen = named.find((item) => item["name"] === "default") ?? named[0];
  const template = chosen?.["template"];
  return typeof template === "string" ? template : null;
}

/** A normalizer or pre-tokenizer that adds no word marker; the very same object where it adds none. */
export function withoutPrefix(part: unknown): unknown {
  if (!isObject(part)) return part;
  if (part["type"] === "Prepend") return null;
  if (part["type"] === "Metaspace" && part["prepend_scheme"] !== "never") {
    return { ...part, prepend_scheme: "never", add_prefix_space: false };
  }
  if (part["type"] === "ByteLevel" && part["add_prefix_space"] === true) {
    return { ...part, add_prefix_space: false };
  }
  for (const key of ["normalizers", "pretokenizers"]) {
    const list = part[key];
    if (part["type"] !== "Sequence" || !Array.isArray(list)) continue;
    const changed = (list as unknown[]).map(withoutPrefix);
    if (changed.every((item, i) => item === list[i])) return part;
    return { ...part, [key]: changed.filter((item) => item !== null) };
  }
  return part;
}

/** True where tokens are written in byte-level characters. */
export function usesByteLevel(decoder: unknown): boolean {
  if (!isObject(decoder)) return false;
  if (decoder["type"] === "ByteLevel") return true;
  const parts = decoder["decoders"];
  return Array.isArray(parts) && parts.some(usesByteLevel);
}
