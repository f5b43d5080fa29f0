import { toErrorRecord, type ErrorRecord } from "@/core/errors";
import { Random } from "@/core/random";
import {
  explainUnreachable,
  queryNetworkPermission,
  type Cause,
} from "@/teacher/endpoint/unreachable";
import { evolInstruct } from "@/teacher/evolInstruct";
import type { LocalDevice } from "@/teacher/local/modelFacts";
import { findFault, type MakingJob } from "@/teacher/making";
import type { MadeRecord, MakingEnd, MethodName, RejectedRecord, Task } from "@/teacher/record";
import { toConversation } from "@/teacher/examine";
import { SEED_TASKS } from "@/teacher/seedTasks";
import { selfInstruct } from "@/teacher/selfInstruct";
import { Sieve } from "@/teacher/sieve";
import { isAbort, type Teacher } from "@/teacher/teacher";
import { ServerTeacherState } from "./teacher/serverTeacher.svelte";
import { WrittenRecord } from "./writtenRecord.svelte";
import { TabTeacherState } from "./teacher/tabTeacher.svelte";

/** What the teacher needs of the rest of the page. */
export type TeacherHost = {
  hubUrl: string;
  pageOrigin: string;
  findDevice(): LocalDevice;
  /** Tasks that the data has now. */
  readKnown(): Promise<Task[]>;
  /** Adds records to the data, or makes a data set of them; true when that was done. */
  add(records: readonly MadeRecord[], teacherName: string): Promise<boolean>;
};

export type TeacherPlace = "tab" | "server";
export type SeedChoice = "data" | "ours";

export type MakingStatus =
  | { kind: "idle" }
  | { kind: "making"; what: string; text: string }
  | { kind: "ended"; end: MakingEnd | "stopped" }
  | { kind: "failed"; error: ErrorRecord; causes: Cause[] };

/** A record that waits for a person's yes or no. */
export type Proposal = { id: number; record: MadeRecord; teacherName: string };

/** A proposal while a person rewrites it. `refusal` says why it was turned away as it was then. */
export type ProposalEdit = { proposal: Proposal; written: WrittenRecord; refusal: string };

export type Cost = {
  requests: number;
  promptTokens: number;
  completionTokens: number;
  /** Requests whose tokens the server did not count. */
  uncounted: number;
};

/** Seeds longer than this fill a small model's window. */
const MAX_SEED_CHARACTERS = 1200;
/** Rejected records that are kept to be looked at; all are counted. */
const MAX_SHOWN_REJECTED = 100;
const NO_COST: Cost = { requests: 0, promptTokens: 0, completionTokens: 0, uncounted: 0 };

/** Records made by a language model: the teacher, the making, and what is to be accepted. */
export class TeacherState {
  place = $state<TeacherPlace>("tab");
  method = $state<MethodName>("self-instruct");
  seeds = $state<SeedChoice>("ours");
  count = $state(10);
  making = $state.raw<MakingStatus>({ kind: "idle" });
  proposals = $state.raw<readonly Proposal[]>([]);
  rejected = $state.raw<readonly RejectedRecord[]>([]);
  rejectedCount = $state(0);
  madeCount = $state(0);
  addedCount = $state(0);
  cost = $state.raw<Cost>(NO_COST);
  isAdding = $state(false);
  editing = $state.raw<ProposalEdit | null>(null);
  readonly tab: TabTeacherState;
  readonly server = new ServerTeacherState();
  readonly #host: TeacherHost;
  #abort = new AbortController();
  #nextId = 0;
  #rounds = 0;

  constructor(host: TeacherHost) {
    this.#host = host;
    this.tab = new TabTeacherState(host.hubUrl, () => host.findDevice());
  }

  get isMaking(): boolean {
    return this.making.kind === "making";
  }

  /** Makes records until `count` are proposed, the teacher has nothing new to say, or it is stopped. */
  async make(): Promise<void> {
    const teacher = this.place === "tab" ? this.tab.teacher : this.server.createTeacher();
    if (!teacher || this.isMaking) return;
    this.#abort = new AbortController();
    this.making = { kind: "making", what: "", text: "" };
    this.rejected = [];
    this.rejectedCount = 0;
    this.madeCount = 0;
    this.cost = NO_COST;
    try {
      const job = await this.#createJob(teacher);
      const end = await (this.method === "self-instruct" ? selfInstruct : evolInstruct)(job);
      this.making = { kind: "ended", end };
    } catch (thrown) {
      this.making = isAbort(thrown) ? { kind: "ended", end: "stopped" } : await this.#fail(thrown);
    } finally {
      this.server.wait = null;
    }
  }

  stop(): void {
    this.#abort.abort();
  }

  /** Adds one proposal to the data, or all. */
  async accept(chosen: readonly Proposal[]): Promise<void> {
    if (this.isAdding || chosen.length === 0) return;
    this.isAdding = true;
    try {
      const names = chosen.map(({ teacherName }) => teacherName);
      for (const name of names.filter((name, i) => names.indexOf(name) === i)) {
        const own = chosen.filter(({ teacherName }) => teacherName === name);
        const records = own.map(({ record }) => record);
        if (!(await this.#host.add(records, name))) return;
        this.addedCount += own.length;
        this.drop(own);
      }
    } finally {
      this.isAdding = false;
    }
  }

  drop(chosen: readonly Proposal[]): void {
    this.proposals = this.proposals.filter((proposal) => !chosen.includes(proposal));
    if (this.editing && chosen.includes(this.editing.proposal)) this.editing = null;
  }

  edit(proposal: Proposal): void {
    const written = new WrittenRecord(null, toConversation(proposal.record));
    this.editing = { proposal, written, refusal: "" };
  }

  cancelEdit(): void {
    this.editing = null;
  }

  /** Puts the rewritten record in the proposal's place where it passes the filters that made ones pass. */
  async saveEdit(): Promise<void> {
    const { editing } = this;
    if (!editing) return;
    const { proposal, written } = editing;
    const [user, answer] = written.toConversation().messages;
    const task = {
      instruction: user?.content ?? "",
      input: user?.input ?? "",
      output: answer?.content ?? "",
    };
    const others = this.proposals.filter((one) => one !== proposal);
    const known = [...(await this.#host.readKnown()), ...others.map(({ record }) => record)];
    const sieve = await Sieve.of(this.seeds === "ours" ? [...known, ...SEED_TASKS] : known);
    // Meanwhile it was dropped, or is no longer rewritten.
    if (this.editing !== editing) return;
    const { from } = proposal.record;
    const roots = from === "" ? [] : [from];
    const refusal = sieve.checkInstruction(task.instruction, roots) ?? findFault(task, sieve);
    if (refusal !== null) {
      this.editing = { ...editing, refusal };
      return;
    }
    const record: MadeRecord = { ...proposal.record, ...task, isEdited: true };
    this.proposals = this.proposals.map((one) => (one === proposal ? { ...one, record } : one));
    this.editing = null;
  }

  /** What can be the cause where a server did not answer; nothing for other errors. */
  async findCauses({ code, details }: ErrorRecord): Promise<Cause[]> {
    if (code !== "teacher/unreachable" || typeof details.baseUrl !== "string") return [];
    const permission = await queryNetworkPermission();
    return explainUnreachable(details.baseUrl, this.#host.pageOrigin, permission);
  }

  async #createJob(teacher: Teacher): Promise<MakingJob> {
    const inData = await this.#host.readKnown();
    const own = this.seeds === "data" ? inData.filter(isSeed) : [];
    const others = own.length > 0 ? inData.filter((task) => !isSeed(task)) : inData;
    const waiting = this.proposals.map(({ record }) => record);
    return {
      teacher,
      seeds: own.length > 0 ? own : SEED_TASKS,
      known: [...others, ...waiting],
      count: this.count,
      random: new Random(1, this.#rounds++),
      signal: this.#abort.signal,
      events: {
        onRequest: (what) => {
          this.server.wait = null;
          this.making = { kind: "making", what, text: "" };
        },
        onText: (text) => {
          // The last words of a stopped answer may come late.
          if (this.making.kind === "making") this.making = { ...this.making, text };
        },
        onUsage: (usage) => {
          const { requests, promptTokens, completionTokens, uncounted } = this.cost;
          this.cost = {
            requests: requests + 1,
            promptTokens: promptTokens + (usage?.promptTokens ?? 0),
            completionTokens: completionTokens + (usage?.completionTokens ?? 0),
            uncounted: uncounted + (usage ? 0 : 1),
          };
        },
        onMade: (record) => {
          const proposal = { id: this.#nextId++, record, teacherName: teacher.name };
          this.proposals = [...this.proposals, proposal];
          this.madeCount++;
        },
        onRejected: (record) => {
          this.rejected = [record, ...this.rejected].slice(0, MAX_SHOWN_REJECTED);
          this.rejectedCount++;
        },
      },
    };
  }

  async #fail(thrown: unknown): Promise<MakingStatus> {
    const error = toErrorRecord(thrown);
    return { kind: "failed", error, causes: await this.findCauses(error) };
  }
}

/** What a teacher can be shown as an example. */
function isSeed({ instruction, input, output }: Task): boolean {
  const length = instruction.length + input.length + output.length;
  return instruction !== "" && output !== "" && length <= MAX_SEED_CHARACTERS;
}
