/** The data doctor: runs every check over the records and says what it found, why it matters and what mends it. */
import type { InPieces } from "../inPieces";
import type { Check, CheckInput, DoctorInput, Finding } from "./check";
import { CHECKS } from "./checks";
import { toSample, type Sample } from "./sample";
import { findTwins, TWIN_PASSES } from "./twins/twins";

export type DoctorReport = { recordCount: number; findings: Finding[] };

/** Signing costs about as much as this many checks: the bar moves evenly. */
const TWIN_WEIGHT = 6;
const READ_EVERY = 8;

/** Between two yields lie a few records. */
export function* examine({ records, ...rest }: DoctorInput): InPieces<DoctorReport> {
  const total = Math.max(1, records.length) * (1 + TWIN_WEIGHT + CHECKS.length);
  const samples: Sample[] = [];
  for (const record of records) {
    samples.push(toSample(record));
    if (samples.length % READ_EVERY === 0) yield samples.length / total;
  }
  let before = records.length;
  const twins = yield* withShare(
    findTwins(samples),
    (done) => (before + (TWIN_WEIGHT / TWIN_PASSES) * done) / total,
  );
  before += TWIN_WEIGHT * records.length;
  const byId = new Map(samples.map((sample) => [sample.id, sample]));
  const input: CheckInput = { ...rest, samples, byId, twins };
  const findings: Finding[] = [];
  for (const check of CHECKS) {
    const finding = yield* withShare(runCheck(check, input), (done) => (before + done) / total);
    if (finding) findings.push(finding);
    before += records.length;
  }
  return { recordCount: records.length, findings };
}

function* runCheck(check: Check, input: CheckInput): Generator<number, Finding | null, undefined> {
  const { id, title, why, severity, advice } = check;
  const records = yield* check.find(input);
  if (records.length === 0) return null;
  const remedy = check.remedy(records, input);
  return { check: id, title, why, severity, advice, count: records.length, records, remedy };
}

function* withShare<T>(
  stage: Generator<number, T, undefined>,
  toShare: (done: number) => number,
): InPieces<T> {
  for (;;) {
    const step = stage.next();
    if (step.done) return step.value;
    yield toShare(step.value);
  }
}
