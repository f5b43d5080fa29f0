import { describe, expect, it } from "vitest";
import {
  TEMPLATE_TITLES,
  type TemplateChoice,
  type TemplateId,
  type TemplateTexts,
} from "@/core/template";
import { createTemplate } from "./createTemplate";
import type { Message } from "../conversation";
import { bundledTokenizer, llamaStyleTokenizer } from "../testing/files";
import type { Tokenizer } from "../tokenizer";
import { TEMPLATE_TABLE } from "./table";

const user = (content: string, input?: string): Message =>
  input === undefined ? { role: "user", content } : { role: "user", content, input };
const assistant = (content: string): Message => ({ role: "assistant", content });
const system = (content: string): Message => ({ role: "system", content });

/** Every text that can be, with a part on each side. */
const AROUND: TemplateTexts = {
  system: "<<{system}>>\n",
  opening: "Hello.\n",
  openingWithInput: "Hello, with more.\n",
  instruction: "[{instruction}]",
  input: " (given: {input})",
  beforeAnswer: "\t=>\n",
  answer: "<a>{output}</a>",
  betweenTurns: "\n---\n",
};
const TAGS = "{{ it's }} {% if %} -%}  {# no #} \\n {%- raw -%}\n";

function text(id: TemplateChoice, messages: Message[], tokenizer: Tokenizer): string {
  return createTemplate(id, tokenizer)
    .render(messages)
    .map((segment) => (segment.endsTurn ? segment.text + tokenizer.eosToken : segment.text))
    .join("");
}

const CONVERSATIONS: Record<string, Message[]> = {
  "one turn": [user("Name a tree."), assistant("Oak.")],
  "an input": [user("Make it a question.", "It is late."), assistant("Is it late?")],
  "a system message": [system("Be brief."), user("Hi"), assistant("Hello.")],
  "several turns": [user("A\nb'c\\"), assistant("B"), user("C", "in"), assistant("D")],
  "only a question": [user("Name a tree.")],
};

describe("an answer that runs on", () => {
  const tokenizer = bundledTokenizer();

  it("is cut where a next turn starts", () => {
    const marker = (id: TemplateChoice): string => createTemplate(id, tokenizer).nextTurnMarker;
    expect(marker("alpaca")).toBe("### Instruction:");
    expect(marker("question-answer")).toBe("### Question:");
    expect(marker("plain")).toBe("");
    expect(marker("model")).toBe("### Instruction:");
    expect(marker("human-assistant")).toBe("Human:");
    expect(marker("chatml")).toBe("<|im_start|>user");
  });

  it("is not cut at a mark so short that it may stand in an answer", () => {
    const texts = { ...TEMPLATE_TABLE.plain, instruction: "> {instruction}" };
    expect(createTemplate(texts, tokenizer).nextTurnMarker).toBe("");
  });
});

describe("the exported Jinja", () => {
  const CHOICES: [string, TemplateChoice][] = [
    ...(Object.keys(TEMPLATE_TITLES) as TemplateId[]).map((id): [string, TemplateId] => [id, id]),
    ["a text on both sides of everything", AROUND],
    ["an own end-of-text", { ...TEMPLATE_TABLE.plain, answer: "{output}<|endoftext|>" }],
    ["no mark at an input", { ...TEMPLATE_TABLE.plain, input: "{input}" }],
    ["what looks like Jinja", { ...TEMPLATE_TABLE.alpaca, beforeAnswer: TAGS }],
  ];

  it.each(CHOICES)("renders what training saw: %s", (_, id) => {
    const tokenizer = bundledTokenizer();
    const template = createTemplate(id, tokenizer);
    expect(template.jinja).not.toContain("generation");
    for (const [name, messages] of Object.entries(CONVERSATIONS)) {
      const addGenerationPrompt = messages.at(-1)?.role === "user";
      const plain = template.toPlainMessages(messages);
      const rendered = tokenizer.renderJinja(template.jinja, plain, { addGenerationPrompt });
      const own = addGenerationPrompt
        ? template.renderPrompt(messages)
        : text(id, messages, tokenizer);
      expect(rendered, name).toBe(own);
    }
  });

  it("writes BOS where the tokenizer puts one in front", () => {
    const tokenizer = llamaStyleTokenizer();
    const template = createTemplate("alpaca", tokenizer);
    const messages = [user("a"), assistant("b")];
    const rendered = tokenizer.renderJinja(template.jinja, messages, {
      addGenerationPrompt: false,
    });
    expect(rendered).toBe(`<s>${text("alpaca", messages, tokenizer)}`);
  });
});

describe("the model's own template", () => {
  const CHATML =
    "{% for message in messages %}{{ '<|' + message['role'] + '|>\n' + message['content'] + " +
    "'</s>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>\n' }}{% endif %}";

  it("answers end at the end-of-text token, and what follows belongs to the next prompt", () => {
    const template = createTemplate("model", llamaStyleTokenizer(CHATML));
    const messages = [user("A", "in"), assistant("B"), user("C"), assistant("D")];
    expect(template.render(messages)).toEqual([
      { text: "<|user|>\nA\nin</s>\n<|assistant|>\n", isTrained: false, endsTurn: false },
      { text: "B", isTrained: true, endsTurn: true },
      { text: "\n<|user|>\nC</s>\n<|assistant|>\n", isTrained: false, endsTurn: false },
      { text: "D", isTrained: true, endsTurn: true },
    ]);
    expect(template.nextTurnMarker).toBe("<|user|>");
    expect(template.renderPrompt([user("A")])).toBe("<|user|>\nA</s>\n<|assistant|>\n");
  });

  it("an end marker that is not the end-of-text token is trained before it", () => {
    const template = createTemplate(
      "model",
      llamaStyleTokenizer(CHATML.replace("'</s>\n'", "'<|end|>\n'")),
    );
    expect(template.render([user("A"), assistant("B")])).toEqual([
      { text: "<|user|>\nA<|end|>\n<|assistant|>\n", isTrained: false, endsTurn: false },
      { text: "B<|end|>", isTrained: true, endsTurn: true },
    ]);
  });

  it("a template without a generation prompt still splits at the answer", () => {
    const template = createTemplate(
      "model",
      llamaStyleTokenizer(
        "{% for m in messages %}{{ m['role'] + ': ' + m['content'] + eos_token }}{% endfor %}",
      ),
    );
    expect(template.render([user("A"), assistant("B")])).toEqual([
      { text: "user: A</s>assistant: ", isTrained: false, endsTurn: false },
      { text: "B", isTrained: true, endsTurn: true },
    ]);
    expect(template.renderPrompt([user("A")])).toBe("user: A</s>assistant: ");
  });
});
