/** What a check of the data doctor gets, finds and offers. */
import type { RunConfig } from "@/core/runConfig";
import type { Conversation, DataProblem } from "../conversation";
import type { DataEdit } from "../edits/edits";
import type { Sample } from "./sample";
import type { Twins } from "./twins/twins";

/** A record that is in use, under the id that edits name it by. */
export type LiveRecord = { id: number; conversation: Conversation };

/** An evaluation set as texts: whole questions, and passages of prose. */
export type EvaluationTexts = { title: string; questions: string[]; passages: string[] };

/** What template, tokenizer, length limit and split made of the records. */
export type EncodingFacts = {
  maxSeqLen: number;
  contextLength: number;
  /** Ids of the records held out. */
  heldOut: ReadonlySet<number>;
  /** Left out by the length limit, with their whole length. */
  tooLong: { id: number; tokenCount: number }[];
  /** Trained on without the front of their prompt, with their whole length. */
  cut: { id: number; tokenCount: number }[];
};

export type DoctorInput = {
  records: readonly LiveRecord[];
  /** What reading left out: it has no id. */
  problems: readonly DataProblem[];
  evaluation: readonly EvaluationTexts[];
  /** Null while there is no model. */
  encoding: EncodingFacts | null;
};

export type CheckInput = Omit<DoctorInput, "records"> & {
  samples: readonly Sample[];
  byId: ReadonlyMap<number, Sample>;
  twins: Twins;
};

/** `id` is null for what is not in use anyway. */
export type Found = { id: number | null; line: number; what: string };

/** What one press does. */
export type Remedy =
  | { of: "edit"; label: string; edit: DataEdit }
  | { of: "setting"; label: string; changes: Partial<RunConfig> };

/** "mend": it spoils what is learned. "look": it may be meant so. */
export type Severity = "mend" | "look";

export type Finding = {
  check: string;
  title: string;
  /** Why it matters, in one sentence. */
  why: string;
  severity: Severity;
  /** Records, or 1 where the fault is of the set as a whole. */
  count: number;
  records: Found[];
  /** Null where only a person can mend it; `advice` then says how. */
  remedy: Remedy | null;
  advice: string;
};

export type Check = {
  id: string;
  title: string;
  why: string;
  severity: Severity;
  /** What to do by hand. */
  advice: string;
  /** Yields how many records it has looked at. */
  find: (input: CheckInput) => Generator<number, Found[], undefined>;
  /** Called where something was found. */
  remedy: (found: readonly Found[], input: CheckInput) => Remedy | null;
};

/** Records between two yields: under a millisecond for records of a page each. */
const YIELD_EVERY = 8;

/** Looks at the samples one by one. */
export function perSample(look: (sample: Sample, input: CheckInput) => string | null) {
  return function* (input: CheckInput): Generator<number, Found[], undefined> {
    const found: Found[] = [];
    for (const [i, sample] of input.samples.entries()) {
      const what = look(sample, input);
      if (what !== null) found.push({ id: sample.id, line: sample.line, what });
      if (i % YIELD_EVERY === 0) yield i;
    }
    return found;
  };
}

/** The same by answer: the first answer of a record with something to say speaks for it. */
export const perAnswer = (look: (answer: string, prompt: string) => string | null) =>
  perSample(({ turns }) => {
    for (const { answer, prompt } of turns) {
      const what = look(answer, prompt);
      if (what !== null) return what;
    }
    return null;
  });

const idsOf = (found: readonly Found[]): number[] =>
  found.flatMap(({ id }) => (id === null ? [] : [id]));

/** The remedy of most checks. */
export function leaveOut(found: readonly Found[]): Remedy {
  const ids = idsOf(found);
  const label =
    ids.length === 1 ? "Leave it out" : `Leave out ${ids.length.toLocaleString("en-US")}`;
  return { of: "edit", label, edit: { kind: "exclude", ids } };
}

/** Changes the found records, each by itself. */
export function mendWith(label: string, mend: (conversation: Conversation) => Conversation) {
  return (found: readonly Found[], { byId }: CheckInput): Remedy => {
    const changes = idsOf(found).map((id) => {
      const { conversation } = byId.get(id) as Sample;
      return { id, conversation: mend(conversation) };
    });
    return { of: "edit", label, edit: { kind: "replaceMany", changes } };
  };
}
