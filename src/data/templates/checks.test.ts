import { describe, expect, it } from "vitest";
import type { TemplateChoice, TemplateId, TemplateTexts } from "@/core/template";
import { TEMPLATE_TITLES } from "@/core/template";
import type { Conversation, Message } from "../conversation";
import { bundledTokenizer, llamaStyleTokenizer } from "../testing/files";
import type { Tokenizer } from "../tokenizer";
import { checkTemplate, type TemplateCheck } from "./checks";
import { createTemplate } from "./createTemplate";
import { TEMPLATE_TABLE } from "./table";

const tokenizer = bundledTokenizer();

function conversation(answer: string, more: Partial<Message> = {}, line = 1): Conversation {
  const messages: Message[] = [
    { role: "user", content: "Name a tree." },
    { role: "assistant", content: answer, ...more },
  ];
  return { line, messages, isRaw: false };
}

function check(
  choice: TemplateChoice,
  conversations: Conversation[] = [conversation("An oak is a tree.")],
  by: Tokenizer = tokenizer,
): TemplateCheck[] {
  return checkTemplate(createTemplate(choice, by), by, conversations);
}

const failedOf = (checks: TemplateCheck[]): TemplateCheck[] =>
  checks.filter(({ isPassed }) => !isPassed);

const own = (texts: Partial<TemplateTexts>): TemplateTexts => ({
  ...TEMPLATE_TABLE.alpaca,
  ...texts,
});

describe("the checks of a template", () => {
  it.each(Object.keys(TEMPLATE_TITLES) as TemplateId[])("%s passes them all", (id) => {
    const checks = check(id);
    expect(checks.map((one) => one.id)).toEqual(["ending", "prefix", "end-of-text", "mask"]);
    expect(failedOf(checks)).toEqual([]);
  });

  it("say what they saw, with values", () => {
    const texts = check("alpaca").map(({ text }) => text);
    expect(texts[0]).toBe('The prompt ends in no space or empty line: "\\n\\n### Response:\\n".');
    expect(texts[1]).toContain("1 record looked at");
    expect(texts[2]).toBe('Every answer ends in "<|endoftext|>" (token 0), and it is learned.');
    expect(texts[3]).toMatch(/^\d+ of the \d+ tokens of 1 record are learned\.$/);
  });

  it("a space at the end of the prompt fails, and so does the token that it shares with an answer", () => {
    const failed = failedOf(check(own({ beforeAnswer: "\n\n### Response: " })));
    expect(failed.map(({ id }) => id)).toEqual(["ending", "prefix"]);
    expect(failed[0]?.text).toContain('The prompt ends in a space: "\\n\\n### Response: ".');
    expect(failed[1]?.text).toContain('Prompt and answer share the token " The"');
  });

  it("an empty line at the end of the prompt fails", () => {
    const failed = failedOf(check(own({ beforeAnswer: "\n\n### Response:\n\n" })));
    expect(failed[0]?.text).toMatch(/^The prompt ends in an empty line: "/);
  });

  it("a template that ends inside a word shares a token with every answer", () => {
    const failed = failedOf(check(own({ beforeAnswer: "\nAnswer", answer: "s{output}" })));
    expect(failed.map(({ id }) => id)).toEqual(["prefix"]);
    expect(failed[0]?.text).toContain("Let “Before the answer” end in one line break.");
  });

  it("an answer that shares a token with its own prompt is counted, and no fault", () => {
    const glued = own({ ...TEMPLATE_TABLE.plain, beforeAnswer: "" });
    const ask = (question: string, answer: string, line: number): Conversation => ({
      line,
      messages: [
        { role: "user", content: question },
        { role: "assistant", content: answer },
      ],
      isRaw: false,
    });
    const checks = check(glued, [ask("a", "b", 1), ask("c", "a", 2)], llamaStyleTokenizer());
    expect(failedOf(checks)).toEqual([]);
    expect(checks[1]?.text).toContain("In 1 of 2 records looked at");
  });

  it("fails where nothing would be learned, and counts", () => {
    const failed = failedOf(check("alpaca", [conversation("Oak.", { isTrained: false })]));
    expect(failed.map(({ id }) => id)).toEqual(["mask"]);
    expect(failed[0]?.text).toMatch(/^Of the \d+ tokens of 1 record none would be learned/);
  });

  it("looks at no data that is text already", () => {
    const raw: Conversation = { ...conversation("Oak."), isRaw: true };
    expect(check("alpaca", [raw])).toEqual([]);
  });

  it("leaves the ending of the model's own template as it is", () => {
    const spaced = llamaStyleTokenizer(
      "{% for m in messages %}{{ m['role'] + ': ' + m['content'] + eos_token }}{% endfor %}",
    );
    const checks = check("model", [conversation("abc")], spaced);
    expect(failedOf(checks)).toEqual([]);
    expect(checks[0]?.text).toContain("as the model's own template says");
  });

  it("names the token at which asking and training part", () => {
    const peeking =
      "{{ 'ab' if messages[-1]['content'] == 'abc' else 'cc' }}{% for m in messages %}" +
      "{{ m['content'] + (eos_token if m['role'] == 'assistant' else '') }}{% endfor %}";
    const record = conversation("abc");
    record.messages[0]!.content = "b";
    const [failed] = failedOf(check("model", [record], llamaStyleTokenizer(peeking)));
    expect(failed?.id).toBe("prefix");
    expect(failed?.text).toContain(
      'At line 1 the model is asked with other tokens than it is trained on: token 2 is " ", in ' +
        'training " ab".',
    );
  });
});
