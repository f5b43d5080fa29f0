import { expect, test } from "vitest";
import { withSharedMemory } from "./sharedMemory";

const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
/** type (func), and import of env.f as such a function. */
const FUNCTION_TYPE = [1, 4, 1, 0x60, 0, 0];
const text = (value: string) => [value.length, ...new TextEncoder().encode(value)];
const importing = (limits: number[]) => {
  const entries = [...text("env"), ...text("f"), 0, 0, ...text("env"), ...text("memory"), 2];
  return Uint8Array.from(
    [HEADER, FUNCTION_TYPE, [2, 1 + entries.length + limits.length, 2], entries, limits].flat(),
  );
};
const owning = (limits: number[]) =>
  Uint8Array.from([HEADER, [5, 1 + limits.length, 1], limits].flat());
/** One page, at most two. */
const ONE_TO_TWO = [1, 1, 2];

test("an imported memory becomes shared, and the rest stays", () => {
  const binary = importing(ONE_TO_TWO);
  const module = new WebAssembly.Module(withSharedMemory(binary));
  const f = () => {};
  const memory = (shared: boolean) => new WebAssembly.Memory({ initial: 1, maximum: 2, shared });
  expect(new WebAssembly.Instance(module, { env: { f, memory: memory(true) } })).toBeDefined();
  expect(() => new WebAssembly.Instance(module, { env: { f, memory: memory(false) } })).toThrow();
  expect(binary).toEqual(importing(ONE_TO_TWO));
});

test("a memory of its own becomes shared", () => {
  expect(withSharedMemory(owning(ONE_TO_TWO))).toEqual(owning([3, 1, 2]));
});

test("a memory without a maximum cannot be shared, and that is said", () => {
  expect(() => withSharedMemory(owning([0, 1]))).toThrow("no memory with a maximum");
  expect(() => withSharedMemory(Uint8Array.from(HEADER))).toThrow("no memory with a maximum");
});
