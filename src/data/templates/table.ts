import type { TemplateTexts, TextTemplateId } from "@/core/template";

const RESPOND = "Write a response that appropriately completes the request.";
const OPENING = `Below is an instruction that describes a task. ${RESPOND}\n\n`;
const OPENING_WITH_INPUT =
  "Below is an instruction that describes a task, paired with an input that provides further " +
  `context. ${RESPOND}\n\n`;

/** Alpaca ending in one line break: tokens of a prompt then stay what they are whatever the answer is. */
const ALPACA: TemplateTexts = {
  system: "{system}\n\n",
  opening: OPENING,
  openingWithInput: OPENING_WITH_INPUT,
  instruction: "### Instruction:\n{instruction}",
  input: "\n\n### Input:\n{input}",
  beforeAnswer: "\n\n### Response:\n",
  answer: "{output}",
  betweenTurns: "\n\n",
};

const NO_OPENING = { opening: "", openingWithInput: "" };

/**
 * Every template that is texts alone. Where the source has one turn or no system message, both are
 * written as in Alpaca.
 */
export const TEMPLATE_TABLE: Readonly<Record<TextTemplateId, TemplateTexts>> = {
  alpaca: ALPACA,
  /** `PROMPT_DICT` in train.py of tatsu-lab/stanford_alpaca: the answer follows the colon at once. */
  stanford: { ...ALPACA, beforeAnswer: "\n\n### Response:" },
  /** `PROMPT_NO_INPUT_FORMAT` and `PROMPT_WITH_INPUT_FORMAT` in training/consts.py of databrickslabs/dolly. */
  dolly: {
    ...ALPACA,
    openingWithInput: OPENING,
    input: "\n\nInput:\n{input}",
    answer: "{output}\n\n### End",
  },
  "question-answer": {
    ...ALPACA,
    ...NO_OPENING,
    instruction: "### Question:\n{instruction}",
    input: "\n{input}",
    beforeAnswer: "\n\n### Answer:\n",
  },
  /** The transcripts of anthropics/hh-rlhf. The space belongs to the answer, as its first token has one. */
  "human-assistant": {
    ...NO_OPENING,
    system: "{system}",
    instruction: "\n\nHuman: {instruction}",
    input: "\n{input}",
    beforeAnswer: "\n\nAssistant:",
    answer: " {output}",
    betweenTurns: "",
  },
  /** ChatML in ordinary letters: its marks are no tokens of their own in most vocabularies. */
  chatml: {
    ...NO_OPENING,
    system: "<|im_start|>system\n{system}<|im_end|>\n",
    instruction: "<|im_start|>user\n{instruction}",
    input: "\n{input}",
    beforeAnswer: "<|im_end|>\n<|im_start|>assistant\n",
    answer: "{output}<|im_end|>",
    betweenTurns: "\n",
  },
  plain: {
    ...ALPACA,
    ...NO_OPENING,
    instruction: "{instruction}",
    input: "\n{input}",
    beforeAnswer: "\n",
  },
};
