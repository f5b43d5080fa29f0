/** What a teacher wrote, as data. Small models keep to a form only roughly, so parsing is tolerant. */

export type Instance = { input: string; output: string };

/** Without the thinking aloud of reasoning models, and without fences or quotes around the whole. */
export function cleanAnswer(text: string): string {
  let clean = text
    .replace(/\r\n?/g, "\n")
    .replace(/<think(?:ing)?>[\s\S]*?<\/think(?:ing)?>/gi, "")
    // An answer that was all thinking, cut before its end.
    .replace(/<think(?:ing)?>[\s\S]*$/i, "")
    .trim();
  const fenced = /^```[\w-]*\n([\s\S]*?)\n?```$/.exec(clean);
  if (fenced?.[1] !== undefined) clean = fenced[1].trim();
  return clean;
}

/** Items of a list: numbered, with bullets, or with "Task 3:" before each. */
export function parseList(text: string): string[] {
  const items: string[] = [];
  for (const line of cleanAnswer(text).split("\n")) {
    const item = /^\s*(?:#+\s*)?(?:\**\s*task\s*)?(?:\d{1,3}\s*[.):]|[-*•])\**\s+(.*)$/i.exec(line);
    if (item) items.push(item[1] ?? "");
    // A line of its own goes on with the item above; text before the first item is only politeness.
    else if (items.length > 0 && line.trim() !== "") items.push(`${items.pop()}\n${line.trim()}`);
  }
  return items.map(trimInstruction).filter((item) => item !== "");
}

/** One instruction, without a label before it or quotes around it. */
export function trimInstruction(text: string): string {
  const label =
    /^\s*[#*]*\s*(?:(?:new|rewritten|created|given)\s+)?(?:instruction|task|prompt|question)\s*[#*]*\s*:[*\s]*/i;
  const trimmed = text.replace(label, "").trim();
  const quoted = /^(["“'])([\s\S]*)(["”'])$/.exec(trimmed);
  const isQuoted = quoted?.[2] !== undefined && !/["“”]/.test(quoted[2]);
  return (isQuoted ? (quoted[2] as string) : trimmed).replace(/^\*\*([\s\S]*)\*\*$/, "$1").trim();
}

/** Input and output from "Input: … Output: …" or JSON; null where there is no output. */
export function parseInstance(text: string): Instance | null {
  const clean = cleanAnswer(text);
  const json = parseJsonInstance(clean);
  if (json) return json;
  const output = findLabel(clean, "output|answer|response");
  if (!output) return null;
  const input = findLabel(clean.slice(0, output.start), "input|context");
  return finishInstance(input ? clean.slice(input.end, output.start) : "", clean.slice(output.end));
}

/** An answer that is all output, with a label or without. */
export function parseOutput(text: string): string {
  const clean = cleanAnswer(text);
  const label = findLabel(clean, "output|answer|response");
  return label?.start === 0 ? clean.slice(label.end).trim() : clean;
}

function findLabel(text: string, names: string): { start: number; end: number } | null {
  const match = new RegExp(
    `^[ \\t]*[#*]*[ \\t]*(?:${names})[ \\t]*[#*]*[ \\t]*:[* \\t]*`,
    "im",
  ).exec(text);
  return match ? { start: match.index, end: match.index + match[0].length } : null;
}

function parseJsonInstance(text: string): Instance | null {
  if (!text.startsWith("{")) return null;
  try {
    const { input = "", output } = JSON.parse(text) as { input?: unknown; output?: unknown };
    const toText = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
    return output === undefined ? null : finishInstance(toText(input), toText(output));
  } catch {
    return null;
  }
}

function finishInstance(input: string, output: string): Instance | null {
  // A model that goes on with a next task of its own: only the first was asked for.
  const own = output.split(/\n\s*(?:[#*]*\s*(?:task|instruction|input)\b[^\n:]*:|\d{1,2}[.)]\s)/i);
  const isList = /^\s*\d{1,2}[.)]\s/.test(output) || /\n\s*1[.)]\s/.test(output);
  const kept = isList ? output : (own[0] ?? "");
  const given = cleanAnswer(input);
  const isNone = /^[("<[]*\s*(?:none|no input|n\/a|not needed|empty)\b[^\n]{0,24}$/i.test(given);
  const instance = { input: isNone ? "" : given, output: cleanAnswer(kept) };
  return instance.output === "" ? null : instance;
}
