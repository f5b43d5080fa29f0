export type Role = "system" | "user" | "assistant";

export type Message = {
  role: Role;
  content: string;
  /** Alpaca's second field, kept apart so that a template can render it on its own. */
  input?: string;
  /** False for an answer that is read but not learned, such as one with `weight` 0. */
  isTrained?: false;
  /** False for a stretch of raw text that no end-of-text token follows. */
  endsTurn?: false;
};

/** How a record was made that no person wrote, as a sentence, and the text that it was made from. */
export type MadeMark = { how: string; passage?: string };

/** One usable record of a data set. */
export type Conversation = {
  /** Line (JSONL) or record number (JSON array) it came from, from 1. One record may give several. */
  line: number;
  messages: Message[];
  /** Already text, such as prompt–completion records: no template is put around them. */
  isRaw: boolean;
  category?: string;
  made?: MadeMark;
  /** How often a mix takes it; left out where that is once. It stays one record: an edit is of all. */
  times?: number;
  /** The conversation that `messages` is preferred to. Fine-tuning does not look at it. */
  rejected?: Message[];
};

/** A record that cannot be used. `code` is the name OpenAI's validator has for the fault, if it has one. */
export type DataProblem = { line: number; reason: string; code?: string };

/** Something done to records that are used, with how many and the line of the first. */
export type DataNote = { text: string; count: number; line: number };

/** Sets for evaluation are only measured on. */
export type DataUse = "training" | "evaluation";
