import { describe, expect, it } from "vitest";
import { AppError } from "@/core/errors";
import {
  bundledTokenizer,
  describeShared,
  llamaStyleTokenizer,
  readProjectJson,
  readSharedJson,
} from "./testing/files";
import { createTokenizer, type Tokenizer } from "./tokenizer";

type Case = { text: string; token_ids: number[]; decoded: string };

function expectSame(tokenizer: Tokenizer, cases: readonly Case[]): void {
  for (const { text, token_ids, decoded } of cases) {
    expect(tokenizer.encode(text, { addSpecialTokens: true }), JSON.stringify(text)).toEqual(
      token_ids,
    );
    expect(tokenizer.decode(token_ids, { skipSpecialTokens: false })).toBe(decoded);
  }
}

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (thrown) {
    return thrown instanceof AppError ? thrown.code : String(thrown);
  }
  return "nothing thrown";
}

describe("ids and texts", () => {
  it("the bundled tokenizer gives the ids of an independent implementation", () => {
    const cases = readProjectJson("fixtures/tokenizers/tabtune-base.expected.json") as Case[];
    expect(cases.length).toBeGreaterThan(20);
    expectSame(bundledTokenizer(), cases);
  });

  describeShared("oracle/tokenizers.json", () => {
    it("Pythia, GPT-2 and stories260k give the oracle's ids", () => {
      const oracle = readSharedJson("oracle/tokenizers.json") as Record<string, Case[]>;
      const open = (folder: string, rows: number, config: unknown, eosTokenId: number): Tokenizer =>
        createTokenizer(readSharedJson(`${folder}/tokenizer.json`), config, rows, { eosTokenId });
      const stories = readSharedJson("models/stories260k/tokenizer_config.json");
      expectSame(open("tokenizers/pythia", 50304, null, 0), oracle["pythia"] ?? []);
      expectSame(open("tokenizers/gpt2", 50257, null, 50256), oracle["gpt2"] ?? []);
      expectSame(open("models/stories260k", 512, stories, 2), oracle["stories260k"] ?? []);
    });
  });

  it("a Llama-style text starts with BOS and a word marker, its continuation with neither", () => {
    const tokenizer = llamaStyleTokenizer();
    const pieces = (ids: number[]): string[] => ids.map((id) => tokenizer.piece(id));
    expect(pieces(tokenizer.encode("abc", { addSpecialTokens: true }))).toEqual([
      "<s>",
      " ab",
      "c",
    ]);
    expect(pieces(tokenizer.encodeContinuation("abc"))).toEqual(["abc"]);
    expect(tokenizer.leadingIds).toEqual([1]);
  });

  it("a continuation by a byte-level tokenizer is the same as any text", () => {
    const tokenizer = bundledTokenizer();
    const text = " is called a puppy.";
    expect(tokenizer.encodeContinuation(text)).toEqual(
      tokenizer.encode(text, { addSpecialTokens: false }),
    );
  });

  it("special tokens are left out of a text on request", () => {
    const tokenizer = bundledTokenizer();
    const ids = [...tokenizer.encode("Yes.", { addSpecialTokens: false }), tokenizer.eosTokenId];
    expect(tokenizer.decode(ids, { skipSpecialTokens: true })).toBe("Yes.");
    expect(tokenizer.decode(ids, { skipSpecialTokens: false })).toBe("Yes.<|endoftext|>");
    expect(tokenizer.decode([], { skipSpecialTokens: true })).toBe("");
  });
});

describe("pieces", () => {
  it("spaces stay, line ends become a glyph and half a character its byte", () => {
    const tokenizer = bundledTokenizer();
    const pieces = (text: string): string[] =>
      tokenizer.encode(text, { addSpecialTokens: false }).map((id) => tokenizer.piece(id));
    expect(pieces(" the")).toEqual([" the"]);
    expect(pieces("\n").join("")).toBe("⏎");
    expect(pieces("😀").join("")).toMatch(/\\x[0-9A-F]{2}/);
    expect(tokenizer.piece(tokenizer.eosTokenId)).toBe("<|endoftext|>");
    expect(tokenizer.piece(4095 + 10)).toBe("[4105]");
  });

  it("byte tokens of a Llama-style vocabulary are readable", () => {
    const tokenizer = llamaStyleTokenizer();
    const [, , ...rest] = tokenizer.encode("\n é", { addSpecialTokens: true });
    expect(rest.map((id) => tokenizer.piece(id))).toEqual(["⏎", " ", "\\xC3", "\\xA9"]);
  });
});

describe("special tokens", () => {
  it("the padding token is taken before pad_token, and end of text where there is none", () => {
    expect(bundledTokenizer().padTokenId).toBe(1);
    expect(llamaStyleTokenizer().padTokenId).toBe(2);
  });

  it("special tokens are read as text and as { content }, and from config.json without a config", () => {
    const json = readProjectJson("public/models/tabtune-base/tokenizer.json");
    const named = createTokenizer(json, { eos_token: { content: "<|padding|>" } }, 4096);
    expect(named.eosTokenId).toBe(1);
    const bare = createTokenizer(json, undefined, 4096, { eosTokenId: [0, 5], bosTokenId: 0 });
    expect([bare.eosTokenId, bare.eosToken, bare.bosTokenId]).toEqual([0, "<|endoftext|>", 0]);
    expect(bare.chatTemplate).toBeNull();
  });

  it("the chat template may be one of several named ones", () => {
    const json = readProjectJson("public/models/tabtune-base/tokenizer.json");
    const chat_template = [
      { name: "tool_use", template: "x" },
      { name: "default", template: "{{ messages[0]['content'] + eos_token }}" },
    ];
    const tokenizer = createTokenizer(json, { chat_template, eos_token: "<|endoftext|>" }, 4096);
    const text = tokenizer.renderChat([{ role: "user", content: "Hi" }], {
      addGenerationPrompt: true,
    });
    expect(text).toBe("Hi<|endoftext|>");
  });
});

describe("faulty files", () => {
  it("malformed files are named as such", () => {
    const json = readProjectJson("public/models/tabtune-base/tokenizer.json") as object;
    const open = (value: unknown, config: unknown = {}) => createTokenizer(value, config, 4096);
    for (const value of [null, [], "x", {}, { model: {} }, { model: { vocab: {} } }]) {
      expect(
        codeOf(() => open(value)),
        JSON.stringify(value),
      ).toBe("model/bad-tokenizer");
    }
    expect(codeOf(() => open({ ...json, model: { type: "New", vocab: { a: 0 } } }))).toBe(
      "model/bad-tokenizer",
    );
    expect(codeOf(() => open({ ...json, decoder: { type: "New" } }))).toBe("model/bad-tokenizer");
    expect(codeOf(() => open({ ...json, added_tokens: [{ id: -1 }] }))).toBe("model/bad-tokenizer");
    expect(codeOf(() => open(json, { eos_token: "</nope>" }))).toBe("model/bad-tokenizer");
    expect(codeOf(() => open(json, "x"))).toBe("model/bad-tokenizer");
    expect(codeOf(() => open({ model: { type: "BPE", vocab: { a: "0" }, merges: [] } }))).toBe(
      "model/bad-tokenizer",
    );
  });

  it("a tokenizer with more ids than the model has rows is refused", () => {
    const json = readProjectJson("public/models/tabtune-base/tokenizer.json");
    expect(codeOf(() => createTokenizer(json, {}, 4095))).toBe("model/vocabulary");
  });
});
