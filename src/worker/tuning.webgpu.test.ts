/** Two visits to one page: the second knows what the first has measured. */
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { startTestBackend } from "@/engine/testing/backend";
import { tf } from "@/engine/tfjs";
import { gemm } from "@/engine/webgpu/gemm/gemm";
import { describeTile, TILES } from "@/engine/webgpu/gemm/tiles";
import {
  needsTuning,
  recallChoices,
  tune,
  useTiles,
  useTuning,
  type Choices,
  type Timer,
} from "@/engine/webgpu/gemm/tune";
import { createMemoryDirectory } from "@/storage/memoryDirectory";
import { TuningStore } from "@/storage/tuningStore";
import { rememberTuning } from "./tuning";

beforeAll(async () => {
  await startTestBackend();
  useTiles(true);
  useTuning(true);
});
afterAll(() => {
  useTiles(false);
  useTuning(false);
  recallChoices({}, () => {});
});

/** Multiplies, and tries what must be tried; → how many tiles were timed. */
async function visit(): Promise<number> {
  const [a, b] = [tf.ones([9, 4]), tf.ones([4, 8])];
  gemm([{ a, b }]).c.dispose();
  tf.dispose([a, b]);
  let count = 0;
  const time: Timer = (candidate, kind) => {
    if (kind) count++;
    return Promise.resolve(candidate === TILES[2] ? 1 : 2);
  };
  if (needsTuning()) await tune(time);
  return count;
}

const never = new Promise(() => {});

it("does not time again on a second visit, but on another device", async () => {
  const store = new TuningStore(createMemoryDirectory());
  await rememberTuning(store, "one device", never);
  expect(await visit()).toBe(TILES.length);
  expect(await visit()).toBe(0);
  // The next visit.
  await rememberTuning(store, "one device", never);
  expect(await visit()).toBe(0);
  expect(Object.values(await store.read("one device"))).toContain(describeTile(TILES[2]!));
  await rememberTuning(store, "another device", never);
  expect(await visit()).toBe(TILES.length);
});

it("keeps nothing that was timed on a lost device", async () => {
  const store = new TuningStore(createMemoryDirectory());
  const write = vi.spyOn(store, "write");
  await rememberTuning(store, "one device", Promise.resolve());
  expect(await visit()).toBe(TILES.length);
  expect(write).not.toHaveBeenCalled();
});

it("tries again where a remembered tile is none of ours", async () => {
  const [kind] = Object.keys(await keptAfterVisit()).filter((name) => name !== "rows");
  const ofHalf = `${describeTile(TILES[0]!)} f16`;
  recallChoices({ [kind!]: ofHalf, rows: "7", nonsense: describeTile(TILES[0]!) }, () => {});
  expect(await visit()).toBe(TILES.length);
});

async function keptAfterVisit(): Promise<Choices> {
  let kept: Choices = {};
  recallChoices({}, (choices) => (kept = choices));
  await visit();
  return kept;
}
