import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Tokenizer } from "@huggingface/tokenizers";
import { describe, expect, it } from "vitest";

const read = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../fixtures/pretrain/${name}`, import.meta.url)), "utf8");
const file = JSON.parse(read("tokenizer.json")) as { model: { vocab: Record<string, number> } };
const tokenizer = new Tokenizer(file, { clean_up_tokenization_spaces: false });
const samples = read("samples.jsonl")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as { text: string; tokenIds: number[] });

describe("the tokenizer of the base model", () => {
  it("has 4,096 tokens, the two special ones first", () => {
    expect(Object.keys(file.model.vocab)).toHaveLength(4096);
    expect(file.model.vocab["<|endoftext|>"]).toBe(0);
    expect(file.model.vocab["<|padding|>"]).toBe(1);
  });

  it("agrees in JavaScript with what training used, token for token, and back", () => {
    expect(samples.length).toBeGreaterThan(50);
    for (const { text, tokenIds } of samples) {
      expect(tokenizer.encode(text).ids, text).toEqual(tokenIds);
      expect(tokenizer.decode(tokenIds, { skip_special_tokens: false }), text).toBe(text);
    }
  });

  it("keeps digits apart and the template's words whole", () => {
    expect(tokenizer.encode("1234").ids).toHaveLength(4);
    expect(tokenizer.encode("### Instruction:\nx\n\n### Response:\n").ids.length).toBeLessThan(12);
  });
});
