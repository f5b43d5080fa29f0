/** The data doctor in the trainer's thread: it works in pieces between other tasks, and knows its remedies. */
import { AppError } from "@/core/errors";
import { FIELDS } from "@/core/runFields";
import { BUNDLED_SETS, fetchBundledText } from "@/data/bundled";
import type { Conversation } from "@/data/conversation";
import type { EncodingFacts, EvaluationTexts, Finding, Remedy } from "@/data/doctor/check";
import type { DoctorReport } from "@/data/doctor/examine";
import type { KeepComparison } from "@/data/doctor/keep/compare";
import { parseEvaluationSet } from "@/data/evaluationSet";
import { finishInPieces } from "@/data/inPieces";
import type { DataSession } from "./dataSession";
import type { Counted } from "./exampleView";
import { countFor } from "./profile";
import type { DatasetSummary } from "./protocol";
import type { DoctorApi, DoctorReportView, FindingView } from "./protocol/doctor";
import type { TrainerState } from "./trainerState";

/** Records of a finding that are told in words; a table shows the others by their ids. */
const MOST_TOLD = 50;
/** The random choice that the best one is compared with. */
const KEEP_SEED = 1;
const LONGEST_SETTING = FIELDS.maxSeqLen.kind === "number" ? FIELDS.maxSeqLen.max : Infinity;

type EditRemedy = Extract<Remedy, { of: "edit" }>;

/** A count of the records, and how many tokens the model takes at most. */
type CountedFor = { counted: Counted; contextLength: number };

/** The part of a data session that is examined. */
type Examined = Pick<DataSession, "edited" | "dataset" | "edit">;

export class DataDoctor {
  readonly #session: Examined;
  readonly #current = new Map<"examine" | "keep", AbortController>();
  /** Remedies of the latest report, and what they were made for. */
  #latest: { conversations: readonly Conversation[]; remedies: Map<string, EditRemedy> } | null =
    null;
  #evaluation: EvaluationTexts[] | null = null;

  constructor(session: Examined) {
    this.#session = session;
  }

  /** `count` gives the latest count of the records, or null where there is no model. */
  examine(
    count: () => Promise<CountedFor | null>,
    onShare: (share: number) => void = () => undefined,
  ): Promise<DoctorReportView | null> {
    return this.#run("examine", async (signal) => {
      const model = await count();
      // Downloaded when it is first asked for, as the other parts below.
      const { examine } = await import("@/data/doctor/examine");
      const { sets: evaluation, notLooked } = await this.#readEvaluation();
      const { edited, dataset } = this.#session;
      const { conversations } = edited;
      const records = listRecords(edited);
      const encoding = model && toFacts(records, model);
      const input = { records, problems: dataset.problems, evaluation, encoding };
      const report = await finishInPieces(examine(input), { onShare, signal });
      if (conversations !== this.#session.edited.conversations) return null;
      this.#latest = { conversations, remedies: remediesOf(report) };
      return { ...report, findings: report.findings.map(toView), notLooked };
    });
  }

  cancel(): void {
    this.#current.get("examine")?.abort();
  }

  mend(check: string): DatasetSummary {
    const { conversations } = this.#session.edited;
    const remedy = this.#latest?.remedies.get(check);
    if (!remedy || this.#latest?.conversations !== conversations) {
      throw new AppError("run/busy", "The records changed since they were looked at.");
    }
    return this.#session.edit(remedy.edit, remedy.label);
  }

  compareKeeping(count: number): Promise<KeepComparison | null> {
    return this.#run("keep", async (signal) => {
      const { compareKeeping } = await import("@/data/doctor/keep/compare");
      const { edited } = this.#session;
      const { conversations } = edited;
      const compared = compareKeeping(listRecords(edited), count, KEEP_SEED);
      const comparison = await finishInPieces(compared, { signal });
      return conversations === this.#session.edited.conversations ? comparison : null;
    });
  }

  /** Null where it was ended, by hand or by a later one. */
  async #run<T>(
    kind: "examine" | "keep",
    task: (signal: AbortSignal) => Promise<T>,
  ): Promise<T | null> {
    this.#current.get(kind)?.abort();
    const own = new AbortController();
    this.#current.set(kind, own);
    try {
      return await task(own.signal);
    } catch (thrown) {
      if (own.signal.aborted) return null;
      throw thrown;
    }
  }

  /** Offline only this check is missing. */
  async #readEvaluation(): Promise<{ sets: EvaluationTexts[]; notLooked: string }> {
    try {
      this.#evaluation ??= await readEvaluationSets();
      return { sets: this.#evaluation, notLooked: "" };
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      const notLooked = `Whether records of the evaluation sets are among these is not known: ${thrown.message}`;
      return { sets: [], notLooked };
    }
  }
}

const listRecords = ({ conversations, ids }: DataSession["edited"]) =>
  conversations.map((conversation, i) => ({ id: ids[i] as number, conversation }));

async function readEvaluationSets(): Promise<EvaluationTexts[]> {
  const { toEvaluationTexts } = await import("@/data/doctor/evaluationTexts");
  const sets = BUNDLED_SETS.filter(({ use }) => use === "evaluation");
  return Promise.all(
    sets.map(async ({ title, file }) =>
      toEvaluationTexts(title, parseEvaluationSet(title, await fetchBundledText(file))),
    ),
  );
}

/** What the count made of the records. */
function toFacts(
  records: readonly { id: number; conversation: Conversation }[],
  { counted: { limits, results, heldOut }, contextLength }: CountedFor,
): EncodingFacts {
  const { maxSeqLen } = limits;
  const tooLong: EncodingFacts["tooLong"] = [];
  const cut: EncodingFacts["cut"] = [];
  const heldOutIds = new Set<number>();
  for (const { id, conversation } of records) {
    if (heldOut.has(conversation)) heldOutIds.add(id);
    const result = results.get(conversation);
    if (!result) continue;
    const { example, wasCut, tokenCount } = result;
    if (wasCut) cut.push({ id, tokenCount });
    else if (!example && tokenCount > maxSeqLen) tooLong.push({ id, tokenCount });
  }
  return { maxSeqLen, contextLength, heldOut: heldOutIds, tooLong, cut };
}

function remediesOf({ findings }: DoctorReport): Map<string, EditRemedy> {
  return new Map(
    findings.flatMap(({ check, title, remedy }) => {
      if (remedy?.of !== "edit") return [];
      // As the undo button says it: "Leave out 12 (exact duplicates)".
      const label = `${remedy.label} (${lowerFirst(title)})`;
      return [[check, { ...remedy, label }] as const];
    }),
  );
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

function toView({ records, remedy, ...finding }: Finding): FindingView {
  return {
    ...finding,
    ids: records.flatMap(({ id }) => (id === null ? [] : [id])),
    first: records.slice(0, MOST_TOLD),
    remedy: remedy?.of === "edit" ? { of: "edit", label: remedy.label } : remedy,
  };
}

/** The trainer's methods about the data doctor. */
export function createDoctorApi(state: TrainerState): DoctorApi {
  const doctor = new DataDoctor(state.data);
  return {
    examineData(config) {
      const report = state.report("examine", "items");
      const onShare = (share: number) => {
        const { length } = state.data.edited.conversations;
        report(Math.floor(share * length), length);
      };
      const count = async () => {
        const counted = await countFor(state, config);
        const maxPositions = state.loaded?.model.config.maxPositions ?? 0;
        return counted && { counted, contextLength: Math.min(maxPositions, LONGEST_SETTING) };
      };
      return doctor.examine(count, onShare);
    },
    cancelExamine() {
      doctor.cancel();
      return Promise.resolve();
    },
    async mendData(check) {
      state.requireIdle("change the data");
      return Promise.resolve(doctor.mend(check));
    },
    compareKeeping: (count) => doctor.compareKeeping(count),
  };
}
