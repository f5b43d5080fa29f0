// Passages for the perplexity of ordinary prose. Written once by tools/pretrain/prose_sample.py from a
// corpus that is not in the repository: here the file's own records are read, so that they stay.
import { readFileSync } from "node:fs";

export const entry = {
  name: "ordinary-prose",
  title: "Ordinary prose",
  file: "ordinary-prose.jsonl",
  card: "ordinary-prose.md",
  use: "evaluation",
  columns: ["text"],
  license: "Public domain in the US",
  description:
    "Passages of old children's books that the model has not read; only their loss is measured.",
  prompts: [],
  fields: [],
};

export function make() {
  const text = readFileSync(new URL(`../../datasets/${entry.file}`, import.meta.url), "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}
