/** The records in a table: found, sorted, told in few words, and opened one by one. */
import { AppError } from "@/core/errors";
import type { Conversation } from "@/data/conversation";
import { exportData } from "@/data/exportData";
import { createTemplate } from "@/data/templates/createTemplate";
import { joinText, renderRaw } from "@/data/templates/template";
import type { DataSession } from "./dataSession";
import { viewConversation } from "./exampleView";
import type {
  ExportedRecords,
  RecordState,
  RecordView,
  TableApi,
  TableQuery,
  TableRow,
  TableView,
} from "./protocol/table";
import type { TrainerState } from "./trainerState";

/** Characters of a text in a row: more than the widest column shows. */
const PREVIEW_LENGTH = 160;

/** Categories offered to choose from: a menu of thousands is none, and takes seconds to draw. */
const MOST_CATEGORIES = 200;

/** The part of a data session that a table looks at. */
type TableSource = Pick<DataSession, "edited" | "counted" | "dataset">;

export class DataTable {
  readonly #session: TableSource;

  constructor(session: TableSource) {
    this.#session = session;
  }

  query(query: TableQuery): TableView {
    const { edited, counted } = this.#session;
    const candidates = query.ids ?? [...edited.all.keys()];
    const fits = this.#createFilter(query);
    const found = candidates.filter((id) => id < edited.all.length && fits(id));
    return {
      ids: this.#sort(found, query.sort),
      recordCount: edited.all.length,
      unit: counted ? "tokens" : "characters",
      ...countCategories(edited.all),
    };
  }

  rows(ids: readonly number[]): TableRow[] {
    const { edited } = this.#session;
    return ids.filter((id) => id < edited.all.length).map((id) => this.#toRow(id));
  }

  open(id: number): RecordView | null {
    const { edited, counted, dataset } = this.#session;
    const conversation = edited.all[id];
    if (!conversation) return null;
    const record = edited.isAdded(id)
      ? undefined
      : dataset.records.find(({ line }) => line === conversation.line);
    const { reason, tokens, tokenCount } = viewConversation(conversation, counted);
    return {
      id,
      conversation,
      state: this.#stateOf(id),
      edited: this.#editedOf(id),
      reason,
      tokens,
      tokenCount,
      raw: record ? JSON.stringify(record.value, null, 2) : null,
      text: this.#render(conversation),
    };
  }

  #createFilter({ text, category, state, length }: TableQuery): (id: number) => boolean {
    const { edited } = this.#session;
    const needle = text.trim().toLowerCase();
    const { min, max } = length;
    const hasLength = min !== null || max !== null;
    return (id) => {
      const conversation = edited.get(id);
      if (category !== null && (conversation.category ?? "") !== category) return false;
      if (state === "edited" && this.#editedOf(id) === null) return false;
      if (state !== "all" && state !== "edited" && this.#stateOf(id) !== state) return false;
      if (hasLength) {
        const size = this.#lengthOf(conversation);
        if (size === null || size < (min ?? 0) || size > (max ?? Infinity)) return false;
      }
      return needle === "" || contains(conversation, needle);
    };
  }

  #sort(ids: number[], { by, isDescending }: TableQuery["sort"]): number[] {
    const { edited } = this.#session;
    const sign = isDescending ? -1 : 1;
    if (by === "line") return ids.sort((a, b) => sign * (a - b));
    if (by === "category") {
      const nameOf = (id: number) => edited.get(id).category ?? "";
      return ids.sort((a, b) => sign * compareText(nameOf(a), nameOf(b)) || a - b);
    }
    const sizes = new Map(ids.map((id) => [id, this.#lengthOf(edited.get(id))]));
    // What was not counted stands last, whichever way.
    const last = isDescending ? -1 : Infinity;
    const sizeOf = (id: number) => sizes.get(id) ?? last;
    return ids.sort((a, b) => sign * (sizeOf(a) - sizeOf(b)) || a - b);
  }

  #toRow(id: number): TableRow {
    const conversation = this.#session.edited.get(id);
    const { messages, line, category = "", times = 1 } = conversation;
    const asked = messages.find(({ role }) => role === "user");
    const answer = messages.findLast(({ role }) => role === "assistant");
    return {
      id,
      line,
      prompt: shorten(asked?.input ? `${asked.content} ${asked.input}` : (asked?.content ?? "")),
      answer: shorten(answer?.content ?? ""),
      turnCount: messages.filter(({ role }) => role === "assistant").length,
      category,
      times,
      length: this.#lengthOf(conversation),
      state: this.#stateOf(id),
      edited: this.#editedOf(id),
    };
  }

  #stateOf(id: number): RecordState {
    const { edited, counted } = this.#session;
    if (edited.isExcluded(id)) return "excluded";
    const conversation = edited.get(id);
    const result = counted?.results.get(conversation);
    if (result?.example === null) return "left-out";
    return counted?.heldOut.has(conversation) ? "held-out" : "train";
  }

  #editedOf(id: number): TableRow["edited"] {
    const { edited } = this.#session;
    if (edited.isAdded(id)) return "added";
    return edited.isChanged(id) ? "rewritten" : null;
  }

  #lengthOf(conversation: Conversation): number | null {
    const { counted } = this.#session;
    if (counted) return counted.results.get(conversation)?.tokenCount ?? null;
    return conversation.messages.reduce(
      (sum, { content, input = "" }) => sum + content.length + input.length,
      0,
    );
  }

  #render({ messages, isRaw }: Conversation): string | null {
    const { counted } = this.#session;
    if (!counted) return null;
    try {
      const segments = isRaw ? renderRaw(messages) : counted.template.render(messages);
      return joinText(segments, counted.tokenizer.eosToken);
    } catch (thrown) {
      // A model's own template may refuse it; the record's reason says so.
      if (thrown instanceof AppError) return null;
      throw thrown;
    }
  }
}

function contains({ messages, category = "" }: Conversation, needle: string): boolean {
  if (category.toLowerCase().includes(needle)) return true;
  return messages.some(
    ({ content, input }) =>
      content.toLowerCase().includes(needle) || (input?.toLowerCase().includes(needle) ?? false),
  );
}

function countCategories(
  conversations: readonly Conversation[],
): Pick<TableView, "categories" | "categoryCount"> {
  const counts = new Map<string, number>();
  for (const { category = "" } of conversations) {
    counts.set(category, (counts.get(category) ?? 0) + 1);
  }
  // A set in which nothing has a category has none.
  if (counts.size === 1 && counts.has("")) return { categories: [], categoryCount: 0 };
  const all = [...counts]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || compareText(a.name, b.name));
  return { categories: all.slice(0, MOST_CATEGORIES), categoryCount: all.length };
}

/** By code units: the same order on every machine. */
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The beginning as one line. */
function shorten(text: string): string {
  const line = text.slice(0, 2 * PREVIEW_LENGTH).replace(/\s+/gu, " ");
  const isWhole = line.length <= PREVIEW_LENGTH && text.length <= 2 * PREVIEW_LENGTH;
  return isWhole ? line.trim() : `${line.slice(0, PREVIEW_LENGTH).trimEnd()}…`;
}

/** The trainer's methods about the table. */
export function createTableApi(state: Pick<TrainerState, "data" | "requireModel">): TableApi {
  const table = new DataTable(state.data);
  return {
    queryTable: (query) => Promise.resolve(table.query(query)),
    readRows: (ids) => Promise.resolve(table.rows(ids)),
    openRecord: (id) => Promise.resolve(table.open(id)),

    exportRecords(form, config) {
      const { conversations } = state.data.edited;
      const exported =
        form === "prompt-completion"
          ? exportData(
              conversations,
              form,
              createTemplate(config.template, state.requireModel().tokenizer),
            )
          : exportData(conversations, form);
      const { text, records, skipped } = exported;
      const exportedFile: ExportedRecords = {
        fileName: `${toFileStem(state.data.dataset.name)}-${form}.jsonl`,
        blob: new Blob([text], { type: "application/jsonl" }),
        records,
        skipped,
      };
      return Promise.resolve(exportedFile);
    },
  };
}

/** A data set's name without its ending and without what a file name may not hold. */
function toFileStem(name: string): string {
  const stem = name.replace(/\.\w{1,7}$/, "").replace(/[^\p{L}\p{N}.-]+/gu, "-");
  return stem.replace(/^[-.]+|[-.]+$/g, "").toLowerCase() || "data";
}
