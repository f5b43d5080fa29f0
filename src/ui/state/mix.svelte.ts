import type { MixShare } from "@/data/mix/mix";
import type { DataSource, TrainerApi } from "@/worker/protocol";
import type { MixPartSummary, MixSettings, MixSummary } from "@/worker/protocol/mix";
import type { DatasetState } from "./dataset.svelte";

/** Several data sets as one: what is opened next is added, and how much of each is taken. */
export class MixState {
  /** What is opened next comes beside the data that is there. */
  isAdding = $state(false);
  readonly #trainer: TrainerApi;
  readonly #data: DatasetState;
  /** Of each part by id, so that it can be read again after a crash. */
  #sources = $state.raw<readonly { id: number; source: DataSource }[]>([]);

  constructor(trainer: TrainerApi, data: DatasetState) {
    this.#trainer = trainer;
    this.#data = data;
  }

  get summary(): MixSummary | null {
    return this.#data.summary?.mix ?? null;
  }

  /** What is in use: every part of a mix, or the one data set. */
  get sources(): DataSource[] {
    if (this.summary) return this.#sources.map(({ source }) => source);
    return this.#data.source ? [this.#data.source] : [];
  }

  /** True when it is added. */
  async add(source: DataSource, title: string): Promise<boolean> {
    const { source: first } = this.#data;
    const isFirstAddition = this.summary === null;
    if (!(await this.#data.take(title, () => this.#trainer.addData(source)))) return false;
    this.isAdding = false;
    const known = !isFirstAddition ? this.#sources : first ? [{ id: 0, source: first }] : [];
    const id = this.summary?.parts.at(-1)?.id;
    this.#sources = id === undefined ? known : [...known, { id, source }];
    return true;
  }

  /** True when these shares are in use. A part that is not named is taken out. */
  async set(settings: MixSettings): Promise<boolean> {
    const title = this.#data.summary?.name ?? "";
    if (!(await this.#data.take(title, () => this.#trainer.setMix(settings)))) return false;
    const { parts } = settings;
    this.#sources = this.#sources.filter((known) => parts.some(({ id }) => id === known.id));
    if (this.#sources.length === parts.length) {
      this.#data.source = this.#sources[0]?.source ?? null;
    }
    return true;
  }

  /** After a crash: the other parts beside the first, with the shares they had. True when all came back. */
  async restore(former: MixSummary): Promise<boolean> {
    const [, ...others] = this.#sources;
    if (this.#sources.length !== former.parts.length) return false;
    for (const { source } of others) {
      if (!(await this.add(source, this.#data.summary?.name ?? ""))) return false;
    }
    const parts = (this.summary?.parts ?? []).map(({ id }, i) => ({
      ...toShare(former.parts[i] as MixPartSummary),
      id,
    }));
    return this.set({ seed: former.seed, parts });
  }
}

/** What `setMix` wants to know of a part. */
export const toShare = ({ weight, cap, category }: MixShare): MixShare => ({
  weight,
  cap,
  category,
});
