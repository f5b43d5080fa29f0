import { toErrorRecord, type ErrorRecord } from "@/core/errors";
import type { TemplateChoice } from "@/core/template";
import type {
  MeasuredAnswer,
  MeasuredRecord,
  MeasuredSet,
  NamedBlob,
  TrainerApi,
  TrainerEvent,
} from "@/worker/protocol";
import { createId } from "./createId";

/** "0" means all of them. */
export type QuestionCount = "20" | "50" | "0";

/** What one set showed, newest measurement only. */
export type Measurement = {
  set: MeasuredSet;
  /** The events of this measurement carry it. */
  requestId: string;
  template: TemplateChoice;
  /** Step of the run at which the tuned side was asked. */
  step: number;
  records: MeasuredRecord[];
  total: number;
  state: "running" | "finished" | "stopped";
};

export type SideTotals = {
  count: number;
  right: number;
  ended: number;
  /** Of those records that ask for a form. */
  form: number;
  formCount: number;
};

/** Same seed, same questions: two measurements can be compared. */
const ORDER_SEED = 1;
const JSON_SPACES = 2;

/** Measuring base and tuned with the sets that were kept for it. */
export class MeasureState {
  /** null: all sets, one after the other. */
  setName = $state<string | null>(null);
  count = $state<QuestionCount>("50");
  measurements = $state.raw<Measurement[]>([]);
  error = $state.raw<ErrorRecord | null>(null);
  isRunning = $state(false);
  /** Records a second of the set that is being measured; 0 while unknown. */
  rate = $state(0);
  readonly #sets: () => readonly MeasuredSet[];
  readonly #trainer: TrainerApi;
  readonly #save: (file: NamedBlob) => void;
  #isStopped = false;
  #end: () => void = () => undefined;
  #startedAt = 0;

  constructor(
    trainer: TrainerApi,
    sets: () => readonly MeasuredSet[],
    save: (file: NamedBlob) => void,
  ) {
    this.#trainer = trainer;
    this.#sets = sets;
    this.#save = save;
  }

  /** Those that the data brought along come and go with it. */
  get sets(): readonly MeasuredSet[] {
    return this.#sets();
  }

  /** The chosen set, where there still is one of that name. */
  get chosenName(): string | null {
    return this.sets.some(({ name }) => name === this.setName) ? this.setName : null;
  }

  /** What is under way. */
  get current(): Measurement | null {
    return this.measurements.find(({ state }) => state === "running") ?? null;
  }

  async measure(template: TemplateChoice, step: number): Promise<void> {
    if (this.isRunning) return;
    this.isRunning = true;
    this.#isStopped = false;
    this.error = null;
    const chosen = this.sets.filter(
      ({ name }) => this.chosenName === null || name === this.chosenName,
    );
    try {
      for (const set of chosen) {
        if (this.#isStopped) break;
        await this.#measureSet(set, template, step);
      }
    } catch (thrown) {
      this.error = toErrorRecord(thrown);
      this.measurements = this.measurements.filter(({ state }) => state !== "running");
    } finally {
      this.isRunning = false;
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.current) await this.#trainer.stopCompare(this.current.requestId);
  }

  /** Another model or run: what was measured was not it. The trainer ends what is under way. */
  clear(): void {
    this.#isStopped = true;
    this.#end();
    this.measurements = [];
    this.error = null;
  }

  /** A crash ends what was under way; what was measured before it stays. */
  fail(error: ErrorRecord): void {
    if (!this.isRunning) return;
    this.error = error;
    this.isRunning = false;
    this.#isStopped = true;
    this.#end();
    this.measurements = this.measurements.filter(({ state }) => state !== "running");
  }

  apply(event: Extract<TrainerEvent, { type: "measured" | "measureEnded" }>): void {
    const { current } = this;
    if (event.requestId !== current?.requestId) return;
    if (event.type === "measureEnded") {
      // Stopped by a person, or because the sides changed: the other sets are left out too.
      if (event.reason === "stopped") this.#isStopped = true;
      this.#replace(current, { ...current, state: event.reason });
      this.#end();
      return;
    }
    const { done, total, record } = event;
    const seconds = (performance.now() - this.#startedAt) / 1000;
    if (seconds > 0) this.rate = done / seconds;
    this.#replace(current, { ...current, total, records: [...current.records, record] });
  }

  /** Everything measured, for other tools. */
  saveJson(modelName: string): void {
    const sets = this.measurements.map(({ set, template, step, records, state }) => ({
      name: set.name,
      title: set.title,
      state,
      template,
      step,
      totals: { base: totalsOf(records, "base"), tuned: totalsOf(records, "tuned") },
      perplexity: { base: perplexityOf(records, "base"), tuned: perplexityOf(records, "tuned") },
      records,
    }));
    const content = { model: modelName, seed: ORDER_SEED, sets };
    const blob = new Blob([JSON.stringify(content, null, JSON_SPACES)], {
      type: "application/json",
    });
    this.#save({ fileName: "tabtune-measured.json", blob });
  }

  async #measureSet(set: MeasuredSet, template: TemplateChoice, step: number): Promise<void> {
    const requestId = `measure:${createId()}`;
    this.#startedAt = performance.now();
    this.rate = 0;
    const fresh: Measurement = {
      set,
      requestId,
      template,
      step,
      records: [],
      total: 0,
      state: "running",
    };
    const others = this.measurements.filter((one) => one.set.name !== set.name);
    const order = this.sets.map(({ name }) => name);
    this.measurements = [...others, fresh].sort(
      (a, b) => order.indexOf(a.set.name) - order.indexOf(b.set.name),
    );
    const count = Number(this.count);
    const request = { dataset: set.name, template, count, seed: ORDER_SEED };
    const ended = new Promise<void>((resolve) => (this.#end = resolve));
    await this.#trainer.measure(requestId, request);
    // Events come by a way of their own, and may be later than the answer to the call.
    await ended;
  }

  #replace(former: Measurement, next: Measurement): void {
    this.measurements = this.measurements.map((one) => (one === former ? next : one));
  }
}

/** Sums of a side's answers; null where that side was not asked, or where it is prose. */
export function totalsOf(
  records: readonly MeasuredRecord[],
  side: "base" | "tuned",
): SideTotals | null {
  const answers = records.flatMap((record): MeasuredAnswer[] => {
    const answer = record.of === "question" ? record[side] : null;
    return answer ? [answer] : [];
  });
  if (answers.length === 0) return null;
  const count = (is: (answer: MeasuredAnswer) => boolean) => answers.filter(is).length;
  return {
    count: answers.length,
    right: count(({ isRight }) => isRight),
    ended: count(({ isEnded }) => isEnded),
    form: count(({ isRightForm }) => isRightForm === true),
    formCount: count(({ isRightForm }) => isRightForm !== null),
  };
}

/** exp of the mean loss over all tokens of the passages; null where there are none. */
export function perplexityOf(
  records: readonly MeasuredRecord[],
  side: "base" | "tuned",
): number | null {
  let loss = 0;
  let tokens = 0;
  for (const record of records) {
    const part = record.of === "passage" ? record[side] : null;
    if (!part) continue;
    loss += part.lossSum;
    tokens += part.tokenCount;
  }
  return tokens === 0 ? null : Math.exp(loss / tokens);
}
