/**
 * Evol-Instruct (https://arxiv.org/abs/2304.12244): a model rewrites a task into a harder one (in
 * depth), or thinks of a new one of the same kind (in breadth), and then answers it. What passes may be
 * rewritten again, up to four times as there. The five ways are the paper's; the words are ours.
 * Its judge for "nothing was added" is here the likeness of the words (`Sieve`).
 */
import { cleanAnswer, parseOutput, trimInstruction } from "./answers";
import { CUT, FAITHFUL, INVENTIVE, Making, onOneLine, type MakingJob } from "./making";
import type { MadeRecord, MakingEnd, Task } from "./record";

const MOST_GENERATIONS = 4;
/** So many rewritings in a row without one new record: the teacher has no more to say. */
const FRUITLESS_TRIES = 12;

type Way = "constraint" | "depth" | "concrete" | "steps" | "breadth";

export const WAYS: readonly Way[] = ["constraint", "depth", "concrete", "steps", "breadth"];

const HOW: Record<Exclude<Way, "breadth">, string> = {
  constraint: "Add one more requirement that the answer has to meet.",
  depth: "If it asks about something, let it ask for more about it: why, how, or with what effect.",
  concrete: "Put a specific thing, person, place or number where it speaks in general.",
  steps: "Change it so that the answer needs one more step of thought, and should name the steps.",
};

/** A task that may be rewritten, and the instructions it came from. */
type Strain = { task: Task; roots: string[] };

/** Makes records until there are enough, or nothing new comes. Throws `teacher/…` and `AbortError`. */
export async function evolInstruct(job: MakingJob): Promise<MakingEnd> {
  const making = await Making.begin(job);
  const { random } = job;
  const strains: Strain[] = job.seeds.map((task) => ({ task, roots: [] }));
  let fruitless = 0;
  while (!making.isEnough) {
    if (fruitless === FRUITLESS_TRIES) return "fruitless";
    fruitless++;
    const strain = random.pick(strains);
    const next = await evolve(making, strain, random.pick(WAYS));
    if (!next) continue;
    fruitless = 0;
    if (next.roots.length < MOST_GENERATIONS) strains.push(next);
  }
  return "enough";
}

async function evolve(making: Making, strain: Strain, way: Way): Promise<Strain | null> {
  const parent = strain.task.instruction;
  const what = `${way === "breadth" ? "a new task like" : "a harder form of"} “${onOneLine(parent)}”`;
  const { text, isCut } = await making.ask(what, evolutionPrompt(strain.task, way), INVENTIVE);
  const instruction = trimInstruction(cleanAnswer(text));
  const isNew = way === "breadth";
  const roots = isNew ? [] : [...strain.roots, parent];
  const reason = isCut ? CUT : making.sieve.checkInstruction(instruction, roots);
  if (reason !== null) {
    making.reject({ instruction, reason });
    return null;
  }
  // A rewritten task works on what the old one was given; a new one has nothing to work on yet.
  const input = isNew ? "" : strain.task.input;
  const answer = await making.ask(
    onOneLine(instruction),
    answerPrompt(instruction, input),
    FAITHFUL,
  );
  const output = parseOutput(answer.text);
  if (answer.isCut) {
    making.reject({ instruction, input, output, reason: CUT });
    return null;
  }
  const record: MadeRecord = { instruction, input, output, method: "evol-instruct", from: parent };
  return making.keep(record) ? { task: { instruction, input, output }, roots } : null;
}

export function evolutionPrompt({ instruction, input }: Task, way: Way): string {
  const given = input === "" ? "" : `\nIt is given with: ${input}`;
  if (way === "breadth") {
    return `Think of a new task for an assistant that reads and writes text. It belongs to the same field as the task below and is about as long and as hard, but it is rarer and asks for something else. It must stand on its own. Write only the new task.

Task: ${instruction}${given}`;
  }
  return `Rewrite the task below into a slightly harder one that a person can still understand and answer. ${HOW[way]} Keep what it is about, add at most 20 words, and do not answer it. Write only the rewritten task.

Task: ${instruction}${given}`;
}

export function answerPrompt(instruction: string, input: string): string {
  return input === "" ? instruction : `${instruction}\n\n${input}`;
}
