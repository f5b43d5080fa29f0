/** What a data set is like, in few numbers. */
import type { Conversation } from "../conversation";
import type { InPieces } from "../inPieces";
import { measureLengths, type Lengths, type RecordLength } from "./lengths";
import { openingOf } from "./opening";

export type Counted = { name: string; count: number };

/** Everything is counted as often as a mix takes it. */
export type Profile = {
  recordCount: number;
  /** Answers that are learned; a talk has several. */
  answerCount: number;
  /** The most frequent first; "" is those without one. Empty where nothing has a category. */
  categories: Counted[];
  /** All of them. */
  categoryCount: number;
  /** How prompts begin: the most frequent first words, each with what it is mostly about. */
  openings: (Counted & { nouns: Counted[] })[];
  /** Different first words, and different pairs of first word and noun. */
  verbCount: number;
  pairCount: number;
  /** Null while nothing is counted. */
  lengths: Lengths | null;
};

export type LengthLimit = {
  maxSeqLen: number;
  /** Null for what could not be encoded. */
  lengthOf: (conversation: Conversation) => RecordLength | null;
};

const MOST_CATEGORIES = 8;
const MOST_VERBS = 12;
const MOST_NOUNS = 4;
const YIELD_EVERY = 64;

export function* createProfile(
  conversations: readonly Conversation[],
  limit: LengthLimit | null,
): InPieces<Profile> {
  const categories = new Tally();
  const verbs = new Tally();
  const nounsOf = new Map<string, Tally>();
  const lengths: RecordLength[] = [];
  let recordCount = 0;
  let answerCount = 0;
  for (const [i, conversation] of conversations.entries()) {
    if (i % YIELD_EVERY === 0) yield i / conversations.length;
    const { times = 1 } = conversation;
    recordCount += times;
    for (const { role, isTrained } of conversation.messages) {
      if (role === "assistant" && isTrained !== false) answerCount += times;
    }
    categories.add(conversation.category ?? "", times);
    const { verb, noun } = openingOf(conversation);
    if (verb !== "") {
      verbs.add(verb, times);
      const nouns = nounsOf.get(verb) ?? new Tally();
      nounsOf.set(verb, nouns);
      nouns.add(noun, times);
    }
    const length = limit?.lengthOf(conversation);
    if (length) for (let k = 0; k < times; k++) lengths.push(length);
  }
  const known = categories.most();
  const hasCategories = known.some(({ name }) => name !== "");
  const openings = verbs.most(MOST_VERBS).map(({ name, count }) => {
    const nouns = nounsOf.get(name)?.most() ?? [];
    const named = nouns.filter((noun) => noun.name !== "").slice(0, MOST_NOUNS);
    return { name, count, nouns: named };
  });
  return {
    recordCount,
    answerCount,
    categories: hasCategories ? known.slice(0, MOST_CATEGORIES) : [],
    categoryCount: hasCategories ? known.length : 0,
    openings,
    verbCount: verbs.size,
    pairCount: [...nounsOf.values()].reduce((sum, { size }) => sum + size, 0),
    lengths: limit && lengths.length > 0 ? measureLengths(lengths, limit.maxSeqLen) : null,
  };
}

/** Counts by name. */
class Tally {
  readonly #counts = new Map<string, number>();

  get size(): number {
    return this.#counts.size;
  }

  add(name: string, times: number): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + times);
  }

  /** Most frequent first, equals in the order in which they came. */
  most(count = Infinity): Counted[] {
    const all = [...this.#counts].map(([name, count]) => ({ name, count }));
    return all.sort((a, b) => b.count - a.count).slice(0, count);
  }
}
