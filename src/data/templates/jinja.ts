/** Texts as a Jinja program: `chat_template` of an exported tokenizer. */
import type { TextParts } from "./parts";

/** It renders flattened messages as `createTextTemplate` does. */
export function toJinja(parts: TextParts, addsBos: boolean): string {
  const { system, instruction, answer } = parts;
  const content = "message['content']";
  const user = (after: string): string =>
    print(literal(instruction.before), content, literal(after + parts.beforeAnswer));
  return [
    addsBos ? "{{ bos_token }}" : "",
    "{%- if messages[0]['role'] == 'system' -%}",
    print(literal(system.before), "messages[0]['content']", literal(system.after)),
    "{%- set loop_messages = messages[1:] -%}{%- else -%}",
    choose(
      "messages[0]['content']",
      parts,
      print(literal(parts.openingWithInput)),
      print(literal(parts.opening)),
    ),
    "{%- set loop_messages = messages -%}{%- endif -%}",
    "{%- for message in loop_messages -%}",
    "{%- if message['role'] == 'user' -%}",
    choose(content, parts, user(""), user(instruction.after)),
    "{%- elif message['role'] == 'assistant' -%}",
    print(literal(answer.before), content, literal(answer.after), "eos_token"),
    `{%- if not loop.last -%}${print(literal(parts.betweenTurns))}{%- endif -%}`,
    "{%- endif -%}{%- endfor -%}",
  ].join("");
}

function choose(
  content: string,
  { inputMark }: TextParts,
  withInput: string,
  withoutInput: string,
): string {
  if (withInput === withoutInput || inputMark.trim() === "") return withoutInput;
  return (
    `{%- if ${literal(inputMark)} in ${content} -%}${withInput}` +
    `{%- else -%}${withoutInput}{%- endif -%}`
  );
}

function print(...terms: string[]): string {
  const said = terms.filter((term) => term !== "''");
  return said.length === 0 ? "" : `{{ ${said.join(" + ")} }}`;
}

/** A text as a Jinja literal. What looks like a tag is taken apart: some readers look for tags first. */
const literal = (text: string): string =>
  `'${text
    .replaceAll("\\", "\\\\")
    .replaceAll("'", "\\'")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t")
    .replaceAll(/\{(?=[{%#])|[%#}](?=\})/g, "$&' + '")}'`;
