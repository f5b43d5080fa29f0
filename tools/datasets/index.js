// The data sets in the order of the page's picker, and datasets/index.json, which tells the page of them.
import { format } from "prettier";
import * as firstAnswers from "./firstAnswers.js";
import * as helperChat from "./helperChat.js";
import * as messy from "./messy.js";
import * as ordinaryProse from "./ordinaryProse.js";
import * as persona from "./persona.js";
import * as stepByStep from "./stepByStep.js";
import * as stepByStepPlain from "./stepByStepPlain.js";
import * as storyWriter from "./storyWriter.js";
import * as unseenFacts from "./unseenFacts.js";
import * as unseenKinds from "./unseenKinds.js";
import * as unseenPhrasings from "./unseenPhrasings.js";

/** Each one: `entry`, a set's row of the index without its count, and `make()`, its records. */
export const GENERATORS = [
  firstAnswers,
  unseenFacts,
  unseenPhrasings,
  unseenKinds,
  storyWriter,
  helperChat,
  stepByStep,
  stepByStepPlain,
  persona,
  messy,
  ordinaryProse,
];

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
