export type Role = "system" | "user" | "assistant";

/** `input` is Alpaca's second field, kept apart so that a template can render it on its own. */
export type Message = { role: Role; content: string; input?: string };

/** One usable record of a data set. */
export type Conversation = {
  /** Line (JSONL) or record number (JSON array) it came from, from 1. */
  line: number;
  messages: Message[];
  /** Prompt–completion records are already rendered: no template is put around them. */
  isRaw: boolean;
};

/** A record that cannot be used, or only in part. */
export type DataProblem = { line: number; reason: string };
