/** Conversations written as one text by a known template, read back into messages. */
import type { Message, Role } from "../conversation";

type Marker = { role: Role; pattern: RegExp };

/** A template as the markers that its turns start with. */
type Transcript = {
  name: string;
  /** Text that may stand before the first marker without being a system text. */
  preamble?: RegExp;
  markers: readonly Marker[];
  /** What ends a turn and is no part of it. */
  end?: string;
};

const marker = (role: Role, pattern: RegExp): Marker => ({ role, pattern });

/** What any tokenizer calls the end of a text. */
const END_OF_TEXT = /(?:<\|endoftext\|>|<\/s>|<\|im_end\|>|<\|eot_id\|>|<\|end\|>)\s*$/;

const TRANSCRIPTS: readonly Transcript[] = [
  {
    name: "ChatML",
    markers: (["system", "user", "assistant"] as const).map((role) =>
      marker(role, new RegExp(`<\\|im_start\\|>${role}\\n`, "g")),
    ),
  },
  {
    name: "Alpaca",
    preamble: /^Below (?:is an instruction|are some instructions)[^#]*$/,
    markers: [
      marker("user", /^### Instruction:[ \t]*\n?/gm),
      marker("assistant", /^### Response:[ \t]*\n?/gm),
    ],
    end: "### End",
  },
  {
    name: "Question / Answer",
    markers: [
      marker("user", /^### Question:[ \t]*\n?/gm),
      marker("assistant", /^### Answer:[ \t]*\n?/gm),
    ],
  },
  {
    name: "Human / Assistant",
    markers: [
      marker("user", /(?:^|\n\n)Human: ?/g),
      marker("assistant", /(?:^|\n\n)Assistant: ?/g),
    ],
  },
  {
    name: "Guanaco",
    markers: [marker("user", /### Human: ?/g), marker("assistant", /### Assistant: ?/g)],
  },
  {
    name: "Vicuna",
    preamble: /^A chat between [^\n]*$/,
    markers: [marker("user", /\bUSER: /g), marker("assistant", /\bASSISTANT: /g)],
  },
  {
    name: "Llama 2",
    markers: [marker("user", /(?:<s>\s*)?\[INST\] ?/g), marker("assistant", / ?\[\/INST\] ?/g)],
  },
  {
    name: "Zephyr",
    markers: (["system", "user", "assistant"] as const).map((role) =>
      marker(role, new RegExp(`<\\|${role}\\|>\\n?`, "g")),
    ),
  },
];

/** Messages of a text that is one conversation from its start on, with the template's name; null else. */
export function readTranscript(text: string): { messages: Message[]; name: string } | null {
  for (const transcript of TRANSCRIPTS) {
    const messages = readWith(transcript, text);
    if (messages) return { messages, name: transcript.name };
  }
  return null;
}

function readWith({ markers, preamble, end: mark }: Transcript, text: string): Message[] | null {
  const found = markers
    .flatMap(({ role, pattern }) =>
      [...text.matchAll(pattern)].map((match) => ({
        role,
        start: match.index,
        end: match.index + match[0].length,
      })),
    )
    .sort((a, b) => a.start - b.start);
  const [first] = found;
  if (!first || !found.some(({ role }) => role === "assistant")) return null;
  const before = text.slice(0, first.start).trim();
  if (before !== "" && !preamble?.test(before)) return null;
  const messages = found.map(({ role, end }, i): Message => {
    const whole = text
      .slice(end, found[i + 1]?.start)
      .replace(END_OF_TEXT, "")
      .trim();
    const isMarked = mark !== undefined && whole.endsWith(mark);
    return toMessage(role, isMarked ? whole.slice(0, -mark.length).trim() : whole);
  });
  return isInTurn(messages) ? messages : null;
}

/** Alpaca's input has a marker of its own inside the user's turn. */
function toMessage(role: Role, content: string): Message {
  if (role !== "user") return { role, content };
  const parts = content.split(/\n\n(?:### )?Input:\n/);
  const [instruction = "", input = ""] = parts;
  return parts.length === 2 ? { role, content: instruction, input } : { role, content };
}

function isInTurn(messages: readonly Message[]): boolean {
  const turns = messages[0]?.role === "system" ? messages.slice(1) : messages;
  return (
    turns.at(-1)?.role === "assistant" &&
    turns.every(({ role }, i) => role === (i % 2 === 0 ? "user" : "assistant")) &&
    messages.every(({ content }) => content !== "")
  );
}

/** The text without an end-of-text token that its maker wrote into it, and whether it had one. */
export function takeEndOfText(text: string): { text: string; hadEnd: boolean } {
  const bare = text.replace(END_OF_TEXT, "");
  return { text: bare, hadEnd: bare !== text };
}
