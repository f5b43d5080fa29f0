/**
 * Self-Instruct (https://arxiv.org/abs/2212.10560): a model reads a few tasks, thinks of more, and does
 * each of them once. What it made joins the tasks that it reads next. As there, a request shows eight
 * tasks, two of them made ones where there are any; unlike there, whether a task is a choice among
 * labels (whose label is then to be chosen before the input) is left to the prompt that asks for the
 * instance, which saves a request for each task.
 */
import { parseInstance, parseList } from "./answers";
import { CUT, FAITHFUL, INVENTIVE, Making, onOneLine, type MakingJob } from "./making";
import type { MadeRecord, MakingEnd, Task } from "./record";

const SHOWN = 8;
const SHOWN_MADE = 2;
const ASKED = 8;
/** So many lists in a row without one new record: the teacher has no more to say. */
const FRUITLESS_LISTS = 4;

/** Makes records until there are enough, or nothing new comes. Throws `teacher/…` and `AbortError`. */
export async function selfInstruct(job: MakingJob): Promise<MakingEnd> {
  const making = await Making.begin(job);
  const made: MadeRecord[] = [];
  let fruitless = 0;
  while (!making.isEnough) {
    const before = making.kept;
    for (const instruction of await propose(making, made)) {
      const record = await makeInstance(making, instruction);
      if (record) made.push(record);
      if (making.isEnough) return "enough";
    }
    fruitless = making.kept > before ? 0 : fruitless + 1;
    if (fruitless === FRUITLESS_LISTS) return "fruitless";
  }
  return "enough";
}

/** New instructions that pass the filters. */
async function propose(making: Making, made: readonly MadeRecord[]): Promise<string[]> {
  const { random, seeds } = making.job;
  const own = random.shuffled(made).slice(0, SHOWN_MADE);
  const shown = random.shuffled([...random.shuffled(seeds).slice(0, SHOWN - own.length), ...own]);
  const { text, isCut } = await making.ask("new tasks", proposalPrompt(shown), INVENTIVE);
  const instructions = parseList(text);
  if (isCut) instructions.pop();
  if (instructions.length === 0) {
    making.reject({
      instruction: text.trim(),
      reason: "No list of tasks could be read from this.",
    });
  }
  const passed: string[] = [];
  for (const instruction of instructions) {
    const reason = making.sieve.checkInstruction(instruction);
    if (reason !== null) making.reject({ instruction, reason });
    else if (!passed.includes(instruction)) passed.push(instruction);
  }
  return passed;
}

async function makeInstance(making: Making, instruction: string): Promise<MadeRecord | null> {
  // One of the tasks before it in the same list may have been kept meanwhile.
  const reason = making.sieve.checkInstruction(instruction);
  if (reason !== null) {
    making.reject({ instruction, reason });
    return null;
  }
  const prompt = instancePrompt(instruction, pickExamples(making));
  const { text, isCut } = await making.ask(onOneLine(instruction), prompt, FAITHFUL);
  const instance = parseInstance(text);
  if (!instance || isCut) {
    const reason = isCut ? CUT : "It has no “Output:”.";
    making.reject({ instruction, output: text.trim(), reason });
    return null;
  }
  const record: MadeRecord = { instruction, ...instance, method: "self-instruct", from: "" };
  return making.keep(record) ? record : null;
}

/** A task with an input and one without, so that the form of both is seen. */
function pickExamples({ job: { random, seeds } }: Making): Task[] {
  const withInput = seeds.filter(({ input }) => input !== "");
  const without = seeds.filter(({ input }) => input === "");
  return [withInput, without].flatMap((some) => (some.length > 0 ? [random.pick(some)] : []));
}

export function proposalPrompt(shown: readonly Task[]): string {
  const list = shown.map(({ instruction }, i) => `${i + 1}. ${onOneLine(instruction)}`);
  const [first, last] = [shown.length + 1, shown.length + ASKED];
  return `Below is a list of tasks for an assistant that reads and writes text. No two are alike: they differ in subject, in wording, in what has to be done, and in the length of the answer.

Continue the list with ${ASKED} more tasks, numbered ${first} to ${last}. Each takes one or two sentences, stands on its own, and can be done without pictures, files or the internet. Some should work on a text or a value that is given with them. Write only the list.

${list.join("\n")}`;
}

export function instancePrompt(instruction: string, examples: readonly Task[]): string {
  const shown = examples.map(
    (task) =>
      `Instruction: ${onOneLine(task.instruction)}\nInput: ${task.input || "none"}\nOutput: ${task.output}\n\n`,
  );
  return `Show how the last task below is done. If it works on something that is given with it, make that up and write it after "Input:"; if it can be done as it stands, write "Input: none". Then write the answer after "Output:". Where the task is to choose among labels, choose the label first, and make up an input that it fits.

${shown.join("")}Instruction: ${onOneLine(instruction)}`;
}
