/** The fake trainer's records: edits and the table work as the real ones, counts are made up. */
import type { Conversation } from "@/data/conversation";
import { readRecords } from "@/data/dataset";
import { EditedData, type DataEdit } from "@/data/edits/edits";
import { finish } from "@/data/inPieces";
import { createProfile, type Profile } from "@/data/profile/profile";
import { DataTable } from "@/worker/dataTable";
import { DataDoctor } from "@/worker/doctor";
import type { DatasetSummary } from "@/worker/protocol";
import type { RecordView, TableRow } from "@/worker/protocol/table";
import { createExample, FAKE_DATASET } from "./fakeScript";

const CATEGORIES = ["fact", "task", "riddle"];

export class FakeData {
  readonly #dataset = readRecords(
    FAKE_DATASET.name,
    Array.from({ length: FAKE_DATASET.recordCount }, (_, i) => toRecord(i)),
  );
  readonly #edited = new EditedData(this.#dataset.conversations);
  readonly table = new DataTable({
    edited: this.#edited,
    dataset: this.#dataset,
    counted: null,
  });

  readonly doctor = new DataDoctor({
    edited: this.#edited,
    dataset: this.#dataset,
    edit: (edit, label) => this.edit(edit, label),
  });

  get conversations(): readonly Conversation[] {
    return this.#edited.conversations;
  }

  edit(edit: DataEdit, label: string): DatasetSummary {
    this.#edited.apply(edit, label);
    return this.#summarize();
  }

  undo(): DatasetSummary {
    this.#edited.undo();
    return this.#summarize();
  }

  profile(maxSeqLen: number): Profile {
    const lengthOf = ({ line }: Conversation) => {
      const { tokens } = createExample(Math.max(0, line - 1));
      const trainedCount = tokens.filter(({ kind }) => kind === "trained").length;
      return { tokenCount: tokens.length, trainedCount };
    };
    return finish(createProfile(this.conversations, { maxSeqLen, lengthOf }));
  }

  rows(ids: number[]): TableRow[] {
    return this.table.rows(ids).map((row) => ({ ...row, state: this.#stateOf(row.id, row.state) }));
  }

  open(id: number): RecordView | null {
    const record = this.table.open(id);
    if (!record) return null;
    const { reason, tokens, tokenCount } = createExample(id);
    const text = tokens.map(({ piece }) => piece.replaceAll("⏎", "\n")).join("");
    return { ...record, reason, tokens, tokenCount, text, state: this.#stateOf(id, record.state) };
  }

  #stateOf(id: number, state: TableRow["state"]): TableRow["state"] {
    if (state === "excluded" || this.#edited.isAdded(id)) return state;
    const { state: counted } = createExample(id);
    return counted === "excluded" ? "left-out" : counted;
  }

  #summarize(): DatasetSummary {
    const { conversations, excludedCount: excludedByHand, undoLabel } = this.#edited;
    return { ...FAKE_DATASET, recordCount: conversations.length, excludedByHand, undoLabel };
  }
}

function toRecord(index: number): Record<string, unknown> {
  const [question, answer] = createExample(index).conversation.messages;
  return {
    instruction: question?.content,
    input: question?.input ?? "",
    output: answer?.content,
    category: CATEGORIES[index % CATEGORIES.length],
  };
}
