import type { DataNote, DataProblem, MadeMark } from "../conversation";

/**
 * One object of a file. `line` is its line, or its number in a JSON list or a Parquet file, from 1;
 * `file` names the file where an archive holds several.
 */
export type DataRecord = { line: number; value: Record<string, unknown>; file?: string };

export type ParsedRecords = {
  records: DataRecord[];
  problems: DataProblem[];
  /** What a person should know about how the file was read. */
  notes?: DataNote[];
};

/**
 * Deepest nesting of a record. Conversations nest a few levels, trees of them some dozen; far deeper
 * ones exhaust the stack of whatever walks them.
 */
const MAX_DEPTH = 500;

/**
 * Most problems listed one by one: a file of other kind has one on every line, and ten thousand are
 * more than anyone reads. The rest is counted.
 */
export const MAX_LISTED_PROBLEMS = 10_000;

/** True for what JSON calls an object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a JSON value is, in words. */
export function describeValue(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return "a text";
  if (typeof value === "number") return "a number";
  if (typeof value === "boolean") return "true or false";
  return value === undefined ? "nothing" : "an object";
}

/** A value as text: numbers are written out, nothing is "", lists and objects are null. */
export function toText(value: unknown): string | null {
  if (typeof value === "string") return value;
  if (value === undefined || value === null) return "";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return null;
}

/** The mark of a record that was made here, or undefined; a file may use the word for something else. */
export function readMade({ made }: Record<string, unknown>): MadeMark | undefined {
  if (!isObject(made) || typeof made["how"] !== "string") return undefined;
  const { how, passage } = made;
  return typeof passage === "string" ? { how, passage } : { how };
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  for (const inner of Object.values(value)) if (isDeeperThan(inner, levels - 1)) return true;
  return false;
}

/** Collects records and problems; past the limit problems are only counted. */
export class RecordCollector {
  readonly records: DataRecord[] = [];
  readonly #problems: DataProblem[] = [];
  #unlisted = 0;
  #lastLine = 0;

  get hasRecords(): boolean {
    return this.records.length > 0;
  }

  /** Adds a parsed value: an object is a record, all else a problem. */
  addValue(line: number, value: unknown): void {
    if (isObject(value)) {
      if (isDeeperThan(value, MAX_DEPTH)) {
        this.addProblem(line, `It is nested more than ${MAX_DEPTH} levels deep.`);
      } else this.records.push({ line, value });
    } else this.addProblem(line, `This is ${describeValue(value)}, not a record in { }.`);
  }

  /** True once problems are only counted, so that their reasons need not be found. */
  get isFull(): boolean {
    return this.#problems.length >= MAX_LISTED_PROBLEMS;
  }

  addProblem(line: number, reason: string): void {
    this.#lastLine = line;
    if (this.isFull) this.#unlisted++;
    else this.#problems.push({ line, reason });
  }

  finish(): ParsedRecords {
    const problems = [...this.#problems];
    if (this.#unlisted > 0) {
      const reason = `${this.#unlisted} more lines like these, up to here, cannot be read either.`;
      problems.push({ line: this.#lastLine, reason });
    }
    return { records: this.records, problems };
  }
}
