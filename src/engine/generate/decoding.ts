import { AppError } from "@/core/errors";
import type { SamplingConfig } from "@/core/generation";
import type { CausalLm, WeightView } from "../model/causalLm";
import { joinViews } from "../model/joinedView";
import { KvCache } from "../model/kvCache";
import type { Tensor } from "../tfjs";
import { createChooser, type Chooser } from "./chooser";
import { lastLogits } from "./lastLogits";

/** The first pass is padded to a multiple of this, so that shapes repeat from prompt to prompt. */
const PROMPT_STEP = 16;

/** Tokens that are being computed or read, and which views they are of. */
type OnTheWay = { views: number[]; ids: Promise<Int32Array> };

/**
 * Writes on behind a prompt, token by token, up to `maxNewTokens` or the context's end; end-of-text is a token like any
 * other. Two views that `joinViews` can join share every pass: the weights are read once for both. Owns its cache.
 */
export class Decoding {
  readonly #model: CausalLm;
  readonly #views: WeightView[];
  readonly #joined: WeightView | null;
  readonly #prompt: Int32Array;
  readonly #promptLength: number;
  readonly #count: number;
  readonly #cache: KvCache;
  readonly #chooser: Chooser;
  /** Places of the views that go on: a row of the batch each. */
  #open: number[];
  #issued = 0;
  #newest: Int32Array | Tensor | null = null;
  #waiting: OnTheWay[] = [];
  #isDisposed = false;

  /** One view, or base and tuned. Throws `data/too-large` for a prompt that the model cannot read. */
  constructor(
    model: CausalLm,
    views: WeightView[],
    promptIds: readonly number[],
    sampling: SamplingConfig,
  ) {
    const { maxPositions, numLayers, vocabSize } = model.config;
    const { length } = promptIds;
    if (length === 0 || length >= maxPositions) {
      throw new AppError(
        "data/too-large",
        `The prompt has ${length} tokens; this model reads from 1 to ${maxPositions - 1}.`,
      );
    }
    const [base, tuned] = views;
    this.#joined = base && tuned ? joinViews(model, base, tuned) : null;
    if (views.length !== (this.#joined ? 2 : 1)) {
      throw new Error(`Decoding: ${views.length} views that do not share their weights`);
    }
    this.#model = model;
    this.#views = views;
    this.#open = views.map((_, i) => i);
    this.#promptLength = length;
    this.#count = Math.min(maxPositions - length, sampling.maxNewTokens);
    const padded = Math.min(Math.ceil(length / PROMPT_STEP) * PROMPT_STEP, maxPositions);
    this.#prompt = new Int32Array(views.length * padded);
    for (let row = 0; row < views.length; row++) this.#prompt.set(promptIds, row * padded);
    const longest = Math.max(length + this.#count, padded);
    this.#cache = new KvCache(numLayers, longest, views.length);
    this.#chooser = createChooser(sampling, promptIds, views.length, vocabSize);
  }

  /** The next token of each view, by its place among those given, undefined for one that has ended; null when there are no more. */
  async next(): Promise<(number | undefined)[] | null> {
    while (this.#issued < this.#count && this.#waiting.length < this.#chooser.ahead) {
      await this.#pass();
    }
    const oldest = this.#waiting.shift();
    if (!oldest) return null;
    const ids = await oldest.ids;
    const isOpen = (view: number) => this.#open.includes(view);
    return this.#views.map((_, i) => (isOpen(i) ? ids[oldest.views.indexOf(i)] : undefined));
  }

  async #pass(): Promise<void> {
    const [tokenIds, real] = this.#newest ? [this.#newest, 1] : [this.#prompt, this.#promptLength];
    const view = this.#open.length > 1 ? this.#joined! : this.#views[this.#open[0]!]!;
    const logits = lastLogits(this.#model, view, tokenIds, real, this.#cache);
    const { next, ids } = await this.#chooser.choose(logits);
    this.#newest = next;
    this.#waiting.push({ views: this.#open, ids });
    this.#issued++;
  }

  /** The view at this place of those given goes on alone: what is on its way for the other is thrown away. */
  keepOnly(view: number): void {
    const row = this.#open.indexOf(view);
    this.#open = [view];
    this.#cache.keepOnly(row);
    this.#newest = this.#chooser.keepOnly(row);
  }

  /** May be called twice. Resolves when nothing is on its way any more. */
  async dispose(): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#cache.dispose();
    this.#chooser.dispose();
    await Promise.allSettled(this.#waiting.map(({ ids }) => ids));
  }
}
