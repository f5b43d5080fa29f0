/** What Self-Instruct and Evol-Instruct have in common. */
import type { Random } from "@/core/random";
import { examineTask } from "./examine";
import type { MadeRecord, MakingEvents, RejectedRecord, Task } from "./record";
import { Sieve } from "./sieve";
import type { GeneratedText, Teacher } from "./teacher";

export type MakingJob = {
  teacher: Teacher;
  /** What the teacher is shown, and starts from. At least one. */
  seeds: readonly Task[];
  /** What new records must differ from, beside the seeds. */
  known: readonly Task[];
  count: number;
  random: Random;
  signal: AbortSignal;
  events: MakingEvents;
};

/** Room for a list of eight tasks, or one answer of some 400 words. */
const MAX_TOKENS = 640;
/** Why a record whose answer has no end is turned away. */
export const CUT = `The answer was cut off at ${MAX_TOKENS} tokens.`;
/** New tasks should surprise; answers should be right. */
export const INVENTIVE = 0.9;
export const FAITHFUL = 0.2;

/** One job under way: asks, filters, and counts what is kept. */
export class Making {
  readonly job: MakingJob;
  readonly sieve: Sieve;
  kept = 0;

  static async begin(job: MakingJob): Promise<Making> {
    if (job.seeds.length === 0) throw new Error("Making: there are no seeds");
    return new Making(job, await Sieve.of([...job.known, ...job.seeds]));
  }

  private constructor(job: MakingJob, sieve: Sieve) {
    this.job = job;
    this.sieve = sieve;
  }

  get isEnough(): boolean {
    return this.kept >= this.job.count;
  }

  async ask(what: string, prompt: string, temperature: number): Promise<GeneratedText> {
    const { teacher, signal, events } = this.job;
    events.onRequest(what);
    const answer = await teacher.generate([{ role: "user", content: prompt }], {
      signal,
      onText: (soFar) => events.onText(soFar),
      temperature,
      maxTokens: MAX_TOKENS,
    });
    events.onUsage(answer.usage);
    return answer;
  }

  reject(record: RejectedRecord): void {
    this.job.events.onRejected(record);
  }

  /** Keeps a record that passes the last checks; false when it does not. */
  keep(record: MadeRecord): boolean {
    const { instruction, input, output } = record;
    const reason = findFault(record, this.sieve);
    if (reason !== null) {
      this.reject({ instruction, input, output, reason });
      return false;
    }
    this.sieve.add(record);
    this.kept++;
    this.job.events.onMade(record);
    return true;
  }
}

/** Why a task whose instruction has passed is turned away, as a sentence; null when it is not. */
export function findFault(task: Task, sieve: Sieve): string | null {
  return sieve.checkTask(task) ?? examineTask(task);
}

/** A task's instruction on one line, as lists and labels want it. */
export function onOneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
