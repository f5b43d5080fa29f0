import { expect, test } from "vitest";
import { writeFile } from "./directory";
import { createTestDirectory } from "./testing/memoryDirectory";
import { TuningStore } from "./tuningStore";

const CHOICES = { "inner direct 5 6 7": "64×64×16/4" };

test("choices come back for the device that they were made on, and for no other", async () => {
  const { root } = createTestDirectory();
  await new TuningStore(root).write("a", CHOICES);
  expect(await new TuningStore(root).read("a")).toEqual(CHOICES);
  expect(await new TuningStore(root).read("b")).toEqual({});
  await new TuningStore(root).write("b", {});
  expect(await new TuningStore(root).read("a")).toEqual({});
});

test.each([
  "",
  "{",
  "[]",
  JSON.stringify({ version: 2, device: "a", choices: CHOICES }),
  JSON.stringify({ version: 1, device: "a", choices: { kind: 7 } }),
])("the file %j counts as none", async (text) => {
  const { root } = createTestDirectory();
  await writeFile(root, "tuning.json", new Blob([text]));
  const store = new TuningStore(root);
  expect(await store.read("a")).toEqual({});
  await store.write("a", CHOICES);
  expect(await store.read("a")).toEqual(CHOICES);
});

test("a disk that is full or missing disturbs nobody", async () => {
  const disk = createTestDirectory();
  disk.setRoom(0);
  for (const root of [disk.root, null]) {
    const store = new TuningStore(root);
    await store.write("a", CHOICES);
    expect(await store.read("a")).toEqual({});
  }
});
