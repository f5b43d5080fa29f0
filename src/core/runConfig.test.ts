import { expect, it } from "vitest";
import { defaultRunConfig } from "./runConfig";

it.each([
  [1, 10],
  [96, 10],
  [290, 7],
  [456, 4],
  [1187, 4],
  [2400, 2],
  [52_002, 1],
])("%i records are read %i times", (recordCount, epochs) => {
  expect(defaultRunConfig(null, "lora", recordCount).epochs).toBe(epochs);
});
