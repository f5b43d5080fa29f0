/** Records for tests of the doctor. Only tests import this. */
import type { Conversation, Message } from "../conversation";
import { finish } from "../inPieces";
import type { DoctorInput, Finding, LiveRecord } from "./check";
import { examine } from "./examine";

/** One record of a prompt and an answer. */
export const pair = (prompt: string, answer: string): Message[] => [
  { role: "user", content: prompt },
  { role: "assistant", content: answer },
];

export const toRecords = (list: readonly Message[][]): LiveRecord[] =>
  list.map((messages, id) => ({
    id,
    conversation: { line: id + 1, messages, isRaw: false } satisfies Conversation,
  }));

export const toInput = (
  records: readonly LiveRecord[],
  rest: Partial<DoctorInput> = {},
): DoctorInput => ({ records, problems: [], evaluation: [], encoding: null, ...rest });

/** What one check found; undefined where it found nothing. */
export const findingOf = (check: string, input: DoctorInput): Finding | undefined =>
  finish(examine(input)).findings.find((finding) => finding.check === check);

/** Ids that one check found. */
export const idsFound = (check: string, input: DoctorInput): (number | null)[] =>
  findingOf(check, input)?.records.map(({ id }) => id) ?? [];
