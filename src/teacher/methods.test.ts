/** Both methods with a teacher whose answers are written down. */
import { expect, test } from "vitest";
import { Random } from "@/core/random";
import { evolInstruct } from "./evolInstruct";
import type { MakingJob } from "./making";
import { toMark, type MadeRecord, type RejectedRecord } from "./record";
import { SEED_TASKS } from "./seedTasks";
import { selfInstruct } from "./selfInstruct";
import { abortError } from "./teacher";

function setup(answer: (prompt: string, request: number) => string, more: Partial<MakingJob> = {}) {
  const made: MadeRecord[] = [];
  const rejected: RejectedRecord[] = [];
  const prompts: string[] = [];
  const abort = new AbortController();
  const job: MakingJob = {
    teacher: {
      name: "scripted",
      generate(messages, { signal }) {
        if (signal.aborted) return Promise.reject(abortError());
        const prompt = messages[0]?.content ?? "";
        prompts.push(prompt);
        const text = answer(prompt, prompts.length - 1);
        return Promise.resolve({ text, isCut: text.endsWith("…"), usage: null });
      },
    },
    seeds: SEED_TASKS,
    known: [],
    count: 2,
    random: new Random(1),
    signal: abort.signal,
    events: {
      onRequest: () => undefined,
      onText: () => undefined,
      onUsage: () => undefined,
      onMade: (record) => made.push(record),
      onRejected: (record) => rejected.push(record),
    },
    ...more,
  };
  return { job, made, rejected, prompts, abort };
}

test("Self-Instruct keeps what passes, says why the rest does not, and stops at the count", async () => {
  const { job, made, rejected, prompts } = setup((prompt) => {
    if (prompt.startsWith("Below is a list")) {
      return "9. Name three fruits that grow on trees.\n10. Why does bread rise?\n11. Count the words.\n12. What is a lake?";
    }
    if (prompt.endsWith("bread rise?")) return "Input: none\nOutput: Yeast makes gas in the dough.";
    if (prompt.endsWith("Count the words.")) return "I would need a text.";
    return "Input: none\nOutput: Water with land all around it.";
  });
  expect(await selfInstruct(job)).toBe("enough");
  expect(made.map(({ instruction }) => instruction)).toEqual([
    "Why does bread rise?",
    "What is a lake?",
  ]);
  expect(rejected.map(({ reason }) => reason)).toEqual([
    "Too much like “Name three fruits that grow on trees.” (ROUGE-L 1.00).",
    "It has no “Output:”.",
  ]);
  expect(prompts[0]?.match(/^\d+\. /gm)).toHaveLength(8);
  expect(toMark(made[0] as MadeRecord, "scripted").how).toBe(
    "by a teacher: Self-Instruct, scripted",
  );
});

test("what was cut off is not taken: neither the last task of a list nor an answer", async () => {
  const { job, made, rejected } = setup(
    (prompt) => {
      if (prompt.startsWith("Below"))
        return "9. What is a lake?\n10. Why does bread rise?\n11. Name all the…";
      return prompt.endsWith("lake?") ? "Output: It is a large…" : "Output: Yeast makes gas.";
    },
    { count: 1 },
  );
  await selfInstruct(job);
  expect(made.map(({ instruction }) => instruction)).toEqual(["Why does bread rise?"]);
  expect(rejected.map(({ reason }) => reason)).toEqual(["The answer was cut off at 640 tokens."]);
});

test("made tasks are shown to the teacher next to the seeds", async () => {
  const { job, prompts } = setup(
    (prompt, request) =>
      prompt.startsWith("Below")
        ? `9. Explain the word number${request}.`
        : `Output: It is ${request}.`,
    { count: 2 },
  );
  await selfInstruct(job);
  expect(prompts[2]).toContain("Explain the word number0.");
});

test("a teacher with nothing new to say ends the making", async () => {
  const { job, rejected } = setup(() => "I have no ideas.");
  expect(await selfInstruct(job)).toBe("fruitless");
  expect(rejected).toHaveLength(4);
  const evolving = setup((prompt) => /Task: (.*)/.exec(prompt)?.[1] ?? "");
  expect(await evolInstruct(evolving.job)).toBe("fruitless");
  expect(evolving.rejected).toHaveLength(12);
});

test("Evol-Instruct answers the rewritten task, on its root's input, and names the root", async () => {
  const seed = { instruction: "Sort the words.", input: "oak, fir", output: "fir, oak" };
  const { job, made, prompts } = setup(
    (prompt) => {
      if (prompt.startsWith("Rewrite"))
        return "Rewritten task: Sort the words by their last letter.";
      if (prompt.startsWith("Think of a new")) return "Say what a fir tree looks like.";
      return prompt.endsWith("oak, fir") ? "oak, fir" : "It is tall and always green.";
    },
    { seeds: [seed], count: 2 },
  );
  await evolInstruct(job);
  const harder = made.find(({ instruction }) => instruction.startsWith("Sort"));
  const other = made.find(({ instruction }) => instruction.startsWith("Say"));
  expect(harder ?? other).toBeDefined();
  expect(other).toMatchObject({ input: "", output: "It is tall and always green." });
  expect(prompts.some((prompt) => prompt.includes("It is given with: oak, fir"))).toBe(true);
  expect(made.every(({ from }) => from !== "")).toBe(true);
});

test("stopping rejects with an AbortError and keeps what was made", async () => {
  const { job, made, abort } = setup((prompt) =>
    prompt.startsWith("Below") ? "9. What is a lake?" : "Output: Water with land around it.",
  );
  const events = {
    ...job.events,
    onMade: (record: MadeRecord) => (made.push(record), abort.abort()),
  };
  await expect(selfInstruct({ ...job, events })).rejects.toMatchObject({ name: "AbortError" });
  expect(made).toHaveLength(1);
});
