/// <reference types="node" />
/** Files that tests of this layer read. Only tests import this. */
import { existsSync, readFileSync } from "node:fs";
import { describe, it } from "vitest";
import { createTokenizer, loadJinja, type Tokenizer } from "../tokenizer";

await loadJinja();

const ROOT = new URL("../../../", import.meta.url);
const SHARED = new URL("../shared/", ROOT);

/** The folder of reference files beside the project; the project does without it. */
const hasShared = existsSync(SHARED);

/** Tests that need `../shared`: where it is absent one test stands in their place and says so. */
export function describeShared(title: string, tests: () => void): void {
  if (hasShared) describe(title, tests);
  else it(`${title}: not run, as ../shared is absent`, () => {});
}

export const readProjectFile = (path: string): string => readFileSync(new URL(path, ROOT), "utf8");
export const readSharedFile = (path: string): string => readFileSync(new URL(path, SHARED), "utf8");
export const readProjectBytes = (path: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(path, ROOT)));
export const readSharedBytes = (path: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(path, SHARED)));
export const readProjectJson = (path: string): unknown => JSON.parse(readProjectFile(path));
export const readSharedJson = (path: string): unknown => JSON.parse(readSharedFile(path));

/** The tokenizer of the model that comes with the project: byte-level, no BOS. */
export function bundledTokenizer(): Tokenizer {
  const folder = "public/models/tabtune-base";
  return createTokenizer(
    readProjectJson(`${folder}/tokenizer.json`),
    readProjectJson(`${folder}/tokenizer_config.json`),
    4096,
  );
}

/** A small Llama-style tokenizer, made here: word marker in front, BOS, bytes for unknown characters. */
export function llamaStyleTokenizer(chatTemplate?: string): Tokenizer {
  const words = ["▁", "a", "b", "c", "▁a", "ab", "▁ab", "abc"];
  const bytes = Array.from({ length: 256 }, (_, i) => {
    return `<0x${i.toString(16).toUpperCase().padStart(2, "0")}>`;
  });
  const tokens = ["<unk>", "<s>", "</s>", ...bytes, ...words];
  const added = tokens.slice(0, 3).map((content, id) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  }));
  const json = {
    added_tokens: added,
    normalizer: {
      type: "Sequence",
      normalizers: [
        { type: "Prepend", prepend: "▁" },
        { type: "Replace", pattern: { String: " " }, content: "▁" },
      ],
    },
    pre_tokenizer: null,
    post_processor: {
      type: "TemplateProcessing",
      single: [{ SpecialToken: { id: "<s>", type_id: 0 } }, { Sequence: { id: "A", type_id: 0 } }],
      pair: [{ Sequence: { id: "A", type_id: 0 } }, { Sequence: { id: "B", type_id: 1 } }],
      special_tokens: { "<s>": { id: "<s>", ids: [1], tokens: ["<s>"] } },
    },
    decoder: {
      type: "Sequence",
      decoders: [
        { type: "Replace", pattern: { String: "▁" }, content: " " },
        { type: "ByteFallback" },
        { type: "Fuse" },
        { type: "Strip", content: " ", start: 1, stop: 0 },
      ],
    },
    model: {
      type: "BPE",
      unk_token: "<unk>",
      fuse_unk: true,
      byte_fallback: true,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges: ["▁ a", "a b", "▁a b", "ab c"],
    },
  };
  const config = { bos_token: "<s>", eos_token: "</s>", chat_template: chatTemplate };
  return createTokenizer(json, config, tokens.length);
}
