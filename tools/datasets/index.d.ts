export type Entry = {
  name: string;
  title: string;
  file: string;
  card: string;
  use: "training" | "evaluation";
  columns: string[];
  license: string;
  description: string;
  prompts: { instruction: string; input: string; expected: string; note: string }[];
  fields: { key: string; label: string; value: string; help: string }[];
};
/** A record, or a line that is faulty on purpose. */
export type MadeRecord = Record<string, unknown> | string;
export const GENERATORS: { entry: Entry; make: () => MadeRecord[] }[];
export function toLines(records: MadeRecord[]): string;
export function writeIndex(sets: { entry: Entry; records: MadeRecord[] }[]): Promise<string>;
