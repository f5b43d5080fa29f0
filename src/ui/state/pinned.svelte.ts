import { toErrorRecord, type ErrorRecord } from "@/core/errors";
import type { SamplingConfig } from "@/core/generation";
import type { TemplateChoice } from "@/core/template";
import type { BundledPrompt } from "@/data/bundled";
import {
  PINNED_PREFIX,
  type ExampleView,
  type PinnedPrompt,
  type TrainerApi,
  type TrainerEvent,
} from "@/worker/protocol";
import { applyAnswer, createAnswer, type AnswerPair } from "./answer";

export type EarlierAnswer = { step: number; text: string };

export type Pin = AnswerPair & {
  id: number;
  prompt: PinnedPrompt;
  /** The data set's own answer, where the prompt comes from it. */
  wanted: string | null;
  /** Why it is worth watching, where the data set says so: "Never asked in training". */
  note: string | null;
  /** What the tuned side said before, oldest first; the same words twice in a row count once. */
  earlier: EarlierAnswer[];
  error: ErrorRecord | null;
};

type AnswerEvent = Extract<TrainerEvent, { type: "answer" | "answerEnded" | "answerFailed" }>;

/** Six are watched at most: each costs two answers per refresh. */
export const MAX_PINS = 6;
const DEFAULT_PINS = 3;
const EXAMPLES_SEARCHED = 60;

/** Prompts that both models answer again and again while one of them learns. */
export class PinnedState {
  pins = $state.raw<Pin[]>([]);
  error = $state.raw<ErrorRecord | null>(null);
  /** The person changed them, so new data no longer replaces them. */
  #isOwn = false;
  #nextId = 1;
  readonly #trainer: TrainerApi;

  constructor(trainer: TrainerApi) {
    this.#trainer = trainer;
  }

  /** Takes the prompts that the data set wants pinned; where it has none, some of its examples. */
  async suggest(
    prompts: readonly BundledPrompt[],
    view: (first: number, count: number) => Promise<ExampleView[]>,
    sampling: SamplingConfig,
  ): Promise<void> {
    if (this.#isOwn) return;
    try {
      this.pins =
        prompts.length > 0
          ? prompts.slice(0, MAX_PINS).map((prompt) => this.#fromBundled(prompt))
          : this.#fromExamples(await view(0, EXAMPLES_SEARCHED));
    } catch (thrown) {
      this.error = toErrorRecord(thrown);
      return;
    }
    await this.#send(sampling);
  }

  async add(prompt: PinnedPrompt, sampling: SamplingConfig): Promise<void> {
    if (this.pins.length >= MAX_PINS) return;
    this.#isOwn = true;
    this.pins = [...this.pins, this.#create(prompt)];
    await this.#send(sampling);
  }

  async edit(id: number, prompt: PinnedPrompt, sampling: SamplingConfig): Promise<void> {
    const before = this.pins.find((pin) => pin.id === id)?.prompt;
    if (before && isSame(before, prompt)) return;
    this.#isOwn = true;
    this.pins = this.pins.map((pin) => (pin.id === id ? this.#create(prompt) : pin));
    await this.#send(sampling);
  }

  async remove(id: number, sampling: SamplingConfig): Promise<void> {
    this.#isOwn = true;
    this.pins = this.pins.filter((pin) => pin.id !== id);
    await this.#send(sampling);
  }

  /** Asks now for every pin without an answer; during a run the run itself does so. */
  async askMissing(template: TemplateChoice, sampling: SamplingConfig): Promise<void> {
    for (const [index, pin] of this.pins.entries()) {
      if (pin.base.state !== "none") continue;
      await this.#ask(index, pin.prompt, template, sampling);
    }
  }

  apply(event: AnswerEvent): void {
    if (!event.requestId.startsWith(PINNED_PREFIX)) return;
    const index = Number(event.requestId.slice(PINNED_PREFIX.length));
    this.pins = this.pins.map((pin, i) => {
      if (i !== index) return pin;
      if (event.type === "answerFailed") return { ...pin, error: event.error };
      const next = { ...applyAnswer(pin, event), error: null };
      if (event.type !== "answerEnded" || event.side !== "tuned") return next;
      return { ...next, earlier: remember(pin.earlier, event.step, event.text) };
    });
  }

  /** A new run starts: tuned answers belong to the old one; what the base said stays true. */
  runStarts(): void {
    this.pins = this.pins.map((pin) => ({
      ...pin,
      base: pin.base.state === "ended" ? pin.base : createAnswer("waiting"),
      tuned: createAnswer("waiting"),
      earlier: [],
      error: null,
    }));
  }

  /** The run will answer the ones that were added or changed. */
  expectAnswers(): void {
    const waiting = { base: createAnswer("waiting"), tuned: createAnswer("waiting") };
    this.pins = this.pins.map((pin) => (pin.base.state === "none" ? { ...pin, ...waiting } : pin));
  }

  /** Another model: nothing that was said holds any more. */
  forgetAnswers(): void {
    const none = { base: createAnswer("none"), tuned: createAnswer("none") };
    this.pins = this.pins.map((pin) => ({ ...pin, ...none, earlier: [], error: null }));
  }

  /** The prompts of a restored run, also when all were taken away; `known` are those of its data set. */
  adopt(prompts: PinnedPrompt[], known: readonly BundledPrompt[]): void {
    this.#isOwn = true;
    this.pins = prompts.map((prompt) => {
      const bundled = known.find((one) => isSame(one, prompt));
      return bundled ? this.#fromBundled(bundled) : this.#create(prompt);
    });
  }

  resend(sampling: SamplingConfig): Promise<void> {
    return this.#send(sampling);
  }

  async #ask(
    index: number,
    prompt: PinnedPrompt,
    template: TemplateChoice,
    sampling: SamplingConfig,
  ): Promise<void> {
    const waiting = { base: createAnswer("waiting"), tuned: createAnswer("waiting") };
    this.pins = this.pins.map((pin, i) => (i === index ? { ...pin, ...waiting } : pin));
    const requestId = `${PINNED_PREFIX}${index}`;
    try {
      await this.#trainer.compare(requestId, { prompt, template, sampling });
    } catch (thrown) {
      this.apply({ type: "answerFailed", requestId, error: toErrorRecord(thrown) });
    }
  }

  async #send(sampling: SamplingConfig): Promise<void> {
    try {
      await this.#trainer.setPinnedPrompts(
        this.pins.map((pin) => pin.prompt),
        sampling,
      );
      this.error = null;
    } catch (thrown) {
      this.error = toErrorRecord(thrown);
    }
  }

  /** Held-out ones first, since the model never trains on those. */
  #fromExamples(examples: readonly ExampleView[]): Pin[] {
    const usable = examples.filter((example) => example.state !== "excluded");
    const heldOut = usable.filter((example) => example.state === "held-out");
    const pins: Pin[] = [];
    for (const example of [...heldOut, ...usable]) {
      const pin = this.#fromExample(example);
      if (!pin || pins.some((other) => other.prompt.instruction === pin.prompt.instruction))
        continue;
      pins.push(pin);
      if (pins.length === DEFAULT_PINS) break;
    }
    return pins;
  }

  #fromExample({ conversation }: ExampleView): Pin | null {
    const answerAt = conversation.messages.findLastIndex(({ role }) => role === "assistant");
    const question = conversation.messages[answerAt - 1];
    const answer = conversation.messages[answerAt];
    // Only the first turn: a later one cannot be asked without what came before it.
    if (!question || !answer || question.role !== "user") return null;
    if (conversation.messages.filter(({ role }) => role === "user").length > 1) return null;
    const prompt = { instruction: question.content, input: question.input ?? "" };
    return this.#create(prompt, answer.content);
  }

  #fromBundled({ instruction, input, expected, note }: BundledPrompt): Pin {
    return this.#create({ instruction, input }, expected || null, note || null);
  }

  #create(prompt: PinnedPrompt, wanted: string | null = null, note: string | null = null): Pin {
    return {
      id: this.#nextId++,
      prompt,
      wanted,
      note,
      base: createAnswer("none"),
      tuned: createAnswer("none"),
      earlier: [],
      error: null,
    };
  }
}

const isSame = (a: PinnedPrompt, b: PinnedPrompt): boolean =>
  a.instruction === b.instruction && a.input === b.input;

function remember(earlier: EarlierAnswer[], step: number, text: string): EarlierAnswer[] {
  return earlier.at(-1)?.text === text ? earlier : [...earlier, { step, text }];
}
