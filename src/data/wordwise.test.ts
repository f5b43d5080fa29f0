import { describe, expect, it } from "vitest";
import { Random } from "@/core/random";
import { bundledTokenizer, describeShared, readSharedJson } from "./testing/files";
import { createTokenizer, type Tokenizer } from "./tokenizer";
import { Wordwise } from "./wordwise";

const PIECES = [
  ..."a the Word 's 'll 12 3456 ½ 日本語 é e\u0301 Å 😀 👩‍👧 ! ... -- ' # ```".split(" "),
  ...[
    "\n",
    "\n\n",
    "\t",
    "\r\n",
    " ",
    "  ",
    "   ",
    "\u00A0",
    "\u0085",
    "\uFEFF",
    "\u200B",
    "\uD83D",
  ],
  ...["<|endoftext|>", "<|padding|>", "<|endof", "[", "\\n", "incomprehensibilities".repeat(4)],
];

/** The package's own ids: with special tokens asked for, words are never remembered. */
const encodeWhole = (tokenizer: Tokenizer, text: string): number[] =>
  tokenizer.encode(text, { addSpecialTokens: true });

function expectSame(tokenizer: Tokenizer): void {
  const random = new Random(11);
  for (let round = 0; round < 3000; round++) {
    const parts = Array.from({ length: random.integer(12) }, () => random.pick(PIECES));
    const text = parts.join(random.pick(["", "", " "]));
    const expected = encodeWhole(tokenizer, text);
    expect(tokenizer.encode(text, { addSpecialTokens: false }), JSON.stringify(text)).toEqual(
      expected,
    );
    const after = encodeWhole(tokenizer, tokenizer.eosToken + text).slice(1);
    expect(tokenizer.encodeAfterEos(text), JSON.stringify(text)).toEqual(after);
  }
}

describe("ids from remembered words", () => {
  it("are those of the whole text, for the bundled tokenizer", () => {
    expectSame(bundledTokenizer());
  });

  it("cost the package one call for each word, however often it comes", () => {
    const asked: string[] = [];
    const json = { pre_tokenizer: { type: "ByteLevel" }, normalizer: null, added_tokens: [] };
    const wordwise = Wordwise.create(json, {}, (word) => {
      asked.push(word);
      return [word.length];
    });
    expect(wordwise?.encode("a cat, a hat and a cat")).toEqual([1, 4, 1, 2, 4, 4, 2, 4]);
    expect(asked).toEqual(["a", " cat", ",", " a", " hat", " and"]);
  });

  it("are not for tokenizers whose words touch each other", () => {
    const byteLevel = { type: "ByteLevel" };
    const json = { pre_tokenizer: byteLevel, normalizer: null, added_tokens: [] };
    const create = (changes: object, config = {}) =>
      Wordwise.create({ ...json, ...changes }, config, () => []);
    expect(create({})).not.toBeNull();
    expect(create({ pre_tokenizer: { ...byteLevel, add_prefix_space: true } })).toBeNull();
    expect(create({ pre_tokenizer: { type: "Metaspace" } })).toBeNull();
    expect(create({ normalizer: { type: "Lowercase" } })).toBeNull();
    expect(create({ added_tokens: [{ id: 0, content: "<a>", rstrip: true }] })).toBeNull();
    expect(create({}, { remove_space: true })).toBeNull();
  });
});

describeShared("ids from remembered words, of Pythia's tokenizer", () => {
  it("are those of the whole text", () => {
    const json = readSharedJson("tokenizers/pythia/tokenizer.json");
    expectSame(createTokenizer(json, null, 50_304, { eosTokenId: 0 }));
  });
});
