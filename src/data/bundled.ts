/** The data sets that come with the page: their index, their files, and names to fill in. */
import { AppError } from "@/core/errors";

/** A prompt worth pinning beside a set. `expected` is the wanted answer, or "". */
export type BundledPrompt = { instruction: string; input: string; expected: string; note: string };

/** A name that a person gives: {{key}} in the set's texts becomes the value. */
export type BundledField = { key: string; label: string; value: string; help: string };

export type FieldValues = Record<string, string>;

/** A row of `datasets/index.json`. */
export type BundledSet = {
  name: string;
  title: string;
  file: string;
  card: string;
  /** Evaluation sets only measure: trained on, they would measure nothing. */
  use: "training" | "evaluation";
  records: number;
  columns: string[];
  license: string;
  description: string;
  prompts: BundledPrompt[];
  /** Empty where there is nothing to fill in. */
  fields: BundledField[];
};

/** In the order of the picker. `tools/datasets/make.js` writes it. */
export const BUNDLED_SETS: readonly BundledSet[] =
  import.meta.glob<BundledSet[]>("/datasets/index.json", { import: "default", eager: true })[
    "/datasets/index.json"
  ] ?? [];

/** Addresses, not contents: a file is fetched when somebody asks for it. */
const URLS = import.meta.glob<string>(["/datasets/*.jsonl", "/datasets/*.md"], {
  query: "?url&no-inline",
  import: "default",
  eager: true,
});

/** Text of a file in `datasets/`. Throws `hub/failed`. */
export async function fetchBundledText(file: string): Promise<string> {
  const url = URLS[`/datasets/${file}`];
  if (url === undefined) throw new Error(`fetchBundledText: datasets/ has no file ${file}`);
  return fetchText(url, file);
}

/** Text of a file of this site. Throws `hub/failed`. */
export async function fetchText(url: string, name: string): Promise<string> {
  const response = await fetch(url).catch(() => null);
  if (response?.ok) return response.text();
  const why = response ? `status ${response.status}` : "no connection";
  throw new AppError("hub/failed", `${name}, a file of this page, could not be read (${why}).`, {
    url,
  });
}

/** Longest name that can be filled in: a longer one would crowd out the answer around it. */
const MAX_FIELD_LENGTH = 40;

/** What is wrong with a field's value, as a sentence; null when it can be used. */
export function findFieldProblem({ label }: BundledField, value: string): string | null {
  const { length } = value.trim();
  if (length === 0) return `“${label}” is empty: write a name.`;
  if (length <= MAX_FIELD_LENGTH) return null;
  return `“${label}” has ${length} characters; at most ${MAX_FIELD_LENGTH} fit.`;
}

/** A value for each field of the set, trimmed; where none is given, the set's own. The form has checked them. */
export function toFieldValues({ fields }: BundledSet, given: FieldValues = {}): FieldValues {
  return Object.fromEntries(
    fields.map((field) => {
      const value = given[field.key] ?? field.value;
      const problem = findFieldProblem(field, value);
      if (problem !== null) throw new Error(`toFieldValues: ${problem}`);
      return [field.key, value.trim()];
    }),
  );
}

/**
 * Replaces {{key}} in every text inside the value. It works on parsed records, so that quotes and
 * backslashes in a name are just characters; a filled-in text is not searched again.
 */
export function fillIn<T>(value: T, values: FieldValues): T {
  if (typeof value === "string") {
    return value.replace(/\{\{(\w+)\}\}/g, (found, key: string) =>
      Object.hasOwn(values, key) ? (values[key] ?? found) : found,
    ) as T;
  }
  if (Array.isArray(value)) {
    const items: unknown[] = value;
    return items.map((item) => fillIn(item, values)) as T;
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value as Record<string, unknown>);
  return Object.fromEntries(entries.map(([key, item]) => [key, fillIn(item, values)])) as T;
}

/** What the page calls the set, such as "Persona (Pip)": the first name tells two of them apart. */
export function toSetTitle(set: BundledSet, values: FieldValues): string {
  const [first] = set.fields;
  return first ? `${set.title} (${values[first.key] ?? first.value})` : set.title;
}
