/** The fake trainer's records, with edits that work as the real ones. */
import { EditedData, type DataEdit } from "@/data/edits/edits";
import type { DatasetSummary } from "@/worker/protocol";
import { createExample, FAKE_DATASET } from "./fakeScript";

export class FakeData {
  readonly edited = new EditedData(
    Array.from({ length: FAKE_DATASET.recordCount }, (_, i) => createExample(i).conversation),
  );

  edit(edit: DataEdit, label: string): DatasetSummary {
    this.edited.apply(edit, label);
    return this.#summarize();
  }

  undo(): DatasetSummary {
    this.edited.undo();
    return this.#summarize();
  }

  #summarize(): DatasetSummary {
    const { conversations, excludedCount: excludedByHand, undoLabel } = this.edited;
    return { ...FAKE_DATASET, recordCount: conversations.length, excludedByHand, undoLabel };
  }
}
