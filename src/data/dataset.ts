import { AppError } from "@/core/errors";
import {
  convertRecords,
  explainNothingUsable,
  recognizeColumns,
  type ColumnMapping,
} from "./columns";
import type { Conversation, DataNote, DataProblem, DataUse } from "./conversation";
import type { QuestionSet } from "./evaluationSet";
import type { FormatOption } from "./formats/format";
import { findFormat } from "./formats/table";
import { finish, finishInPieces, type InPieces, type Waiting } from "./inPieces";
import type { PickedMix } from "./mix/mix";
import { parseRecords, type DataRecord, type ParsedRecords } from "./parse/parse";

/** A data set as read from one file. */
export type Dataset = {
  name: string;
  /** What the format is for; prompts without answers are an evaluation set. */
  use: DataUse;
  records: DataRecord[];
  conversations: Conversation[];
  /** What is not even a record: the part of `problems` that no mapping can change. */
  parseProblems: DataProblem[];
  /** All that could not be used, by line. */
  problems: DataProblem[];
  /** What was done to records that are used, and to the file as a whole. */
  notes: DataNote[];
  /** The part of `notes` that no mapping can change. */
  parseNotes: DataNote[];
  /** Column names, most frequent first. */
  columns: string[];
  mapping: ColumnMapping;
  /** What can be decided about the format; a choice goes into `mapping.options`. */
  options: FormatOption[];
  /** What it can be measured with, beside the bundled sets. */
  questionSets: QuestionSet[];
  /** What it was mixed of, where it is a mix. */
  mix?: PickedMix;
};

/** What a data set is built from again when its mapping changes. */
export type DatasetSource = Pick<Dataset, "name" | "records" | "parseProblems"> &
  Partial<Pick<Dataset, "parseNotes" | "questionSets">>;

/**
 * Text of a file → conversations. Without a mapping the columns are recognized, and a file with
 * nothing usable throws `data/nothing-usable`, unless it has columns to choose from; with one, its
 * problems come back in the result.
 */
export function readDataset(name: string, text: string, mapping?: ColumnMapping): Dataset {
  return finish(buildDataset(toSource(name, parseRecords(text)), mapping));
}

/** The same records under another mapping, which is a person's choice: problems come back, nothing is thrown. */
export function remapDataset(dataset: DatasetSource, mapping: ColumnMapping): Dataset {
  return finish(buildDataset(dataset, mapping));
}

/** `remapDataset`, letting others have their turn every 30 ms. */
export function remapDatasetInPieces(
  dataset: DatasetSource,
  mapping: ColumnMapping,
  waiting: Waiting = {},
): Promise<Dataset> {
  return finishInPieces(buildDataset(dataset, mapping), waiting);
}

/** Records that did not come from a file, such as made ones. */
export function readRecords(
  name: string,
  values: readonly Record<string, unknown>[],
  questionSets: QuestionSet[] = [],
): Dataset {
  const records = values.map((value, i) => ({ line: i + 1, value }));
  return finish(buildDataset({ name, records, parseProblems: [], questionSets }));
}

/** What a reader of files found, as the source of a data set. */
export function toSource(
  name: string,
  { records, problems, notes = [] }: ParsedRecords,
): DatasetSource {
  return { name, records, parseProblems: problems, parseNotes: notes };
}

/** Conversations of records, yielding about every millisecond. Without a mapping the columns are recognized. */
export function* buildDataset(
  { name, records, parseProblems, parseNotes = [], questionSets = [] }: DatasetSource,
  chosen?: ColumnMapping,
): InPieces<Dataset> {
  const { columns, mapping: recognized } = recognizeColumns(records);
  yield;
  const mapping = chosen ?? recognized;
  const converted = yield* convertRecords(records, mapping);
  const { conversations, options } = converted;
  const problems = [...parseProblems, ...converted.problems].sort((a, b) => a.line - b.line);
  if (conversations.length === 0 && !chosen && !isForAPersonToMap(records, columns, mapping)) {
    throw new AppError("data/nothing-usable", explainNothingUsable(columns, problems), { name });
  }
  const notes = [...parseNotes, ...converted.notes];
  const { use } = findFormat(mapping.format);
  return {
    name,
    use,
    records,
    conversations,
    parseProblems,
    problems,
    notes,
    parseNotes,
    columns,
    mapping,
    options,
    questionSets,
  };
}

/** A table whose column names nobody knows, such as those of another language: a person can tell which is which. */
function isForAPersonToMap(
  records: readonly DataRecord[],
  columns: readonly string[],
  { format, columns: mapped }: ColumnMapping,
): boolean {
  const lacks = findFormat(format).fields.some(
    ({ key, isRequired }) => isRequired && (mapped[key] ?? null) === null,
  );
  return records.length > 0 && columns.length > 1 && lacks;
}
