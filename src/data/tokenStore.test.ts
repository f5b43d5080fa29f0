import { expect, it } from "vitest";
import { Random } from "@/core/random";
import { TokenStore } from "./tokenStore";

it("examples of any length come back as they were, from few arrays", () => {
  const random = new Random(4);
  const lengths = [0, 1, 3000, ...Array.from({ length: 2000 }, () => random.integer(300)), 2 ** 20];
  const examples = lengths.map((length, line) => ({
    line,
    tokenIds: Int32Array.from({ length }, () => random.integer(50_000)),
    lossMask: Uint8Array.from({ length }, () => random.integer(2)),
  }));
  const store = new TokenStore();
  const kept = examples.map((example) => store.keep(example));
  expect(kept.every((one, i) => isSame(one, examples[i]))).toBe(true);
  expect(new Set(kept.map(({ tokenIds }) => tokenIds.buffer)).size).toBeLessThan(15);
});

type Example = { line: number; tokenIds: Int32Array; lossMask: Uint8Array };

const isSame = (a: Example, b: Example | undefined): boolean =>
  a.line === b?.line && isEqual(a.tokenIds, b.tokenIds) && isEqual(a.lossMask, b.lossMask);

const isEqual = (a: ArrayLike<number>, b: ArrayLike<number>): boolean =>
  a.length === b.length && Array.from(a).every((value, i) => value === b[i]);
