/** What a kind of task is: a generator of tasks with their answers, and ways to ask for them. */
import type { Random } from "@/core/random";

export const GROUPS = [
  "Words",
  "Lists",
  "Numbers",
  "Dates and times",
  "Sorting",
  "Capital letters",
  "Forms",
  "Finding",
  "Telling apart",
  "Rewriting",
  "JSON",
] as const;

/** 1 is easy, 3 is hard: more words, longer words, larger numbers. */
export type Level = 1 | 2 | 3;

/** A task before it is put into words. */
export type Task = {
  /** What the task is about. It stands at {} of a wording, or else is the record's input. */
  text: string;
  answer: string;
  /** Other answers that are as right. */
  also?: readonly string[];
  /** What stands at the other gaps of every wording, such as {letter}. */
  gaps?: Readonly<Record<string, string>>;
};

export type TaskKind = {
  id: string;
  title: string;
  group: (typeof GROUPS)[number];
  /** At least three ways to ask. */
  wordings: readonly string[];
  /** True where "apple" is wrong when "Apple" is right. */
  isCased?: true;
  generate: (random: Random, level: Level) => Task;
};

export type AskedTask = { instruction: string; input: string; output: string };

/** Puts a task into one of its kind's wordings. Throws where a wording names a gap that the task lacks. */
export function ask({ id, wordings }: TaskKind, task: Task, random: Random): AskedTask {
  const { text, answer, gaps = {} } = task;
  const wording = random.pick(wordings);
  let isInline = false;
  const instruction = wording.replace(/\{(\w*)\}/g, (_, gap: string) => {
    if (gap === "") {
      isInline = true;
      return text;
    }
    const value = gaps[gap];
    if (value === undefined) throw new Error(`ask: a task of ${id} has no {${gap}}`);
    return value;
  });
  return { instruction, input: isInline ? "" : text, output: answer };
}
