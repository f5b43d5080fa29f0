// The word problems of step-by-step, answered without the steps: to tune both and compare.
import { toEntry, toRecords } from "./stepByStep.js";

const write = (_, answer) => `The answer is ${answer}.`;

export const entry = toEntry(
  "step-by-step-plain",
  "Step by step, without the steps",
  "The same small word problems in the same order, with the answer only.",
  write,
);

export const make = () => toRecords(write);
