// The data sets in the order of the page's picker, and datasets/index.json, which tells the page of them.
import { format } from "prettier";

// While the generators are being written, one that is missing is left out.
const FILES = [
  "firstAnswers.js",
  "unseenFacts.js",
  "unseenPhrasings.js",
  "unseenKinds.js",
  "storyWriter.js",
  "helperChat.js",
  "stepByStep.js",
  "stepByStepPlain.js",
  "persona.js",
  "messy.js",
  "ordinaryProse.js",
];

const load = async (file) => {
  const { existsSync } = await import("node:fs");
  const url = new URL(file, import.meta.url);
  return existsSync(url) ? [await import(url.href)] : [];
};

/** Each one: `entry`, a set's row of the index without its count, and `make()`, its records. */
export const GENERATORS = (await Promise.all(FILES.map(load))).flat();

/** A set's file: one record a line. A record may be a line already (messy has faulty ones). */
export const toLines = (records) =>
  records
    .map((record) => (typeof record === "string" ? record : JSON.stringify(record)))
    .map((line) => `${line}\n`)
    .join("");

/** Text of index.json from [{ entry, records }], laid out as Prettier wants it. */
export function writeIndex(sets) {
  const rows = sets.map(({ entry, records }) => {
    const { name, title, file, card, use, ...rest } = entry;
    return { name, title, file, card, use, records: records.length, ...rest };
  });
  return format(JSON.stringify(rows, null, 2), { parser: "json", printWidth: 100 });
}
