import { AppError } from "@/core/errors";
import {
  explainNothingUsable,
  recognizeColumns,
  toConversations,
  type ColumnMapping,
} from "./columns";
import type { Conversation, DataProblem } from "./conversation";
import { parseRecords, type DataRecord } from "./parse/parse";

/** A data set as read from one file. */
export type Dataset = {
  name: string;
  records: DataRecord[];
  conversations: Conversation[];
  /** What is not even a record: the part of `problems` that no mapping can change. */
  parseProblems: DataProblem[];
  /** All that could not be used, by line. */
  problems: DataProblem[];
  /** Column names, most frequent first. */
  columns: string[];
  mapping: ColumnMapping;
};

/**
 * Text of a file → conversations. Without a mapping the columns are recognized, and a file with
 * nothing usable throws `data/nothing-usable`; with one, its problems come back in the result.
 */
export function readDataset(name: string, text: string, mapping?: ColumnMapping): Dataset {
  const parsed = parseRecords(text);
  return buildDataset(name, parsed.records, parsed.problems, mapping);
}

/** The same records under another mapping, which is a person's choice: problems come back, nothing is thrown. */
export function remapDataset(dataset: Dataset, mapping: ColumnMapping): Dataset {
  return buildDataset(dataset.name, dataset.records, dataset.parseProblems, mapping);
}

/** Records that did not come from a file, such as made ones. */
export function readRecords(name: string, values: readonly Record<string, unknown>[]): Dataset {
  const records = values.map((value, i) => ({ line: i + 1, value }));
  return buildDataset(name, records, []);
}

function buildDataset(
  name: string,
  records: DataRecord[],
  parseProblems: DataProblem[],
  chosen?: ColumnMapping,
): Dataset {
  const recognized = recognizeColumns(records);
  const mapping = chosen ?? recognized.mapping;
  const { conversations, problems } = toConversations(records, mapping);
  const all = [...parseProblems, ...problems].sort((a, b) => a.line - b.line);
  if (conversations.length === 0 && !chosen) {
    const { columns } = recognized;
    throw new AppError("data/nothing-usable", explainNothingUsable(columns, all), { name });
  }
  const { columns } = recognized;
  return { name, records, conversations, parseProblems, problems: all, columns, mapping };
}
