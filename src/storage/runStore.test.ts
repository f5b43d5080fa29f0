import { describe, expect, test } from "vitest";
import type { AppError } from "@/core/errors";
import { readFile, writeFile } from "./directory";
import { RunStore } from "./runStore";
import { createTestDirectory } from "./testing/memoryDirectory";

const blob = (text: string) => new Blob([text]);
const estimate = () => Promise.resolve({ quota: 1000, usage: 900 });

function setup() {
  const disk = createTestDirectory();
  return { disk, store: new RunStore(disk.root, estimate) };
}

const runFolder = async (disk: ReturnType<typeof createTestDirectory>, runId: string) =>
  (await disk.root.getDirectoryHandle("runs")).getDirectoryHandle(runId);

describe("saving", () => {
  test("a saved run comes back with its meta, data and state", async () => {
    const { store } = setup();
    await store.saveRun("run-1", { meta: { step: 3 }, data: blob("rows"), state: blob("abc") });
    const run = await store.loadRun("run-1");
    expect(run).toMatchObject({ runId: "run-1", meta: { step: 3 }, bytes: 7 });
    expect(await run.state.text()).toBe("abc");
    expect(await run.data?.text()).toBe("rows");
    expect(run.savedAt).toBeGreaterThan(0);
  });

  test("a later checkpoint replaces the state, keeps the data and leaves nothing old behind", async () => {
    const { disk, store } = setup();
    await store.saveRun("r", { meta: 1, data: blob("rows"), state: blob("one") });
    for (const state of ["two", "three"])
      await store.saveRun("r", { meta: state, state: blob(state) });
    const run = await store.loadRun("r");
    expect(await run.state.text()).toBe("three");
    expect(await run.data?.text()).toBe("rows");
    const names: string[] = [];
    for await (const name of (await runFolder(disk, "r")).keys()) names.push(name);
    expect(names.toSorted()).toEqual(["checkpoint-3.json", "data-1", "state-3"]);
  });

  test("two saves at once are done one after the other", async () => {
    const { store } = setup();
    await Promise.all(
      ["a", "b", "c"].map((state) => store.saveRun("r", { meta: state, state: blob(state) })),
    );
    expect((await store.loadRun("r")).meta).toBe("c");
  });

  test("without private files nothing is saved, and that is said", async () => {
    const store = new RunStore(null);
    expect(store.canSave).toBe(false);
    expect(await store.listRuns()).toEqual({ runs: [], damaged: [] });
    await expect(store.saveRun("r", { meta: 1, state: blob("x") })).rejects.toMatchObject({
      code: "storage/unavailable",
    });
  });

  test("a name that is no name of a run is refused", async () => {
    const { store } = setup();
    for (const runId of ["", "../models", "a/b", ".hidden"]) {
      await expect(store.saveRun(runId, { meta: 1, state: blob("x") })).rejects.toThrow(
        "not the name",
      );
    }
  });
});

describe("when saving fails", () => {
  test("a full disk says how much was wanted and how much there is, and keeps the checkpoint before", async () => {
    const { disk, store } = setup();
    await store.saveRun("r", { meta: 1, state: blob("before") });
    disk.setRoom(4);
    const error = (await store
      .saveRun("r", { meta: 2, state: blob("12345678") })
      .catch((caught: unknown) => caught)) as AppError;
    expect(error.code).toBe("storage/quota");
    expect(error.details).toEqual({ wantedBytes: 8, availableBytes: 100 });
    expect(await (await store.loadRun("r")).state.text()).toBe("before");
    disk.setRoom(Infinity);
    await store.saveRun("r", { meta: 3, state: blob("after") });
    expect((await store.loadRun("r")).meta).toBe(3);
  });

  test("another fault of the disk is storage/failed with its reason", async () => {
    const { disk, store } = setup();
    disk.crashAfter(0);
    await expect(store.saveRun("r", { meta: 1, state: blob("x") })).rejects.toMatchObject({
      code: "storage/failed",
    });
  });

  test("a crash after any number of changes leaves the old or the new checkpoint whole", async () => {
    const { disk, store } = setup();
    await store.saveRun("r", { meta: 1, data: blob("rows"), state: blob("old") });
    const before = disk.changes();
    await store.saveRun("r", { meta: 1, data: blob("rows"), state: blob("old") });
    const changesOfOneSave = disk.changes() - before;
    expect(changesOfOneSave).toBeGreaterThan(8);
    const seen = new Set<string>();
    for (let crash = 0; crash <= changesOfOneSave; crash++) {
      const fresh = setup();
      await fresh.store.saveRun("r", { meta: "old", data: blob("rows"), state: blob("old state") });
      fresh.disk.crashAfter(crash);
      await fresh.store
        .saveRun("r", { meta: "new", data: blob("new rows"), state: blob("new state") })
        .catch(() => undefined);
      fresh.disk.restart();
      const reopened = new RunStore(fresh.disk.root);
      const run = await reopened.loadRun("r");
      const isNew = run.meta === "new";
      expect(await run.state.text()).toBe(isNew ? "new state" : "old state");
      expect(await run.data?.text()).toBe(isNew ? "new rows" : "rows");
      seen.add(String(run.meta));
      // And saving goes on from there.
      await reopened.saveRun("r", { meta: "next", state: blob("next state") });
      expect((await reopened.loadRun("r")).meta).toBe("next");
    }
    expect(seen).toEqual(new Set(["old", "new"]));
  });
});

describe("listing", () => {
  test("runs come newest first, and damaged ones are reported beside them", async () => {
    const { disk, store } = setup();
    for (const runId of ["a", "b", "cut", "empty", "foreign"]) {
      await store.saveRun(runId, { meta: { runId }, state: blob("state") });
    }
    const cut = await runFolder(disk, "cut");
    const text = await (await readFile(cut, "checkpoint-1.json"))?.text();
    await writeFile(cut, "checkpoint-1.json", blob(text?.slice(0, 30) ?? ""));
    await (await runFolder(disk, "empty")).removeEntry("state-1");
    await writeFile(await runFolder(disk, "foreign"), "checkpoint-1.json", blob('{"version":9}'));
    await writeFile(await disk.root.getDirectoryHandle("runs"), "stray.txt", blob("?"));
    const { runs, damaged } = await store.listRuns();
    expect(runs.map(({ runId }) => runId).toSorted()).toEqual(["a", "b"]);
    expect(runs[0]).toMatchObject({ bytes: 5 });
    expect(damaged.map(({ runId }) => runId)).toEqual(["cut", "empty", "foreign", "stray.txt"]);
    for (const { reason } of damaged) expect(reason).not.toBe("");
  });

  test("deleting removes a run, whole or damaged, and is calm about an absent one", async () => {
    const { disk, store } = setup();
    await store.saveRun("a", { meta: 1, state: blob("x") });
    await (await runFolder(disk, "a")).removeEntry("state-1");
    await store.deleteRun("a");
    await store.deleteRun("a");
    expect(await store.listRuns()).toEqual({ runs: [], damaged: [] });
    await expect(store.loadRun("a")).rejects.toMatchObject({ code: "run/cannot-resume" });
  });
});
