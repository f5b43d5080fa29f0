/** What a person changed in a data set: a list of edits on top of the conversations that were read. */
import type { Conversation } from "@/data/conversation";

/**
 * One change. Ids are those of `EditedData`; an edit that names an id which does not exist is a
 * programmer's mistake and throws.
 */
export type DataEdit =
  | { kind: "exclude"; ids: number[] }
  | { kind: "restore"; ids: number[] }
  | { kind: "replace"; id: number; conversation: Conversation }
  | { kind: "replaceMany"; changes: { id: number; conversation: Conversation }[] }
  | { kind: "add"; conversations: Conversation[] };

/** Line of a conversation that came from no file, such as one written by hand. */
export const NO_LINE = 0;

/** Puts back what one edit changed. */
type Done = { label: string; undo: () => void };

/**
 * Conversations as they are after edits. A conversation's id is its index in what was read; added
 * ones go on counting. An id never changes and is never given twice in a data set, except that undoing
 * an addition frees its ids. Objects are replaced, never edited in place: one that is the same object
 * has not changed.
 */
export class EditedData {
  readonly #source: readonly Conversation[];
  /** By id, excluded ones too. */
  readonly #all: Conversation[];
  readonly #excluded = new Set<number>();
  readonly #done: Done[] = [];
  #live: { conversations: readonly Conversation[]; ids: readonly number[] } | null = null;

  constructor(source: readonly Conversation[]) {
    this.#source = source;
    this.#all = [...source];
  }

  /** All but the excluded ones, by id. The same array until the next edit. */
  get conversations(): readonly Conversation[] {
    return this.#lives().conversations;
  }

  /** The id of each of `conversations`. */
  get ids(): readonly number[] {
    return this.#lives().ids;
  }

  /** By id, with the excluded ones. */
  get all(): readonly Conversation[] {
    return this.#all;
  }

  get excludedCount(): number {
    return this.#excluded.size;
  }

  /** What the latest edit was called; null when there is none to undo. */
  get undoLabel(): string | null {
    return this.#done.at(-1)?.label ?? null;
  }

  get canUndo(): boolean {
    return this.#done.length > 0;
  }

  isExcluded(id: number): boolean {
    return this.#excluded.has(id);
  }

  isAdded(id: number): boolean {
    return id >= this.#source.length;
  }

  isChanged(id: number): boolean {
    return !this.isAdded(id) && this.#all[id] !== this.#source[id];
  }

  get(id: number): Conversation {
    const conversation = this.#all[id];
    if (!conversation) throw new Error(`EditedData: no id ${id} among ${this.#all.length}`);
    return conversation;
  }

  /** `label` is what was done, for the undo button: "Exclude 3 records". */
  apply(edit: DataEdit, label: string): void {
    const undo = this.#change(edit);
    this.#done.push({ label, undo });
    this.#live = null;
  }

  /** Takes the latest edit back and says what it was called; null when there is none. */
  undo(): string | null {
    const done = this.#done.pop();
    if (!done) return null;
    done.undo();
    this.#live = null;
    return done.label;
  }

  /** Nothing done so far can be undone any more. */
  forgetHistory(): void {
    this.#done.length = 0;
  }

  /** The fewest edits that make this of what was read; how it came about is not kept. */
  toEdits(): DataEdit[] {
    const added = this.#all.slice(this.#source.length);
    const changes = this.#all.flatMap((conversation, id) =>
      this.isChanged(id) ? [{ id, conversation }] : [],
    );
    const ids = [...this.#excluded].sort((a, b) => a - b);
    return [
      ...(changes.length > 0 ? [{ kind: "replaceMany" as const, changes }] : []),
      ...(added.length > 0 ? [{ kind: "add" as const, conversations: added }] : []),
      ...(ids.length > 0 ? [{ kind: "exclude" as const, ids }] : []),
    ];
  }

  #change(edit: DataEdit): () => void {
    switch (edit.kind) {
      case "exclude":
        return this.#exclude(edit.ids);
      case "restore":
        return this.#restore(edit.ids);
      case "replace":
        return this.#replace([edit]);
      case "replaceMany":
        return this.#replace(edit.changes);
      case "add":
        return this.#add(edit.conversations);
    }
  }

  #exclude(ids: readonly number[]): () => void {
    for (const id of ids) this.get(id);
    const changed = ids.filter((id) => !this.#excluded.has(id));
    for (const id of changed) this.#excluded.add(id);
    return () => {
      for (const id of changed) this.#excluded.delete(id);
    };
  }

  #restore(ids: readonly number[]): () => void {
    for (const id of ids) this.get(id);
    const changed = ids.filter((id) => this.#excluded.has(id));
    for (const id of changed) this.#excluded.delete(id);
    return () => {
      for (const id of changed) this.#excluded.add(id);
    };
  }

  #replace(changes: readonly { id: number; conversation: Conversation }[]): () => void {
    const former = changes.map(({ id }) => ({ id, conversation: this.get(id) }));
    for (const { id, conversation } of changes) this.#all[id] = conversation;
    return () => {
      // Backwards, for an id that was named twice.
      for (const { id, conversation } of former.toReversed()) this.#all[id] = conversation;
    };
  }

  #add(conversations: readonly Conversation[]): () => void {
    const before = this.#all.length;
    for (const conversation of conversations) this.#all.push(conversation);
    // Undone in reverse order, so nothing excluded or replaced is left of these.
    return () => {
      this.#all.length = before;
    };
  }

  #lives(): { conversations: readonly Conversation[]; ids: readonly number[] } {
    if (this.#live) return this.#live;
    const conversations: Conversation[] = [];
    const ids: number[] = [];
    for (const [id, conversation] of this.#all.entries()) {
      if (this.#excluded.has(id)) continue;
      conversations.push(conversation);
      ids.push(id);
    }
    this.#live = { conversations, ids };
    return this.#live;
  }
}

/**
 * The edits that still mean something when the same records are read in another way, as edits of
 * `conversations`. Added ones stay. A record stays excluded when all that it gave was excluded, and its
 * line is not also that of one that was kept. What was rewritten is read anew: its turns were those of the
 * former reading.
 */
export function carryOver(
  former: EditedData,
  conversations: readonly Conversation[],
): { edited: EditedData; rewrittenLost: number } {
  const read = former.all.filter((_, id) => !former.isAdded(id));
  const kept = new Set<number>();
  const excluded = new Set<number>();
  let rewrittenLost = 0;
  for (const [id, { line }] of read.entries()) {
    (former.isExcluded(id) ? excluded : kept).add(line);
    if (former.isChanged(id) && !former.isExcluded(id)) rewrittenLost++;
  }
  const stays = ({ line }: Conversation): boolean => excluded.has(line) && !kept.has(line);
  const ids = [...conversations.keys()].filter((id) => stays(conversations[id] as Conversation));
  const added: Conversation[] = [];
  for (let id = read.length; id < former.all.length; id++) {
    if (former.isExcluded(id)) ids.push(conversations.length + added.length);
    added.push(former.get(id));
  }
  const edits: DataEdit[] = [
    { kind: "add", conversations: added },
    { kind: "exclude", ids },
  ];
  return { edited: withEdits(conversations, edits), rewrittenLost };
}

/** What was read, with edits that are not to be undone one by one, such as those of a saved run. */
export function withEdits(
  conversations: readonly Conversation[],
  edits: readonly DataEdit[],
): EditedData {
  const edited = new EditedData(conversations);
  for (const edit of edits) edited.apply(edit, "");
  edited.forgetHistory();
  return edited;
}
