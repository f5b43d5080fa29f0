/** What the methods make, and what they make it from. */
import type { MadeMark } from "@/data/conversation";
import type { TokenUsage } from "./teacher";

/** One task with its answer, in Alpaca's columns. */
export type Task = { instruction: string; input: string; output: string };

export type MethodName = "self-instruct" | "evol-instruct";

export type MadeRecord = Task & {
  method: MethodName;
  /** The instruction that it grew out of (Evol-Instruct), else "". */
  from: string;
  /** True where a person rewrote it before it was added. */
  isEdited?: true;
};

/** What a filter turned away, and why. */
export type RejectedRecord = Partial<Task> & { instruction: string; reason: string };

/** What happens while records are made. */
export type MakingEvents = {
  /** What the teacher is asked for now, as a sentence. */
  onRequest(what: string): void;
  onText(text: string): void;
  onUsage(usage: TokenUsage | null): void;
  onMade(record: MadeRecord): void;
  onRejected(record: RejectedRecord): void;
};

/** Why making ended: enough records, or the teacher has nothing new to say. */
export type MakingEnd = "enough" | "fruitless";

export const METHOD_TITLES: Record<MethodName, string> = {
  "self-instruct": "Self-Instruct",
  "evol-instruct": "Evol-Instruct",
};

/** The mark of a record: how it was made, and by whom. */
export function toMark({ method, from, isEdited }: MadeRecord, teacherName: string): MadeMark {
  const origin = from === "" ? "" : `, from “${from}”`;
  const edited = isEdited ? ", edited by hand" : "";
  return { how: `by a teacher: ${METHOD_TITLES[method]}, ${teacherName}${origin}${edited}` };
}
