import type { Conversation } from "@/data/conversation";
import { findDraftProblem, toConversation, toDraft, type Draft } from "./draft";

/** A record while it is written. It outlives its form: who comes back finds what they had written. */
export class WrittenRecord {
  /** Of the record in the data; null for one that is not in it. */
  readonly id: number | null;
  readonly former: Conversation;
  draft = $state<Draft>({ system: "", messages: [], category: "" });
  /** Until its form was there once: then it does not take the focus again. */
  isNew = true;
  problem = $derived.by(() => findDraftProblem(this.draft, this.former.isRaw));
  isChanged = $derived.by(() => JSON.stringify(this.draft) !== this.#before);
  readonly #before: string;

  constructor(id: number | null, former: Conversation) {
    this.id = id;
    this.former = former;
    this.draft = toDraft(former);
    this.#before = JSON.stringify(this.draft);
  }

  toConversation(): Conversation {
    return toConversation($state.snapshot(this.draft), this.former);
  }
}
