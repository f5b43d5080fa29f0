import { expect, it } from "vitest";
import { normalizeAnswer } from "@/core/scoring";
import { normalizeAnswer as normalizeInTools } from "./define.js";

it.each(["  The  Cat. ", "A.B.", "Ünï\n.", "", "..."])(
  "the page normalizes %j as the curriculum does",
  (text) => {
    expect(normalizeAnswer(text)).toBe(normalizeInTools(text));
  },
);
