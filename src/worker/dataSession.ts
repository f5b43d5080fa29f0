/** The data set in the trainer's thread: read, mapped, encoded for a model, split, and shown by example. */
import { AppError } from "@/core/errors";
import { nextTask } from "@/core/nextTask";
import type { RunConfig } from "@/core/runConfig";
import { createTemplate } from "@/data/templates/createTemplate";
import { checkTemplate } from "@/data/templates/checks";
import type { ColumnMapping } from "@/data/columns";
import type { Conversation } from "@/data/conversation";
import { remapDatasetInPieces, type Dataset } from "@/data/dataset";
import { carryOver, EditedData, withEdits, type DataEdit } from "@/data/edits/edits";
import type { QuestionSet } from "@/data/evaluationSet";
import { encodeAll, type EncodedDataset, type EncodedWithin } from "@/data/encode";
import { SLICE_MS } from "@/data/inPieces";
import { carryEdits } from "@/data/mix/carryEdits";
import { firstShare, mixDatasets, type MixPart, type PickedMix } from "@/data/mix/mix";
import { exampleKey, splitExamples, type Split } from "@/data/split";
import type { Tokenizer } from "@/data/tokenizer";
import { planSteps } from "@/engine/train/plan";
import { readSource, whileReading, type Reading } from "./dataSources";
import { viewConversation, type Counted } from "./exampleView";
import type { MixSettings, MixSummary } from "./protocol/mix";
import type { DataSource, DatasetSummary, EncodingSummary, ExampleView } from "./protocol";

/** Examples ready to train on, and the settings they were made with. */
export type Encoding = Counted & {
  key: string;
  /** What was encoded: meanwhile another data set or an edit may have come. */
  dataset: Dataset;
  conversations: readonly Conversation[];
  /** What makes `conversations` of the data set's own. */
  edits: DataEdit[];
  encoded: EncodedDataset;
  split: Split;
};

export class DataSession {
  #dataset: Dataset | null = null;
  #edited = new EditedData([]);
  #encoding: Encoding | null = null;
  /** What is encoded for each conversation with these settings, so that an edit costs no more than itself. */
  #known: Pick<Encoding, "key" | "tokenizer" | "results"> | null = null;

  get dataset(): Dataset {
    if (!this.#dataset) throw new AppError("run/no-data", "There is no data yet.");
    return this.#dataset;
  }

  /** The data set's conversations as they are after what was changed by hand. */
  get edited(): EditedData {
    return this.#edited;
  }

  /** What came with the data to measure with. */
  get questionSets(): readonly QuestionSet[] {
    return this.#dataset?.questionSets ?? [];
  }

  /** The latest count of this data; edits may have come since. Null before the first. */
  get counted(): Counted | null {
    return this.#encoding;
  }

  /** Prompt–completion data is already text: prompts to compare get no template either. */
  get isRaw(): boolean {
    return this.#edited.conversations[0]?.isRaw ?? false;
  }

  /** Aborted, it changes nothing. */
  async read(source: DataSource, reading: Reading = {}): Promise<DatasetSummary> {
    const dataset = await readSource(source, reading);
    reading.signal?.throwIfAborted();
    return this.use(dataset);
  }

  /** `edits` are those that it was saved with. */
  use(dataset: Dataset, edits: readonly DataEdit[] = []): DatasetSummary {
    return this.#set(dataset, withEdits(dataset.conversations, edits));
  }

  /** Puts another data set beside what is there. */
  async add(source: DataSource, reading: Reading = {}): Promise<DatasetSummary> {
    const { dataset } = this;
    const other = await readSource(source, reading);
    reading.signal?.throwIfAborted();
    const { seed, parts } = dataset.mix ?? {
      seed: 0,
      parts: [{ id: 0, dataset, ...firstShare(dataset) }],
    };
    const id = 1 + Math.max(...parts.map((part) => part.id));
    const added = toPart(other, id, parts);
    return this.#remix(mixDatasets({ seed, parts: [...parts, added] }));
  }

  /** Other shares for the parts of a mix; of one that is left alone all records are taken. */
  setMix({ seed, parts }: MixSettings): DatasetSummary {
    const { dataset } = this;
    const kept = parts.flatMap((share) => {
      const part = dataset.mix?.parts.find(({ id }) => id === share.id);
      return part ? [{ ...part, ...share }] : [];
    });
    const [alone, ...others] = kept;
    if (!alone) throw new AppError("run/no-data", "Nothing would be left of the mix.");
    if (others.length === 0) return this.#remix(alone.dataset, alone.id);
    return this.#remix(mixDatasets({ seed, parts: kept }));
  }

  async setPartMapping(
    id: number,
    mapping: ColumnMapping,
    reading: Reading = {},
  ): Promise<DatasetSummary> {
    const { mix } = this.dataset;
    const chosen = mix?.parts.find((part) => part.id === id);
    if (!mix || !chosen) throw new AppError("run/no-data", "This part is no longer in the mix.");
    const waiting = whileReading(chosen.dataset.records.length, reading);
    const dataset = await remapDatasetInPieces(chosen.dataset, mapping, waiting);
    reading.signal?.throwIfAborted();
    const parts = mix.parts.map((part) => (part === chosen ? { ...part, dataset } : part));
    const mixed = mixDatasets({ seed: mix.seed, parts });
    return this.#set(mixed, carryOver(this.#edited, mixed.conversations).edited);
  }

  #remix(next: Dataset, aloneId = 0): DatasetSummary {
    return this.#set(
      next,
      carryEdits({ dataset: this.dataset, edited: this.#edited }, next, aloneId),
    );
  }

  /** Of the edits those are kept that still mean something under the mapping. */
  async setMapping(mapping: ColumnMapping, reading: Reading = {}): Promise<DatasetSummary> {
    const { records } = this.dataset;
    const waiting = whileReading(records.length, reading);
    const dataset = await remapDatasetInPieces(this.dataset, mapping, waiting);
    reading.signal?.throwIfAborted();
    return this.#set(dataset, carryOver(this.#edited, dataset.conversations).edited);
  }

  edit(edit: DataEdit, label: string): DatasetSummary {
    const { dataset } = this;
    this.#edited.apply(edit, label);
    return summarize(dataset, this.#edited);
  }

  undoEdit(): DatasetSummary {
    this.#edited.undo();
    return summarize(this.dataset, this.#edited);
  }

  #set(dataset: Dataset, edited: EditedData): DatasetSummary {
    this.#dataset = dataset;
    this.#edited = edited;
    this.#encoding = null;
    return summarize(dataset, edited);
  }

  /** The tokenizer changed, so tokens must be made anew. */
  forgetEncoding(): void {
    this.#encoding = null;
  }

  /** Encodes for these settings, or gives what was encoded for them before. */
  async encode(
    tokenizer: Tokenizer,
    contextLength: number,
    config: RunConfig,
    onProgress: (done: number, total: number) => void,
  ): Promise<Encoding> {
    const { template, overLength, heldOutPercent, seed } = config;
    const maxSeqLen = Math.min(config.maxSeqLen, contextLength);
    const key = JSON.stringify([template, maxSeqLen, overLength, heldOutPercent, seed]);
    const { dataset } = this;
    const { conversations } = this.#edited;
    const held = this.#encoding;
    const isSame = held?.conversations === conversations && held.tokenizer === tokenizer;
    if (isSame && held.key === key) return held;
    const edits = this.#edited.toEdits();
    const chatTemplate = createTemplate(template, tokenizer);
    const limits = { maxSeqLen, overLength };
    const results = this.#knownFor(tokenizer, JSON.stringify([template, limits]));
    const steps = encodeAll(conversations, chatTemplate, tokenizer, limits, results);
    let step = steps.next();
    let start = performance.now();
    while (!step.done) {
      onProgress(step.value.done, step.value.total);
      if (performance.now() - start >= SLICE_MS) {
        await nextTask();
        start = performance.now();
      }
      // Other data, or an edit: what comes of the former is of no use any more.
      if (conversations !== this.#edited.conversations) {
        return this.encode(tokenizer, contextLength, config, onProgress);
      }
      step = steps.next();
    }
    const encoded = step.value;
    const split = splitExamples(encoded.examples.map(exampleKey), heldOutPercent, seed);
    const heldOut = new Set(
      split.heldOut.map((i) => conversations[encoded.sourceIndexes[i] as number] as Conversation),
    );
    const counted = { template: chatTemplate, tokenizer, limits, results, heldOut };
    this.#encoding = { ...counted, key, dataset, conversations, edits, encoded, split };
    return this.#encoding;
  }

  #knownFor(tokenizer: Tokenizer, key: string): WeakMap<Conversation, EncodedWithin> {
    if (this.#known?.key !== key || this.#known.tokenizer !== tokenizer) {
      this.#known = { key, tokenizer, results: new WeakMap() };
    }
    return this.#known.results;
  }

  /** Examples as the page shows them; `encoding` is null while there is no model. */
  view(first: number, count: number, encoding: Encoding | null): ExampleView[] {
    const conversations = encoding?.conversations ?? this.#edited.conversations;
    return conversations.slice(first, first + count).map((conversation, i) => ({
      index: first + i,
      conversation,
      ...viewConversation(conversation, encoding),
    }));
  }
}

/** Two parts of one name, such as "pasted text", could not be told apart. */
function toPart(dataset: Dataset, id: number, others: readonly MixPart[]): MixPart {
  const names = others.map((part) => part.dataset.name);
  let { name } = dataset;
  for (let count = 2; names.includes(name); count++) name = `${dataset.name} (${count})`;
  const named = { ...dataset, name };
  return { id, dataset: named, ...firstShare(named) };
}

function summarize(dataset: Dataset, edited: EditedData): DatasetSummary {
  const { name, use, problems, notes, columns, mapping, options, questionSets, mix } = dataset;
  const { conversations, excludedCount: excludedByHand, undoLabel } = edited;
  const recordCount = conversations.length;
  const read = { name, use, recordCount, problems, notes, columns, mapping, options };
  const measuredWith = questionSets.map(({ questions, ...set }) => ({
    ...set,
    records: questions.length,
  }));
  return {
    ...read,
    mix: mix ? summarizeMix(mix) : null,
    excludedByHand,
    undoLabel,
    measuredWith,
  };
}

function summarizeMix({ seed, parts, picked }: PickedMix): MixSummary {
  return {
    seed,
    parts: parts.map(({ dataset, ...share }, at) => {
      const { name, use, conversations, columns, mapping, options, notes } = dataset;
      const read = { name, use, recordCount: conversations.length, columns, mapping };
      return {
        ...share,
        ...read,
        options,
        notes,
        taken: (picked[at] ?? []).reduce((sum, times) => sum + times, 0),
      };
    }),
  };
}

/** Counts for the page. */
export function summarizeEncoding(encoding: Encoding, config: RunConfig): EncodingSummary {
  const { encoded, split, template, tokenizer, conversations } = encoding;
  const { examples } = encoded;
  const first = conversations[encoded.sourceIndexes[0] ?? 0];
  let tokenCount = 0;
  let trainedTokenCount = 0;
  let longestTokens = 0;
  for (const { tokenIds, lossMask } of examples) {
    tokenCount += tokenIds.length;
    trainedTokenCount += lossMask.reduce((sum, on) => sum + on, 0);
    longestTokens = Math.max(longestTokens, tokenIds.length);
  }
  return {
    trainCount: split.train.length,
    heldOutCount: split.heldOut.length,
    excluded: encoded.excluded,
    cutPrompts: encoded.cutPrompts,
    tokenCount,
    trainedTokenCount,
    longestTokens,
    templateChecks: checkTemplate(template, tokenizer, conversations),
    sample: first ? viewConversation(first, encoding).tokens : [],
    ...planSteps(split.train.length, config),
  };
}
