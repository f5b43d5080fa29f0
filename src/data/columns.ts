/** Which columns of a file are which fields of a format, and records read through that mapping. */
import type { Conversation, DataProblem } from "./conversation";
import { findFormat, FORMATS, type Format, type FormatField, type FormatId } from "./formats";
import type { MessagesOrReason } from "./messages";
import type { DataRecord } from "./parse/records";

export { FORMATS, type FormatId } from "./formats";
/** `columns` maps a format's field to a column name; null = not in the file. */
export type ColumnMapping = { format: FormatId; columns: Record<string, string | null> };

/**
 * Column names of the records, most frequent first, and the mapping that fits best. Names match as a
 * whole, in any case. Where no format fits, required fields without a column are null.
 */
export function recognizeColumns(records: readonly DataRecord[]): {
  columns: string[];
  mapping: ColumnMapping;
} {
  const counts = new Map<string, number>();
  for (const { value } of records) {
    for (const name of Object.keys(value)) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  // Sorting is stable: columns as frequent as each other keep the file's order.
  const columns = [...counts.keys()].sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0));
  const guesses = FORMATS.map((format) => guessMapping(format, columns, counts));
  const best = guesses.reduce((left, right) => (isBetter(right, left) ? right : left));
  const isNothingFound = best.required === 0 && best.found === 0;
  const chosen = isNothingFound ? guesses.find(({ mapping }) => mapping.format === "alpaca") : best;
  return { columns, mapping: (chosen ?? best).mapping };
}

type Guess = {
  mapping: ColumnMapping;
  /** Records that have the rarest required column; 0 where one is missing. */
  records: number;
  /** Share of the required fields with a column. */
  required: number;
  found: number;
};

const isBetter = (a: Guess, b: Guess): boolean =>
  a.records !== b.records ? a.records > b.records : a.required > b.required;

function guessMapping(
  format: Format,
  columns: readonly string[],
  counts: ReadonlyMap<string, number>,
): Guess {
  const mapped = format.fields.map((field) => [field, findColumn(field, columns)] as const);
  const required = mapped.filter(([field]) => field.isRequired);
  const found = required.filter(([, column]) => column !== null);
  return {
    mapping: {
      format: format.id,
      columns: Object.fromEntries(mapped.map(([field, column]) => [field.key, column])),
    },
    records: Math.min(...required.map(([, column]) => counts.get(column ?? "") ?? 0)),
    required: found.length / required.length,
    found: mapped.filter(([, column]) => column !== null).length,
  };
}

function findColumn(field: FormatField, columns: readonly string[]): string | null {
  for (const alias of field.aliases) {
    const column = columns.find((name) => name.trim().toLowerCase() === alias);
    if (column !== undefined) return column;
  }
  return null;
}

/** Every record as a conversation, or as a problem with its line. Throws `data/bad-mapping` for an unknown format. */
export function toConversations(
  records: readonly DataRecord[],
  mapping: ColumnMapping,
): { conversations: Conversation[]; problems: DataProblem[] } {
  const format = findFormat(mapping.format);
  const missing = format.fields.filter(
    (field) => field.isRequired && columnOf(mapping, field.key) === null,
  );
  const [first] = records;
  if (missing.length > 0) {
    const labels = missing.map((field) => field.label).join(" and ");
    const reason = `No record can be read: no column is chosen for ${labels}.`;
    return { conversations: [], problems: first ? [{ line: first.line, reason }] : [] };
  }
  const conversations: Conversation[] = [];
  const problems: DataProblem[] = [];
  for (const { line, value } of records) {
    const result = readRecord(format, mapping, value);
    if ("reason" in result) problems.push({ line, reason: result.reason });
    else conversations.push({ line, messages: result.messages, isRaw: format.isRaw });
  }
  return { conversations, problems };
}

function columnOf(mapping: ColumnMapping, key: string): string | null {
  return Object.hasOwn(mapping.columns, key) ? (mapping.columns[key] ?? null) : null;
}

function readRecord(
  format: Format,
  mapping: ColumnMapping,
  value: Record<string, unknown>,
): MessagesOrReason {
  for (const field of format.fields) {
    const column = columnOf(mapping, field.key);
    if (field.isRequired && column !== null && !Object.hasOwn(value, column)) {
      return { reason: `There is no column "${column}" in this record.` };
    }
  }
  return format.toMessages((key) => {
    const column = columnOf(mapping, key);
    return column !== null && Object.hasOwn(value, column) ? value[column] : undefined;
  });
}

/** A text for a person whose file has no usable record: what was found, and an example of each format. */
export function explainNothingUsable(
  columns: readonly string[],
  problems: readonly DataProblem[],
): string {
  const found =
    columns.length > 0
      ? `Columns found: ${columns.slice(0, 12).join(", ")}.`
      : "No record was found in it.";
  const [first] = problems;
  const why = first ? ` Line ${first.line}: ${first.reason}` : "";
  const examples = FORMATS.map(
    (format) => `${format.title}: ${JSON.stringify(format.example)}`,
  ).join("\n");
  return `No record can be used. ${found}${why}\nA line must look like one of these:\n${examples}`;
}
