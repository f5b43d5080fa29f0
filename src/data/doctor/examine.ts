/** The data doctor: runs every check over the records and says what it found, why it matters and what mends it. */
import type { Check, CheckInput, DoctorInput, Finding } from "./check";
import { CHECKS } from "./checks";
import { toSample, type Sample } from "./sample";
import { findTwins, TWIN_PASSES } from "./twins/twins";

/** `stage` is what is being looked for; `done` and `total` count records over all stages. */
export type ExamineProgress = { stage: string; done: number; total: number };

export type DoctorReport = { recordCount: number; findings: Finding[] };

/** Signing costs about as much as this many checks: the bar moves evenly. */
const TWIN_WEIGHT = 6;
const READ_EVERY = 8;

/** Runs in pieces: between two yields lie a few records. */
export function* examine(input: DoctorInput): Generator<ExamineProgress, DoctorReport, undefined> {
  const { records, ...rest } = input;
  const n = Math.max(1, records.length);
  const total = n * (1 + TWIN_WEIGHT + CHECKS.length);
  const samples: Sample[] = [];
  for (const record of records) {
    samples.push(toSample(record));
    if (samples.length % READ_EVERY === 0) {
      yield { stage: "Reading the records", done: samples.length, total };
    }
  }
  const twins = yield* reportStage(findTwins(samples), (done) => ({
    stage: "Comparing the records",
    done: n + (TWIN_WEIGHT / TWIN_PASSES) * done,
    total,
  }));
  const byId = new Map(samples.map((sample) => [sample.id, sample]));
  const checkInput: CheckInput = { ...rest, samples, byId, twins };
  const findings: Finding[] = [];
  for (const [i, check] of CHECKS.entries()) {
    const stage = check.title;
    const start = n * (1 + TWIN_WEIGHT + i);
    const finding = yield* reportStage(runCheck(check, checkInput), (done) => ({
      stage,
      done: start + done,
      total,
    }));
    if (finding) findings.push(finding);
  }
  yield { stage: "Done", done: total, total };
  return { recordCount: records.length, findings };
}

function* runCheck(check: Check, input: CheckInput): Generator<number, Finding | null, undefined> {
  const { id, title, why, severity, advice } = check;
  const records = yield* check.find(input);
  if (records.length === 0) return null;
  const remedy = check.remedy(records, input);
  return { check: id, title, why, severity, advice, count: records.length, records, remedy };
}

function* reportStage<T>(
  stage: Generator<number, T, undefined>,
  toProgress: (done: number) => ExamineProgress,
): Generator<ExamineProgress, T, undefined> {
  for (;;) {
    const step = stage.next();
    if (step.done) return step.value;
    yield toProgress(step.value);
  }
}
