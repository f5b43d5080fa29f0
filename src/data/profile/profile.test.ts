import { describe, expect, it } from "vitest";
import type { Conversation } from "../conversation";
import { readDataset } from "../dataset";
import { finish } from "../inPieces";
import { readProjectFile } from "../testing/files";
import { measureLengths } from "./lengths";
import { openingOf } from "./opening";
import { createProfile } from "./profile";

const ask = (prompt: string, category?: string): Conversation => ({
  line: 1,
  isRaw: false,
  messages: [
    { role: "user", content: prompt },
    { role: "assistant", content: "Yes." },
  ],
  ...(category !== undefined && { category }),
});

describe("how an instruction begins", () => {
  it.each([
    ["Write a short poem about autumn.", "write", "poem"],
    ["Can you please name three fruits?", "name", "fruits"],
    ["Do you know where the river ends?", "where", "river"],
    ["What is the capital of Peru?", "what", "capital"],
    ["I want you to sort these words: pear, fig", "sort", "words"],
    ["Hello!", "hello", ""],
    ["", "", ""],
  ])("%s: %s %s", (prompt, verb, noun) => {
    expect(openingOf(ask(prompt))).toEqual({ verb, noun });
  });
});

describe("lengths", () => {
  const list = [10, 20, 30, 300].map((tokenCount) => ({ tokenCount, trainedCount: 5 }));

  it("every record is in one bin of each histogram, and the limit has its place", () => {
    const lengths = measureLengths(list, 256);
    expect(lengths).toMatchObject({
      binWidth: 5,
      overLimit: 1,
      record: { median: 20, longest: 300 },
      prompt: { median: 15, longest: 295 },
      completion: { median: 5, longest: 5 },
    });
    for (const { bins } of [lengths.record, lengths.prompt, lengths.completion]) {
      expect(bins.length * lengths.binWidth).toBeGreaterThan(256);
      expect(bins.reduce((sum, count) => sum + count)).toBe(4);
    }
    expect(lengths.record.bins.slice(0, 7)).toEqual([0, 0, 1, 0, 1, 0, 1]);
    expect(lengths.record.bins.at(-1)).toBe(1);
  });

  it("one record of a whole book does not press the others together", () => {
    const many = Array.from({ length: 200 }, (_, i) => ({ tokenCount: 20 + i, trainedCount: 9 }));
    const lengths = measureLengths([...many, { tokenCount: 90_000, trainedCount: 1 }], 128);
    expect(lengths.binWidth).toBe(5);
    expect(lengths.record.longest).toBe(90_000);
  });
});

describe("a profile", () => {
  it("counts categories, answers and openings", () => {
    const talk: Conversation = {
      line: 1,
      isRaw: false,
      messages: [...ask("Name a color.").messages, ...ask("Name a fish.").messages],
    };
    const list = [ask("Name a fish.", "facts"), ask("Write a poem.", "texts"), talk];
    expect(finish(createProfile(list, null))).toEqual({
      recordCount: 3,
      answerCount: 4,
      categories: [
        { name: "facts", count: 1 },
        { name: "texts", count: 1 },
        { name: "", count: 1 },
      ],
      categoryCount: 3,
      openings: [
        {
          name: "name",
          count: 2,
          nouns: [
            { name: "fish", count: 1 },
            { name: "color", count: 1 },
          ],
        },
        { name: "write", count: 1, nouns: [{ name: "poem", count: 1 }] },
      ],
      verbCount: 2,
      pairCount: 3,
      lengths: null,
    });
  });

  it("names only the largest of many categories, and counts all; a mix's repeats count", () => {
    const list = Array.from({ length: 100 }, (_, i) => ask("Name a fish.", `person ${i}`));
    list.push({ ...ask("Name a hill.", "large"), times: 5 });
    const profile = finish(createProfile(list, null));
    expect(profile).toMatchObject({ recordCount: 105, answerCount: 105, categoryCount: 101 });
    expect(profile.categories).toHaveLength(8);
    expect(profile.categories[0]).toEqual({ name: "large", count: 5 });
  });

  it("of a set without categories has none, and sums up to its records", () => {
    const { conversations } = readDataset("x", readProjectFile("datasets/story-writer.jsonl"));
    const lengthOf = () => ({ tokenCount: 7, trainedCount: 3 });
    const profile = finish(createProfile(conversations, { maxSeqLen: 64, lengthOf }));
    expect(profile.categories).toEqual([]);
    expect(profile.openings.reduce((sum, { count }) => sum + count, 0)).toBe(conversations.length);
    expect(profile.lengths?.record.bins[3]).toBe(conversations.length);
  });
});
