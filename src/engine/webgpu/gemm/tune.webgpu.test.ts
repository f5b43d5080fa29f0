/** A device's own tiles are found by trying them, and kept. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestBackend } from "@/engine/testing/backend";
import { expectClose, take } from "@/engine/testing/expectClose";
import { randomNumbers } from "@/engine/testing/numbers";
import { tf } from "@/engine/tfjs";
import type { GemmShape } from "./code";
import { gemm } from "./gemm";
import { usedRowLanes } from "../sums";
import { TILES } from "./tiles";
import {
  chooseVariant,
  needsTuning,
  recallChoices,
  tune,
  useTiles,
  useTuning,
  type Candidate,
  type Choices,
  type Timer,
} from "./tune";

beforeAll(async () => {
  await startTestBackend();
  useTiles(true);
});
afterAll(() => useTiles(false));

const SHAPE: GemmShape = {
  products: [
    { a: "inner", b: "direct", aWidth: 4, bWidth: 4, isScaled: false, hasFirstRow: false },
  ],
  ...{ width: 4, biases: 0, hasAdd: false, accumulates: false },
  ...{ activation: null, slope: null, gate: null, hasColumnSums: false },
};
const keyOf = (rows: number) => chooseVariant(SHAPE, rows, 64, 32).program.key;

it("guesses until it is told to try, and then keeps what was fastest", async () => {
  const guessed = keyOf(40);
  expect(needsTuning()).toBe(false);
  useTuning(true);
  expect(keyOf(40)).toBe(guessed);
  expect(needsTuning()).toBe(true);
  const tried: Candidate[] = [];
  // The second is the fastest, whatever the size.
  const time: Timer = (candidate, kind) => {
    if (kind) tried.push(candidate);
    return Promise.resolve(candidate === TILES[1] ? 1 : 2);
  };
  expect(await tune(time)).toBe(true);
  expect(tried).toEqual([...TILES]);
  const found = keyOf(40);
  expect(found).not.toBe(guessed);
  // A size nearby is of the same kind.
  expect(keyOf(36)).toBe(found);
  expect(needsTuning()).toBe(false);
  useTuning(false);
  expect(keyOf(400)).toBe(keyOf(400));
  expect(needsTuning()).toBe(false);
});

it("sums rows with subgroups where that is faster", async () => {
  for (const faster of [64, "subgroups"] as const) {
    let choices: Choices = {};
    useTuning(true);
    recallChoices({}, (chosen) => (choices = chosen));
    const before = usedRowLanes();
    expect(await tune((candidate) => Promise.resolve(candidate === faster ? 1 : 2))).toBe(
      faster !== before,
    );
    expect(usedRowLanes()).toBe(faster);
    expect(choices).toEqual({ rows: String(faster) });
    recallChoices(choices, () => {});
    expect(needsTuning()).toBe(false);
  }
  useTuning(false);
});

it("times programs on the device, and multiplies with what it chose", async () => {
  useTuning(true);
  const [M, K, N] = [20, 36, 44];
  const [a, b] = [
    tf.tensor2d(randomNumbers(M * K, 1), [M, K]),
    tf.tensor2d(randomNumbers(K * N, 2), [K, N]),
  ];
  const before = await take(gemm([{ a, b }]).c);
  expect(needsTuning()).toBe(true);
  const tensors = tf.memory().numTensors;
  await tune();
  expect(tf.memory().numTensors).toBe(tensors);
  expectClose(await take(gemm([{ a, b }]).c), before, 1e-5);
  useTuning(false);
  tf.dispose([a, b]);
});
