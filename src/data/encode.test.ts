import { describe, expect, it } from "vitest";
import { AppError } from "@/core/errors";
import { Random } from "@/core/random";
import type { TemplateId } from "@/core/template";
import { createTemplate } from "./templates/createTemplate";
import type { Conversation, Message } from "./conversation";
import { readDataset } from "./dataset";
import {
  applyLengthLimit,
  encodeAll,
  encodeConversation,
  encodePrompt,
  finish,
  type EncodedExample,
} from "./encode";
import {
  bundledTokenizer,
  describeShared,
  llamaStyleTokenizer,
  readProjectFile,
  readProjectJson,
  readSharedFile,
  readSharedJson,
} from "./testing/files";
import { createTokenizer, type Tokenizer } from "./tokenizer";

type Expected = { examples: { input_ids: number[]; loss_mask: number[] }[] };

const TEMPLATES: TemplateId[] = ["alpaca", "model", "question-answer", "plain"];

const talk = (...contents: string[]): Conversation => ({
  line: 1,
  isRaw: false,
  messages: contents.map((content, i): Message => {
    return { role: i % 2 === 0 ? "user" : "assistant", content };
  }),
});

function trainedText(example: EncodedExample, tokenizer: Tokenizer): string {
  const ids = [...example.tokenIds].filter((_, i) => example.lossMask[i] === 1);
  return tokenizer.decode(ids, { skipSpecialTokens: false });
}

function expectExamples(text: string, tokenizer: Tokenizer, expected: Expected): void {
  const { conversations, problems } = readDataset("train.jsonl", text);
  expect(problems).toEqual([]);
  const template = createTemplate("alpaca", tokenizer);
  expect(conversations).toHaveLength(expected.examples.length);
  for (const [i, conversation] of conversations.entries()) {
    const example = encodeConversation(conversation, template, tokenizer);
    expect([...example.tokenIds], `ids of line ${i + 1}`).toEqual(expected.examples[i]?.input_ids);
    expect([...example.lossMask], `mask of line ${i + 1}`).toEqual(expected.examples[i]?.loss_mask);
  }
}

describe("ids and masks against references", () => {
  it("records are encoded as an independent implementation does it", () => {
    const expected = readProjectJson("fixtures/data/alpaca.expected.json") as Expected;
    expectExamples(readProjectFile("fixtures/data/alpaca.jsonl"), bundledTokenizer(), expected);
  });

  describeShared("oracle/sft-run", () => {
    it("every record has its ids and mask", () => {
      const folder = "models/stories260k";
      const tokenizer = createTokenizer(
        readSharedJson(`${folder}/tokenizer.json`),
        readSharedJson(`${folder}/tokenizer_config.json`),
        512,
      );
      const expected = readSharedJson("oracle/sft-run/expected.json") as Expected;
      expectExamples(readSharedFile("oracle/sft-run/train.jsonl"), tokenizer, expected);
    });
  });
});

describe("masks", () => {
  const answers = ["Blue.", "- x", "\nThe", "**bold**", "é😀", "1, 2, 3", "###", ")", "s"];

  it.each(TEMPLATES)("%s: the prompt is a prefix and the answer with its end is trained", (id) => {
    const tokenizer = bundledTokenizer();
    const template = createTemplate(id, tokenizer);
    for (const answer of answers) {
      const conversation = talk("What colour is the sky?", answer);
      const example = encodeConversation(conversation, template, tokenizer);
      const prompt = encodePrompt(conversation.messages.slice(0, 1), template, tokenizer);
      const { tokenIds, lossMask } = example;
      expect([...tokenIds.slice(0, prompt.length)]).toEqual(prompt);
      expect(lossMask.indexOf(1)).toBe(prompt.length);
      expect(tokenIds.at(-1)).toBe(tokenizer.eosTokenId);
      expect(lossMask.at(-1)).toBe(1);
      expect(trainedText(example, tokenizer)).toBe(`${answer}<|endoftext|>`);
    }
  });

  it.each(TEMPLATES)("%s: every assistant turn is trained, and nothing else", (id) => {
    const tokenizer = bundledTokenizer();
    const template = createTemplate(id, tokenizer);
    const conversation = talk("One?", "Uno.", "Two?", "Due.", "Three?", "Tre.");
    const example = encodeConversation(conversation, template, tokenizer);
    expect(trainedText(example, tokenizer)).toBe(
      "Uno.<|endoftext|>Due.<|endoftext|>Tre.<|endoftext|>",
    );
    const prompt = encodePrompt(conversation.messages.slice(0, 5), template, tokenizer);
    expect([...example.tokenIds.slice(0, prompt.length)]).toEqual(prompt);
    expect(tokenizer.decode(prompt, { skipSpecialTokens: false })).toBe(
      template.renderPrompt(conversation.messages.slice(0, 5)),
    );
  });

  it("a Llama-style answer has no word marker and the whole has one BOS", () => {
    const tokenizer = llamaStyleTokenizer();
    const template = createTemplate("alpaca", tokenizer);
    const example = encodeConversation(talk("abc", "abc"), template, tokenizer);
    expect([...example.tokenIds].filter((id) => id === tokenizer.bosTokenId)).toHaveLength(1);
    const trained = [...example.tokenIds].filter((_, i) => example.lossMask[i] === 1);
    expect(trained.map((id) => tokenizer.piece(id))).toEqual(["abc", "</s>"]);
  });

  it("a template that writes BOS itself does not get a second one", () => {
    const tokenizer = llamaStyleTokenizer(
      "{{ bos_token }}{% for m in messages %}{{ m['content'] }}" +
        "{% if m['role'] == 'assistant' %}{{ eos_token }}{% endif %}\n{% endfor %}",
    );
    const template = createTemplate("model", tokenizer);
    const example = encodeConversation(talk("abc", "abc"), template, tokenizer);
    expect([...example.tokenIds].filter((id) => id === tokenizer.bosTokenId)).toHaveLength(1);
    expect(example.tokenIds[0]).toBe(tokenizer.bosTokenId);
  });

  it("where a token would cross the border, prompt and answer are encoded apart", () => {
    const tokenizer = llamaStyleTokenizer();
    const template = createTemplate("plain", tokenizer);
    const raw: Conversation = { ...talk("a", "bc"), isRaw: true };
    const example = encodeConversation(raw, template, tokenizer);
    const prompt = encodePrompt(raw.messages.slice(0, 1), template, tokenizer, true);
    expect([...example.tokenIds].map((id) => tokenizer.piece(id))).toEqual([
      ...["<s>", " a", "b", "c", "</s>"],
    ]);
    expect(prompt.map((id) => tokenizer.piece(id))).toEqual(["<s>", " a"]);
    expect([...example.lossMask]).toEqual([0, 0, 1, 1, 1]);
  });

  it("a raw record is encoded as it stands", () => {
    const tokenizer = bundledTokenizer();
    const template = createTemplate("alpaca", tokenizer);
    const raw: Conversation = { ...talk("Q: 2+2?\nA:", " 4"), isRaw: true };
    const example = encodeConversation(raw, template, tokenizer);
    const text = tokenizer.decode([...example.tokenIds], { skipSpecialTokens: false });
    expect(text).toBe("Q: 2+2?\nA: 4<|endoftext|>");
    expect(trainedText(example, tokenizer)).toBe(" 4<|endoftext|>");
  });
});

describe("what a record says of its own mask", () => {
  const tokenizer = bundledTokenizer();
  const EOS = "<|endoftext|>";

  it.each(TEMPLATES)("%s: an answer with weight 0 is read, and the tokens stay the same", (id) => {
    const template = createTemplate(id, tokenizer);
    const whole = talk("One?", "Uno.", "Two?", "Due.", "Three?", "Tre.");
    const weighted = talk("One?", "Uno.", "Two?", "Due.", "Three?", "Tre.");
    for (const at of [1, 3])
      weighted.messages[at] = { ...weighted.messages[at]!, isTrained: false };
    const example = encodeConversation(weighted, template, tokenizer);
    expect(example.tokenIds).toEqual(encodeConversation(whole, template, tokenizer).tokenIds);
    expect(trainedText(example, tokenizer)).toBe(`Tre.${EOS}`);
    const prompt = encodePrompt(weighted.messages.slice(0, 5), template, tokenizer);
    expect(example.lossMask.indexOf(1)).toBe(prompt.length);
  });

  it("segments are learned exactly where they are labelled", () => {
    const text = JSON.stringify({
      segments: [
        { label: false, text: "The sky is" },
        { label: true, text: " blue" },
        { label: false, text: " and grass is" },
        { label: true, text: " green." },
      ],
    });
    const [conversation] = readDataset("x", text).conversations;
    const template = createTemplate("alpaca", tokenizer);
    const example = encodeConversation(conversation!, template, tokenizer);
    expect(tokenizer.decode([...example.tokenIds], { skipSpecialTokens: false })).toBe(
      `The sky is blue and grass is green.${EOS}`,
    );
    expect(trainedText(example, tokenizer)).toBe(` blue green.${EOS}`);
  });

  it("of plain text every token is learned but the first, which nothing predicts", () => {
    const text = '{"text":"Once upon a time there was a lighthouse."}';
    const [conversation] = readDataset("x", text).conversations;
    const template = createTemplate("alpaca", tokenizer);
    const { tokenIds, lossMask } = encodeConversation(conversation!, template, tokenizer);
    expect([...lossMask]).toEqual([0, ...Array.from(tokenIds.slice(1), () => 1)]);
    expect(tokenIds.at(-1)).toBe(tokenizer.eosTokenId);
  });
});

describe("the length limit", () => {
  const example = (prompt: number, answer: number): EncodedExample => ({
    line: 7,
    tokenIds: Int32Array.from({ length: prompt + answer }, (_, i) => i),
    lossMask: Uint8Array.from({ length: prompt + answer }, (_, i) => (i < prompt ? 0 : 1)),
  });

  it("an example within the limit stays as it is", () => {
    const whole = example(6, 4);
    expect(applyLengthLimit(whole, 10, "exclude")).toEqual({
      example: whole,
      wasCut: false,
      reason: "",
    });
  });

  it("a longer one is left out, with both numbers in the reason", () => {
    const { example: kept, reason } = applyLengthLimit(example(7, 4), 10, "exclude");
    expect(kept).toBeNull();
    expect(reason).toBe("It has 11 tokens; the limit is 10.");
  });

  it("a prompt is cut from its front, after BOS", () => {
    const { example: kept, wasCut } = applyLengthLimit(example(7, 4), 9, "cut-prompt", 1);
    expect(wasCut).toBe(true);
    expect([...(kept?.tokenIds ?? [])]).toEqual([0, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect([...(kept?.lossMask ?? [])]).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1]);
  });

  it("an answer never loses its end, whatever the lengths", () => {
    const random = new Random(3);
    for (let i = 0; i < 500; i++) {
      const whole = example(1 + random.integer(30), 1 + random.integer(30));
      const limit = 1 + random.integer(40);
      const leading = random.integer(2);
      const { example: kept } = applyLengthLimit(whole, limit, "cut-prompt", leading);
      if (!kept) continue;
      const trained = (one: EncodedExample): number[] =>
        [...one.tokenIds].filter((_, at) => one.lossMask[at] === 1);
      expect(kept.tokenIds.length).toBeLessThanOrEqual(limit);
      expect(kept.lossMask.length).toBe(kept.tokenIds.length);
      expect(kept.lossMask[0]).toBe(0);
      expect(trained(kept)).toEqual(trained(whole));
    }
  });

  it("an answer that is too long by itself is left out, not cut", () => {
    const { example: kept, reason } = applyLengthLimit(example(5, 10), 10, "cut-prompt");
    expect(kept).toBeNull();
    expect(reason).toContain("an answer is never cut");
  });
});

describe("a whole data set", () => {
  it("counts what is excluded and cut, and reports as it goes", () => {
    const tokenizer = bundledTokenizer();
    const template = createTemplate("question-answer", tokenizer);
    const long = "Tell me about the sea. ".repeat(20);
    const conversations = [
      ...Array.from({ length: 130 }, (_, i) => ({ ...talk(`Say ${i}.`, `${i}`), line: i + 1 })),
      { ...talk(long, "The sea is blue."), line: 131 },
      { ...talk("Go on.", long), line: 132 },
    ];
    const limits = { maxSeqLen: 64, overLength: "cut-prompt" } as const;
    const reports = [...encodeAll(conversations, template, tokenizer, limits)];
    expect(reports.map(({ done }) => done)).toEqual([16, 32, 48, 64, 80, 96, 112, 128, 132]);
    const out = finish(encodeAll(conversations, template, tokenizer, limits));
    expect(out.examples).toHaveLength(131);
    expect(out.sourceIndexes.at(-1)).toBe(130);
    expect(out.cutPrompts).toBe(1);
    expect(out.excluded.map(({ line }) => line)).toEqual([132]);
  });

  it("a conversation that the model's template refuses is excluded with its reason", () => {
    const tokenizer = llamaStyleTokenizer(
      "{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system') }}{% endif %}" +
        "{% for m in messages %}{{ m['content'] + eos_token }}{% endfor %}",
    );
    const template = createTemplate("model", tokenizer);
    const conversation = talk("a", "b");
    conversation.messages.unshift({ role: "system", content: "c" });
    const limits = { maxSeqLen: 64, overLength: "exclude" } as const;
    const out = finish(encodeAll([conversation], template, tokenizer, limits));
    expect(out.examples).toEqual([]);
    expect(out.excluded[0]?.reason).toContain("no system");
  });

  it("the model's own template is refused where the model has none", () => {
    expect(() => createTemplate("model", llamaStyleTokenizer())).toThrow(AppError);
  });
});
