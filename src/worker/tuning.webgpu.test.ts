/** Two visits to one page: the second knows what the first has measured. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestBackend } from "@/engine/testing/backend";
import { tf } from "@/engine/tfjs";
import { gemm } from "@/engine/webgpu/gemm/gemm";
import { describeTile, TILES, type Tile } from "@/engine/webgpu/gemm/tiles";
import {
  needsTuning,
  recallChoices,
  tune,
  useTiles,
  useTuning,
  type Choices,
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
  const time = (tile: Tile) => {
    count++;
    return Promise.resolve(tile === TILES[2] ? 1 : 2);
  };
  if (needsTuning()) await tune(time);
  return count;
}

it("does not time again on a second visit, but on another device", async () => {
  const store = new TuningStore(createMemoryDirectory());
  await rememberTuning(store, "one device");
  expect(await visit()).toBe(TILES.length);
  expect(await visit()).toBe(0);
  // The next visit.
  await rememberTuning(store, "one device");
  expect(await visit()).toBe(0);
  expect(Object.values(await store.read("one device"))).toEqual([describeTile(TILES[2]!)]);
  await rememberTuning(store, "another device");
  expect(await visit()).toBe(TILES.length);
});

it("tries again where a remembered tile is none of ours", async () => {
  const kinds = Object.keys(await keptAfterVisit());
  expect(kinds.length).toBe(1);
  recallChoices({ [kinds[0]!]: "7×7×7/7", nonsense: describeTile(TILES[0]!) }, () => {});
  expect(await visit()).toBe(TILES.length);
});

async function keptAfterVisit(): Promise<Choices> {
  let kept: Choices = {};
  recallChoices({}, (choices) => (kept = choices));
  await visit();
  return kept;
}
