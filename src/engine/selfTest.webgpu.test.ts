/** A device that computes wrongly, made by changing a program's code on its way to the compiler. */
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { avoidWrongTiles, selfTest } from "./selfTest";
import { startTestBackend } from "./testing/backend";
import { take } from "./testing/expectClose";
import { tf } from "./tfjs";
import { gemm } from "./webgpu/gemm/gemm";
import { describeTile, TILES } from "./webgpu/gemm/tiles";
import { canUseSubgroups, useTiles } from "./webgpu/gemm/tune";
import { useRowLanes } from "./webgpu/sums";

beforeAll(startTestBackend);
afterEach(() => vi.restoreAllMocks());

/** From now on programs whose label holds `label` have the one piece of code in the place of the other. */
function breakPrograms(label: string, code: string, wrong: string): () => number {
  const { prototype } = GPUDevice;
  const original = Object.getOwnPropertyDescriptor(prototype, "createShaderModule")!
    .value as GPUDevice["createShaderModule"];
  let count = 0;
  vi.spyOn(prototype, "createShaderModule").mockImplementation(function (
    this: GPUDevice,
    descriptor,
  ) {
    if (!descriptor.label?.includes(label) || !descriptor.code.includes(code)) {
      return original.call(this, descriptor);
    }
    count++;
    return original.call(this, { ...descriptor, code: descriptor.code.replace(code, wrong) });
  });
  return () => count;
}

it("leaves out a tile whose products are wrong, and computes on with others", async () => {
  const [largest] = TILES;
  useTiles(true);
  const label = `gemmTiles ${describeTile(largest!)}`;
  const count = breakPrograms(label, "let total = sum", "let total = 1.01 * sum");
  expect(await avoidWrongTiles()).toEqual([`products of ${describeTile(largest!)}`]);
  expect(count()).toBe(1);
  const [a, b] = [tf.ones([1300, 8]), tf.ones([8, 1300])];
  const values = await take(gemm([{ a, b }]).c);
  expect([...new Set(values)]).toEqual([8]);
  tf.dispose([a, b]);
});

it("leaves subgroups alone when their sums are wrong, and says so", async () => {
  useTiles(true);
  // The next test needs programs that were not compiled before.
  useRowLanes(1);
  expect(canUseSubgroups()).toBe(true);
  const count = breakPrograms("rowTrial 256 subgroups", "subgroupAdd(value)", "1.01 * value");
  expect(await selfTest()).toMatch(
    /wrong numbers .* others are used instead: .*sums within subgroups/,
  );
  expect(count()).toBe(1);
  expect(canUseSubgroups()).toBe(false);
});

it("goes on without shared memory when that is what fails, and says so", async () => {
  useTiles(true);
  useRowLanes(64);
  const count = breakPrograms("normalize", "sum = sum + partValues[i];", "");
  expect(await selfTest()).toMatch(/wrong numbers on this device: slower ones/);
  expect(count()).toBeGreaterThan(0);
  // The slower ones stay: nothing is left to say.
  expect(await selfTest()).toBeNull();
});

it("says that nothing can be computed when nothing comes out right", async () => {
  const { prototype } = GPUComputePassEncoder;
  vi.spyOn(prototype, "dispatchWorkgroups").mockImplementation(() => undefined);
  await expect(selfTest()).rejects.toMatchObject({ code: "gpu/failed" });
});
