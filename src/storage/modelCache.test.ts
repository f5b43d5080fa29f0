import { describe, expect, test } from "vitest";
import { createMemoryDirectory } from "./memoryDirectory";
import { hubModelKey, ModelCache, openModelCache } from "./modelCache";
import { createTestDirectory } from "./testing/memoryDirectory";

const files = (contents: Record<string, string>) =>
  new Map(Object.entries(contents).map(([name, text]) => [name, new Blob([text])]));
const tiny = files({ "config.json": "{}", "model.safetensors": "weights" });
const origin = { name: "n", repo: "me/tiny", revision: "main", commit: "" };

test("a dropped model comes back by its key, with any file names", async () => {
  const cache = new ModelCache(createMemoryDirectory(), true);
  const odd = files({ "config.json": "{}", "sub/my model é.safetensors": "w" });
  const key = await cache.saveLocalModel("My model ü", odd);
  const opened = await cache.openModel(key);
  expect([...(opened?.keys() ?? [])].toSorted()).toEqual([...odd.keys()].toSorted());
  expect(await opened?.get("sub/my model é.safetensors")?.text()).toBe("w");
  expect(await cache.listModels()).toMatchObject([{ key, name: "My model ü", isComplete: true }]);
});

test("the same files get the same key and are written once, others get another", async () => {
  const disk = createTestDirectory();
  const cache = new ModelCache(disk.root, true);
  const key = await cache.saveLocalModel("tiny", tiny);
  const changes = disk.changes();
  expect(
    await cache.saveLocalModel(
      "tiny",
      files({ "model.safetensors": "weights", "config.json": "{}" }),
    ),
  ).toBe(key);
  expect(disk.changes()).toBe(changes);
  expect(
    await cache.saveLocalModel(
      "tiny",
      files({ "config.json": "{}", "model.safetensors": "Weights" }),
    ),
  ).not.toBe(key);
});

test("progress tells bytes of the whole model", async () => {
  const cache = new ModelCache(createMemoryDirectory(), true);
  const seen: [number, number][] = [];
  await cache.saveLocalModel("tiny", tiny, (done, total) => seen.push([done, total]));
  expect(seen).toEqual([
    [2, 9],
    [9, 9],
  ]);
});

describe("half models", () => {
  test("a model that was not finished is not opened, but listed with its bytes", async () => {
    const cache = new ModelCache(createMemoryDirectory(), true);
    const writer = await cache.createModel("hub-x");
    await writer.addFile("config.json", new Blob(["{}"]), 2);
    expect(await cache.openModel("hub-x")).toBeNull();
    expect(await cache.listModels()).toMatchObject([{ key: "hub-x", bytes: 2, isComplete: false }]);
    expect(await cache.totalBytes()).toBe(2);
    await cache.deleteModel("hub-x");
    expect(await cache.listModels()).toEqual([]);
  });

  test("a model whose file has another size than it had is not opened", async () => {
    const root = createMemoryDirectory();
    const cache = new ModelCache(root, true);
    const key = await cache.saveLocalModel("tiny", tiny);
    const folder = await (await root.getDirectoryHandle("models")).getDirectoryHandle(key);
    const writer = await (await folder.getFileHandle("file-model.safetensors")).createWritable();
    await writer.write(new Blob(["weigh"]));
    await writer.close();
    expect(await cache.openModel(key)).toBeNull();
  });

  test("a crash after any number of changes never leaves a model that opens in part", async () => {
    for (let crash = 0; crash < 12; crash++) {
      const disk = createTestDirectory();
      disk.crashAfter(crash);
      const cache = new ModelCache(disk.root, true);
      const key = await cache.saveLocalModel("tiny", tiny).catch(() => null);
      disk.restart();
      for (const model of await cache.listModels()) {
        const opened = await cache.openModel(model.key);
        if (opened) expect(opened.size).toBe(2);
        expect(opened !== null).toBe(key !== null || model.isComplete);
      }
    }
  });

  test("a full disk says the bytes of the whole model and leaves no trace", async () => {
    const disk = createTestDirectory();
    disk.setRoom(5);
    const cache = new ModelCache(disk.root, true, () => Promise.resolve({ quota: 10, usage: 5 }));
    await expect(cache.saveLocalModel("tiny", tiny)).rejects.toMatchObject({
      code: "storage/quota",
      details: { wantedBytes: 9, availableBytes: 5 },
    });
    expect(await cache.listModels()).toEqual([]);
  });
});

test("writing a model again replaces it", async () => {
  const cache = new ModelCache(createMemoryDirectory(), true);
  const key = hubModelKey("me/tiny", "main");
  for (const text of ["old", "newer"]) {
    const writer = await cache.createModel(key);
    await writer.addFile("config.json", new Blob([text]), text.length);
    await writer.finish(origin);
  }
  expect(await (await cache.openModel(key))?.get("config.json")?.text()).toBe("newer");
  expect(await cache.listModels()).toHaveLength(1);
});

test("where the browser has no private files the cache says that it cannot save", async () => {
  const cache = await openModelCache();
  expect(cache.canSave).toBe(false);
  const key = await cache.saveLocalModel("tiny", tiny);
  expect(await cache.openModel(key)).not.toBeNull();
});
