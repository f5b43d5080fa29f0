import { describe, expect, it } from "vitest";
import type { TemplateId } from "@/core/template";
import { createTemplate } from "./createTemplate";
import type { Message } from "../conversation";
import { bundledTokenizer, llamaStyleTokenizer } from "../testing/files";
import type { Tokenizer } from "../tokenizer";

const user = (content: string, input?: string): Message =>
  input === undefined ? { role: "user", content } : { role: "user", content, input };
const assistant = (content: string): Message => ({ role: "assistant", content });
const system = (content: string): Message => ({ role: "system", content });

function text(id: TemplateId, messages: Message[], tokenizer: Tokenizer): string {
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

describe("the house template", () => {
  const tokenizer = bundledTokenizer();

  it("is Alpaca, ending in one newline", () => {
    expect(createTemplate("alpaca", tokenizer).renderPrompt([user("Name a tree.")])).toBe(
      "Below is an instruction that describes a task. Write a response that appropriately " +
        "completes the request.\n\n### Instruction:\nName a tree.\n\n### Response:\n",
    );
  });

  it("has another first sentence and a block of its own for an input", () => {
    const prompt = createTemplate("alpaca", tokenizer).renderPrompt([user("Double it.", "4")]);
    expect(prompt).toBe(
      "Below is an instruction that describes a task, paired with an input that provides further " +
        "context. Write a response that appropriately completes the request.\n\n" +
        "### Instruction:\nDouble it.\n\n### Input:\n4\n\n### Response:\n",
    );
  });

  it("separates turns by an empty line and puts a system message first", () => {
    const messages = [system("Be brief."), user("A"), assistant("B"), user("C"), assistant("D")];
    expect(text("alpaca", messages, tokenizer)).toBe(
      "Be brief.\n\n### Instruction:\nA\n\n### Response:\nB<|endoftext|>\n\n" +
        "### Instruction:\nC\n\n### Response:\nD<|endoftext|>",
    );
  });

  it("question / answer and plain are as short as they can be", () => {
    expect(createTemplate("question-answer", tokenizer).renderPrompt([user("Why?", "Rain.")])).toBe(
      "### Question:\nWhy?\nRain.\n\n### Answer:\n",
    );
    expect(createTemplate("plain", tokenizer).renderPrompt([user("Why?")])).toBe("Why?\n");
  });

  it("knows what a next turn starts with", () => {
    const marker = (id: TemplateId): string => createTemplate(id, tokenizer).nextTurnMarker;
    expect(marker("alpaca")).toBe("### Instruction:");
    expect(marker("question-answer")).toBe("### Question:");
    expect(marker("plain")).toBe("");
    expect(marker("model")).toBe("### Instruction:");
  });
});

describe("the exported Jinja", () => {
  const ids: TemplateId[] = ["alpaca", "question-answer", "plain", "model"];

  it.each(ids)("%s renders what training saw", (id) => {
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
