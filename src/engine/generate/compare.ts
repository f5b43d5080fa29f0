/** Both sides answer the same prompt: in one batch where they share their weights, otherwise token by token in turn. */
import type { SamplingConfig } from "@/core/generation";
import type { Side, StopReason } from "@/core/metrics";
import { nextTask } from "@/core/nextTask";
import type { CausalLm, WeightView } from "../model/causalLm";
import { joinViews } from "../model/joinedView";
import { Decoding } from "./decoding";

const MAX_BUSY_MS = 16;

export type AnswerOptions = {
  promptIds: number[];
  sampling: SamplingConfig;
  eosTokenId: number | null;
  /** Text at which the template's next turn would begin; an answer ends before it. */
  turnMarker: string;
  decode(tokenIds: number[]): string;
};

export type AnswerUpdate = {
  side: Side;
  text: string;
  tokenCount: number;
  /** null while it goes on. */
  reason: StopReason | null;
  /** Of this side, in the time of the passes that it shared or had alone. */
  tokensPerSecond: number;
};

type SideView = { side: Side; view: WeightView };

/** One side's answer so far. */
class Answer {
  readonly #options: AnswerOptions;
  readonly #ids: number[] = [];
  #busyMs = 0;
  latest: AnswerUpdate;

  constructor(side: Side, options: AnswerOptions) {
    this.#options = options;
    this.latest = { side, text: "", tokenCount: 0, reason: null, tokensPerSecond: 0 };
  }

  get hasEnded(): boolean {
    return this.latest.reason !== null;
  }

  /** Takes the next token, null where there is none, and how long its pass took. */
  take(id: number | null, passMs: number): AnswerUpdate {
    this.#busyMs += passMs;
    const { eosTokenId, turnMarker } = this.#options;
    if (id === null || id === eosTokenId) {
      return this.#update(this.#decode(), id === null ? "max-tokens" : "end-of-text");
    }
    this.#ids.push(id);
    const text = this.#decode();
    const marker = turnMarker === "" ? -1 : text.indexOf(turnMarker);
    if (marker < 0) return this.#update(text, null);
    return this.#update(text.slice(0, marker).trimEnd(), "turn-marker");
  }

  stop(): AnswerUpdate {
    return (this.latest = { ...this.latest, reason: "stopped" });
  }

  #decode(): string {
    return this.#options.decode(this.#ids);
  }

  #update(text: string, reason: StopReason | null): AnswerUpdate {
    const tokenCount = this.#ids.length;
    const tokensPerSecond = this.#busyMs > 0 ? (1000 * tokenCount) / this.#busyMs : 0;
    return (this.latest = { ...this.latest, text, tokenCount, reason, tokensPerSecond });
  }
}

/** Sides that share their passes. */
class Batch {
  readonly #decoding: Decoding;
  readonly #answers: Answer[];
  /** Of each answer the place of its view. */
  readonly #places: number[];

  constructor(model: CausalLm, sides: SideView[], options: AnswerOptions) {
    // Before anything is tuned both sides are the base: it answers once.
    const views = [...new Set(sides.map(({ view }) => view))];
    this.#decoding = new Decoding(model, views, options.promptIds, options.sampling);
    this.#answers = sides.map(({ side }) => new Answer(side, options));
    this.#places = sides.map(({ view }) => views.indexOf(view));
  }

  /** Places of the answers that go on. */
  get #open(): number[] {
    return [...this.#answers.keys()].filter((i) => !this.#answers[i]!.hasEnded);
  }

  get hasEnded(): boolean {
    return this.#open.length === 0;
  }

  /** One token more for each side that goes on. */
  async step(onUpdate: (update: AnswerUpdate) => void): Promise<void> {
    const open = this.#open;
    const started = performance.now();
    const ids = await this.#decoding.next();
    const passMs = performance.now() - started;
    const updates = open.map((i) =>
      this.#answers[i]!.take(ids?.[this.#places[i]!] ?? null, passMs),
    );
    const left = this.#open;
    if (left.length === 0) await this.dispose();
    else if (left.length < open.length) this.#decoding.keepOnly(this.#places[left[0]!]!);
    updates.forEach(onUpdate);
  }

  async stop(onUpdate: (update: AnswerUpdate) => void): Promise<void> {
    const updates = this.#open.map((i) => this.#answers[i]!.stop());
    await this.dispose();
    updates.forEach(onUpdate);
  }

  dispose(): Promise<void> {
    return this.#decoding.dispose();
  }
}

/**
 * Lets the given sides answer until all have ended or `isStopped` says so; every side then gets a last update with its
 * reason. Each side's tokens are those that it would give alone.
 */
export async function compareAnswers(
  model: CausalLm,
  sides: SideView[],
  options: AnswerOptions,
  onUpdate: (update: AnswerUpdate) => void,
  isStopped: () => boolean,
): Promise<void> {
  const [first, second] = sides;
  const isShared = first && second && joinViews(model, first.view, second.view) !== null;
  const groups = isShared ? [sides] : sides.map((side) => [side]);
  const batches = groups.map((group) => new Batch(model, group, options));
  let lastYield = performance.now();
  try {
    while (batches.some((batch) => !batch.hasEnded)) {
      for (const batch of batches.filter(({ hasEnded }) => !hasEnded)) {
        // On WASM a token comes without a task of its own: messages, a stop among them, must get in.
        if (performance.now() - lastYield > MAX_BUSY_MS) {
          await nextTask();
          lastYield = performance.now();
        }
        await (isStopped() ? batch.stop(onUpdate) : batch.step(onUpdate));
      }
    }
  } finally {
    await Promise.all(batches.map((batch) => batch.dispose()));
  }
}
