/** What comes with the page: data sets by their index, and the texts about them and the model. */
import {
  BUNDLED_SETS,
  fetchBundledText,
  fetchText,
  fillIn,
  toFieldValues,
  toSetTitle,
  type BundledPrompt,
  type BundledSet,
} from "@/data/bundled";
import type { DataSource } from "@/worker/protocol";

export type Library = {
  /** In the order of the picker; the page opens with the first. */
  sets: readonly BundledSet[];
  /** Text of a file in `datasets/`. */
  readFile(file: string): Promise<string>;
  readModelCard(): Promise<string>;
};

/** The real one. Texts are fetched when they are asked for. */
export function openLibrary(baseUrl: string): Library {
  return {
    sets: BUNDLED_SETS,
    readFile: fetchBundledText,
    readModelCard: () => fetchText(`${baseUrl}models/tabtune-base/README.md`, "The model's card"),
  };
}

/** What the page opens with; null where no set came with it. */
export function firstSource({ sets: [first] }: Library): DataSource | null {
  return first ? { kind: "bundled", name: first.name } : null;
}

export function findSet({ sets }: Library, source: DataSource | null): BundledSet | null {
  if (source?.kind !== "bundled") return null;
  return sets.find(({ name }) => name === source.name) ?? null;
}

/** What is being read, in words. */
export function toSourceTitle(library: Library, source: DataSource): string {
  if (source.kind === "made") return "made examples";
  const set = findSet(library, source);
  return set ? set.title : source.name;
}

/** The prompts that this source's index row wants pinned, with its names filled in. */
export function toPrompts(library: Library, source: DataSource | null): BundledPrompt[] {
  const set = findSet(library, source);
  if (!set || source?.kind !== "bundled") return [];
  return fillIn(set.prompts, toFieldValues(set, source.values));
}

/** The source of data with this name; null for foreign data, and where filled-in names are unknown. */
export function findSource({ sets }: Library, dataName: string): DataSource | null {
  const set = sets.find((one) => one.fields.length === 0 && toSetTitle(one, {}) === dataName);
  return set ? { kind: "bundled", name: set.name } : null;
}
