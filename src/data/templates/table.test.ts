/** Every template of the table, byte for byte as its source writes it. */
import { describe, expect, it } from "vitest";
import type { TextTemplateId } from "@/core/template";
import { findTemplateProblem } from "@/core/template";
import type { Message } from "../conversation";
import { encodeConversation } from "../encode";
import { bundledTokenizer } from "../testing/files";
import { createTemplate } from "./createTemplate";
import { TEMPLATE_TABLE } from "./table";
import { joinText } from "./template";

const tokenizer = bundledTokenizer();
const EOS = "<|endoftext|>";

const ONE: Message[] = [
  { role: "user", content: "Name a tree." },
  { role: "assistant", content: "Oak." },
];
const WITH_INPUT: Message[] = [
  { role: "user", content: "Make it a question.", input: "It is late." },
  { role: "assistant", content: "Is it late?" },
];
const SEVERAL: Message[] = [
  { role: "system", content: "Be brief." },
  { role: "user", content: "A" },
  { role: "assistant", content: "B" },
  { role: "user", content: "C", input: "D" },
  { role: "assistant", content: "E" },
];

type Expected = { one: string; withInput: string; several: string };

const INTRO =
  "Below is an instruction that describes a task. " +
  "Write a response that appropriately completes the request.\n\n";
const INTRO_WITH_INPUT =
  "Below is an instruction that describes a task, paired with an input that provides further " +
  "context. Write a response that appropriately completes the request.\n\n";

const EXPECTED: Record<TextTemplateId, Expected> = {
  alpaca: {
    one: `${INTRO}### Instruction:\nName a tree.\n\n### Response:\nOak.${EOS}`,
    withInput:
      `${INTRO_WITH_INPUT}### Instruction:\nMake it a question.\n\n### Input:\nIt is late.\n\n` +
      `### Response:\nIs it late?${EOS}`,
    several:
      `Be brief.\n\n### Instruction:\nA\n\n### Response:\nB${EOS}\n\n` +
      `### Instruction:\nC\n\n### Input:\nD\n\n### Response:\nE${EOS}`,
  },
  // prompt_no_input and prompt_input of stanford_alpaca's PROMPT_DICT, then output and end of text.
  stanford: {
    one: `${INTRO}### Instruction:\nName a tree.\n\n### Response:Oak.${EOS}`,
    withInput:
      `${INTRO_WITH_INPUT}### Instruction:\nMake it a question.\n\n### Input:\nIt is late.\n\n` +
      `### Response:Is it late?${EOS}`,
    several:
      `Be brief.\n\n### Instruction:\nA\n\n### Response:B${EOS}\n\n` +
      `### Instruction:\nC\n\n### Input:\nD\n\n### Response:E${EOS}`,
  },
  // PROMPT_NO_INPUT_FORMAT and PROMPT_WITH_INPUT_FORMAT of dolly's consts.py.
  dolly: {
    one: `${INTRO}### Instruction:\nName a tree.\n\n### Response:\nOak.\n\n### End${EOS}`,
    withInput:
      `${INTRO}### Instruction:\nMake it a question.\n\nInput:\nIt is late.\n\n` +
      `### Response:\nIs it late?\n\n### End${EOS}`,
    several:
      `Be brief.\n\n### Instruction:\nA\n\n### Response:\nB\n\n### End${EOS}\n\n` +
      `### Instruction:\nC\n\nInput:\nD\n\n### Response:\nE\n\n### End${EOS}`,
  },
  "question-answer": {
    one: `### Question:\nName a tree.\n\n### Answer:\nOak.${EOS}`,
    withInput: `### Question:\nMake it a question.\nIt is late.\n\n### Answer:\nIs it late?${EOS}`,
    several:
      `Be brief.\n\n### Question:\nA\n\n### Answer:\nB${EOS}\n\n` +
      `### Question:\nC\nD\n\n### Answer:\nE${EOS}`,
  },
  "human-assistant": {
    one: `\n\nHuman: Name a tree.\n\nAssistant: Oak.${EOS}`,
    withInput: `\n\nHuman: Make it a question.\nIt is late.\n\nAssistant: Is it late?${EOS}`,
    several:
      `Be brief.\n\nHuman: A\n\nAssistant: B${EOS}` + `\n\nHuman: C\nD\n\nAssistant: E${EOS}`,
  },
  chatml: {
    one:
      "<|im_start|>user\nName a tree.<|im_end|>\n" + `<|im_start|>assistant\nOak.<|im_end|>${EOS}`,
    withInput:
      "<|im_start|>user\nMake it a question.\nIt is late.<|im_end|>\n" +
      `<|im_start|>assistant\nIs it late?<|im_end|>${EOS}`,
    several:
      "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nA<|im_end|>\n" +
      `<|im_start|>assistant\nB<|im_end|>${EOS}\n<|im_start|>user\nC\nD<|im_end|>\n` +
      `<|im_start|>assistant\nE<|im_end|>${EOS}`,
  },
  plain: {
    one: `Name a tree.\nOak.${EOS}`,
    withInput: `Make it a question.\nIt is late.\nIs it late?${EOS}`,
    several: `Be brief.\n\nA\nB${EOS}\n\nC\nD\nE${EOS}`,
  },
};

/** What an answer of the conversations is learned as. */
const learned = (id: TextTemplateId, answer: string): string =>
  TEMPLATE_TABLE[id].answer.replace("{output}", answer) + EOS;

describe.each(Object.keys(EXPECTED) as TextTemplateId[])("the template %s", (id) => {
  const template = createTemplate(id, tokenizer);
  const textOf = (messages: Message[]): string => joinText(template.render(messages), EOS);

  it("writes what its source writes", () => {
    expect(textOf(ONE)).toBe(EXPECTED[id].one);
    expect(textOf(WITH_INPUT)).toBe(EXPECTED[id].withInput);
    expect(textOf(SEVERAL)).toBe(EXPECTED[id].several);
  });

  it("has answers and their ends learned, and nothing else", () => {
    const segments = template.render(SEVERAL);
    const texts = segments.filter(({ isTrained }) => isTrained).map((one) => joinText([one], EOS));
    expect(texts).toEqual([learned(id, "B"), learned(id, "E")]);
  });

  it("the mask of the tokens is that of the text", () => {
    const { tokenIds, lossMask } = encodeConversation(
      { line: 1, messages: SEVERAL, isRaw: false },
      template,
      tokenizer,
    );
    const decode = (on: number): string =>
      tokenizer.decode(
        [...tokenIds].filter((_, i) => lossMask[i] === on),
        { skipSpecialTokens: false },
      );
    expect(decode(1)).toBe(learned(id, "B") + learned(id, "E"));
    expect(decode(0)).toBe(
      EXPECTED[id].several.replace(learned(id, "B"), "").replace(learned(id, "E"), ""),
    );
  });

  it("asks with what stands before the answer in training", () => {
    for (const messages of [ONE, WITH_INPUT, SEVERAL]) {
      const prompt = template.renderPrompt(messages.slice(0, -1));
      const answer = learned(id, messages.at(-1)?.content ?? "");
      expect(prompt + answer).toBe(textOf(messages));
    }
  });

  it("gives an answer back without what it puts around it", () => {
    const generated = TEMPLATE_TABLE[id].answer.replace("{output}", "Oak, \n{input}.");
    expect(template.toAnswer(generated)).toBe("Oak, \n{input}.");
    expect(template.toAnswer("Oak")).toBe("Oak");
  });

  it("can be an own template, with the same text", () => {
    expect(findTemplateProblem(TEMPLATE_TABLE[id])).toBeNull();
    const own = createTemplate(TEMPLATE_TABLE[id], tokenizer);
    expect(own.id).toBe("custom");
    expect(joinText(own.render(SEVERAL), EOS)).toBe(EXPECTED[id].several);
  });
});
