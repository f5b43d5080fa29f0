/** Which columns of a file are which fields of a format, and records read through that mapping. */
import type { Conversation, DataNote, DataProblem } from "./conversation";
import {
  Conversions,
  Row,
  type Format,
  type FormatField,
  type FormatOption,
} from "./formats/format";
import type { FormatId } from "./formats/format";
import { findFormat, FORMATS } from "./formats/table";
import { finish, type InPieces } from "./inPieces";
import type { DataRecord } from "./parse/records";

export type { FormatId, FormatOption } from "./formats/format";
export { FORMATS } from "./formats/table";

export type ColumnMapping = {
  format: FormatId;
  /** From a format's field to a column name; null = not in the file. */
  columns: Record<string, string | null>;
  /** What was chosen for the format's options; what is absent has its initial value. */
  options?: Record<string, string>;
};

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
  const file: FileColumns = { records, columns, counts, byName: new Map() };
  // Of columns whose names differ only in case the most frequent is meant.
  for (const column of columns.toReversed()) file.byName.set(column.trim().toLowerCase(), column);
  const guesses = FORMATS.map((format) => guessMapping(format, file));
  const best = guesses.reduce((left, right) => (isBetter(right, left) ? right : left));
  const isNothingFound = best.required === 0 && best.found === 0;
  const chosen = isNothingFound ? guesses.find(({ mapping }) => mapping.format === "alpaca") : best;
  return { columns, mapping: (chosen ?? best).mapping };
}

type Guess = {
  mapping: ColumnMapping;
  /** Records that have the rarest required column; 0 where one is missing. */
  records: number;
  isFallback: boolean;
  /** Share of the required fields with a column. */
  required: number;
  found: number;
};

/** A fallback's columns are in most files, so it needs this many times the records of a real format. */
const FALLBACK_FACTOR = 10;

function isBetter(a: Guess, b: Guess): boolean {
  const weight = ({ isFallback, records }: Guess): number =>
    isFallback ? records / FALLBACK_FACTOR : records;
  return weight(a) !== weight(b) ? weight(a) > weight(b) : a.required > b.required;
}

type FileColumns = {
  records: readonly DataRecord[];
  columns: readonly string[];
  /** Records by column. */
  counts: ReadonlyMap<string, number>;
  /** Columns by their trimmed name in lower case. */
  byName: Map<string, string>;
};

function guessMapping(format: Format, { records, columns, counts, byName }: FileColumns): Guess {
  const mapped = format.fields.map((field) => [field, findColumn(field, byName)] as const);
  const required = mapped.filter(([field]) => field.isRequired);
  const found = required.filter(([, column]) => column !== null);
  const isWhole = found.length === required.length;
  const isRefused = isWhole && format.accepts?.(records, columns) === false;
  return {
    mapping: {
      format: format.id,
      columns: Object.fromEntries(mapped.map(([field, column]) => [field.key, column])),
    },
    records: isRefused
      ? 0
      : Math.min(...required.map(([, column]) => counts.get(column ?? "") ?? 0)),
    isFallback: format.isFallback ?? false,
    required: isRefused ? 0 : found.length / required.length,
    found: isRefused ? 0 : mapped.filter(([, column]) => column !== null).length,
  };
}

function findColumn({ aliases }: FormatField, byName: ReadonlyMap<string, string>): string | null {
  const alias = aliases.find((name) => byName.has(name));
  return alias === undefined ? null : (byName.get(alias) ?? null);
}

/** What the records are under a mapping. */
export type Converted = {
  conversations: Conversation[];
  problems: DataProblem[];
  notes: DataNote[];
  /** What can be decided about the format, with the choices that these records leave. */
  options: FormatOption[];
};

/** Every record as conversations, or as a problem with its line. Throws `data/bad-mapping` for an unknown format. */
export function toConversations(records: readonly DataRecord[], mapping: ColumnMapping): Converted {
  return finish(convertRecords(records, mapping));
}

/** Records between two yields while they are only looked at: about a millisecond. */
const YIELD_EVERY = 4096;

/** The same, yielding about every millisecond. */
export function* convertRecords(
  records: readonly DataRecord[],
  mapping: ColumnMapping,
): InPieces<Converted> {
  const format = findFormat(mapping.format);
  const out = new Conversions();
  const columns = chosenColumns(format, mapping);
  const missing = format.fields.filter(({ isRequired, key }) => isRequired && !columns.has(key));
  const [first] = records;
  if (missing.length > 0) {
    const labels = missing.map((field) => field.label).join(" and ");
    const reason = `No record can be read: no column is chosen for ${labels}.`;
    if (first) out.addProblem(first, reason);
    return { conversations: [], problems: out.problems, notes: [], options: [] };
  }
  const rows: Row[] = [];
  for (const [i, record] of records.entries()) {
    if (i % YIELD_EVERY === 0) yield;
    const absent = findAbsent(format, columns, record);
    if (absent === null) rows.push(new Row(record, columns));
    else out.addProblem(record, `There is no column "${absent}" in this record.`);
  }
  const options = format.options?.(rows) ?? [];
  yield* format.convert(rows, (key) => choose(options, mapping, key), out);
  const { conversations, problems, notes } = out;
  return { conversations, problems: problems.sort(byLine), notes, options };
}

const byLine = (a: DataProblem, b: DataProblem): number => a.line - b.line;

function chosenColumns(format: Format, mapping: ColumnMapping): Map<string, string> {
  const columns = new Map<string, string>();
  for (const { key } of format.fields) {
    const column = Object.hasOwn(mapping.columns, key) ? mapping.columns[key] : null;
    if (typeof column === "string") columns.set(key, column);
  }
  return columns;
}

/** The first required column that a record lacks, or null. */
function findAbsent(
  { fields }: Format,
  columns: ReadonlyMap<string, string>,
  { value }: DataRecord,
): string | null {
  for (const { key, isRequired } of fields) {
    const column = columns.get(key);
    if (isRequired && column !== undefined && !Object.hasOwn(value, column)) return column;
  }
  return null;
}

/** A choice that the records do not offer (as after a change of columns) falls back to the initial one. */
function choose(
  options: readonly FormatOption[],
  { options: chosen }: ColumnMapping,
  key: string,
): string {
  const option = options.find((candidate) => candidate.key === key);
  if (!option) throw new Error(`choose: the format has no option ${key}`);
  const value = chosen && Object.hasOwn(chosen, key) ? chosen[key] : undefined;
  return option.choices.some((choice) => choice.value === value) && value !== undefined
    ? value
    : option.initial;
}

/** The formats that an error shows: those that people write by hand. */
const SHOWN: readonly FormatId[] = ["messages", "alpaca", "prompt-completion", "question-answer"];

/** A text for a person whose file has no usable record: what was found, and an example of the usual formats. */
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
  const examples = SHOWN.map(findFormat)
    .map(({ title, example }) => `${title}: ${JSON.stringify(example)}`)
    .join("\n");
  return `No record can be used. ${found}${why}\nA line must look like one of these:\n${examples}`;
}
