/** Formats that are text already: no template is put around them, unless a known one is found in it. */
import type { Message } from "../conversation";
import { describeValue, isObject, toText } from "../parse/records";
import { readMessages } from "./chatMessages";
import {
  optional,
  perRecord,
  readTexts,
  required,
  withCategory,
  type Drafts,
  type Format,
  type FormatOption,
} from "./format";
import { readTranscript, takeEndOfText } from "./transcripts";

const RAW_OPTION: FormatOption = {
  key: "template",
  label: "Template",
  help: "Prompts of this form are often rendered already; a second template around them would harm.",
  choices: [
    { value: "none", label: "None: used as they stand" },
    { value: "chosen", label: "The chosen template" },
  ],
  initial: "none",
};

const PROMPT_COMPLETION: Format = {
  id: "prompt-completion",
  title: "Prompt and completion",
  use: "training",
  fields: [required("prompt", "Prompt"), required("completion", "Completion")],
  example: { prompt: "Q: What is two plus two?\nA:", completion: " Four." },
  options: () => [RAW_OPTION],
  convert: perRecord((read, choose) => {
    const [prompt, completion] = [read("prompt"), read("completion")];
    if (Array.isArray(prompt) && Array.isArray(completion)) {
      const made = readMessages([...(prompt as unknown[]), ...(completion as unknown[])]);
      if ("reason" in made) return made;
      return { conversations: [{ messages: made.messages, isRaw: false }], notes: made.notes };
    }
    const texts = readTexts(read, { prompt: "prompt", completion: "completion" });
    if ("reason" in texts) return texts;
    return fromPrompt(texts.prompt, texts.completion, choose("template") === "none");
  }),
};

function fromPrompt(prompt: string, completion: string, isRaw: boolean): Drafts {
  if (prompt.trim() === "") return { reason: "The prompt is empty." };
  if (completion.trim() === "") return { reason: "The completion is empty." };
  // Not trimmed: a raw completion carries its own leading space.
  const clean = (text: string): string => (isRaw ? text : text.trim());
  const messages: Message[] = [
    { role: "user", content: clean(prompt) },
    { role: "assistant", content: clean(completion) },
  ];
  return { conversations: [{ messages, isRaw }] };
}

const SEGMENTS: Format = {
  id: "segments",
  title: "Segments with labels",
  use: "training",
  fields: [required("segments", "Segments")],
  example: {
    segments: [
      { label: false, text: "The sky is" },
      { label: true, text: " blue." },
    ],
  },
  convert: perRecord((read) => readSegments(read("segments"))),
};

/** Exact masks: labelled stretches are learned, the others only read; only a learned end gets its token. */
function readSegments(value: unknown): Drafts {
  if (!Array.isArray(value)) {
    return { reason: `The segments are ${describeValue(value)}, not a list.` };
  }
  const messages: Message[] = [];
  for (const [i, item] of (value as unknown[]).entries()) {
    const text = isObject(item) ? item["text"] : undefined;
    const label = isObject(item) ? item["label"] : undefined;
    if (typeof text !== "string" || (typeof label !== "boolean" && label !== 0 && label !== 1)) {
      return { reason: `Segment ${i + 1} is not { label, text }, with label true or false.` };
    }
    if (text === "") continue;
    const isLast = i === value.length - 1;
    // The end as other tools' tokenizers write it is not the end of the model at hand.
    const { text: bare, hadEnd } = takeEndOfText(text);
    const endsTurn = Boolean(label) && (isLast || hadEnd);
    messages.push(toSegment(endsTurn ? bare : text, Boolean(label), endsTurn));
  }
  if (!messages.some(({ role }) => role === "assistant")) {
    return { reason: "No segment has the label true: nothing would be learned." };
  }
  return { conversations: [{ messages, isRaw: true }] };
}

const toSegment = (content: string, isLearned: boolean, endsTurn: boolean): Message =>
  isLearned
    ? { role: "assistant", content, ...(endsTurn ? {} : { endsTurn }) }
    : { role: "user", content };

const TEXT: Format = {
  id: "text",
  title: "Plain text",
  use: "training",
  isFallback: true,
  fields: [
    required("text", "Text", "text", "content"),
    optional("category", "Category", "category"),
  ],
  example: { text: "Once upon a time there was a lighthouse." },
  convert: perRecord((read) => {
    const text = toText(read("text"));
    if (text === null) {
      return { reason: `The text is ${describeValue(read("text"))}, not a text.` };
    }
    if (text.trim() === "") return { reason: "The text is empty." };
    return readText(text, withCategory(read("category")));
  }),
};

/** A text in a known template is read back into messages; of any other text every token is learned. */
function readText(text: string, category: { category?: string }): Drafts {
  const known = readTranscript(text);
  if (known) {
    const notes = [`Read back from the ${known.name} template.`];
    return { conversations: [{ messages: known.messages, isRaw: false, ...category }], notes };
  }
  const messages: Message[] = [{ role: "assistant", content: takeEndOfText(text).text.trim() }];
  const notes = ["Fits no known template: all of its tokens are learned, as there is no prompt."];
  return { conversations: [{ messages, isRaw: true, ...category }], notes };
}

export const TEXT_FORMATS: readonly Format[] = [SEGMENTS, PROMPT_COMPLETION, TEXT];
