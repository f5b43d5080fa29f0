/** Other people's text inside Markdown and YAML: it must read as it is and change nothing around it. */

/** One line of plain text with every character that Markdown or HTML would act on escaped. */
export function escapeMarkdown(text: string): string {
  return oneLine(text).replace(/[\\`*_{}[\]<>#!|~&$]/g, "\\$&");
}

/** A code span that holds the text whatever backticks are in it. */
export function codeSpan(text: string): string {
  const line = oneLine(text);
  if (line === "") return "–";
  const runs = [...line.matchAll(/`+/g)].map(([run]) => run.length);
  const fence = "`".repeat(Math.max(0, ...runs) + 1);
  return runs.length > 0 ? `${fence} ${line} ${fence}` : `${fence}${line}${fence}`;
}

/** A double-quoted YAML scalar: JSON's escapes are a subset of YAML's. */
export function yamlString(text: string): string {
  return JSON.stringify(oneLine(text));
}

/** A cell of a table: a bar would end it, even in a code span. */
export function tableCell(markdown: string): string {
  return markdown.replace(/(?<!\\)\|/g, "\\|");
}

function oneLine(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is taken out
  return text.replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029]+/g, " ").trim();
}
