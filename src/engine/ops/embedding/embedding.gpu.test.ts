import { beforeAll, expect, it } from "vitest";
import { startTestBackend } from "@/engine/testing/backend";
import { expectClose, take } from "@/engine/testing/expectClose";
import { randomIntegers, randomNumbers } from "@/engine/testing/numbers";
import { tf } from "@/engine/tfjs";
import { embedding } from "./embedding";
import { embeddingGradientReference } from "./reference";

beforeAll(startTestBackend);

it.each([
  [3, 3, 1],
  [17, 5, 63],
  [65, 20, 129],
  [517, 8, 40],
  [3, 257, 1],
  [517, 127, 257],
])("of %i words, %i wide, picks rows and sums gradients (%i tokens)", async (V, C, N) => {
  const table = randomNumbers(V * C, 1);
  const tokenIds = randomIntegers(N, 2, V);
  const weight = tf.tensor2d(table, [V, C]);
  const dy = tf.tensor2d(randomNumbers(N * C, 3), [N, C]);
  const picked = [...tokenIds].flatMap((id) => [...table.subarray(id * C, (id + 1) * C)]);
  expectClose(await take(embedding(weight, tokenIds)), picked, 1e-7);
  const gradient = tf.grad((w) => embedding(w, tokenIds))(weight, dy);
  const expected = embeddingGradientReference(dy, tokenIds, V);
  expectClose(await take(gradient), await take(expected), 1e-5);
  tf.dispose([weight, dy]);
});

it("sums in a fixed order: the same gradient every time", async () => {
  const tokenIds = randomIntegers(300, 4, 7);
  const weight = tf.zeros([7, 5]);
  const dy = tf.tensor2d(randomNumbers(300 * 5, 5), [300, 5]);
  const once = await take(tf.grad((w) => embedding(w, tokenIds))(weight, dy));
  const again = await take(tf.grad((w) => embedding(w, tokenIds))(weight, dy));
  expect([...again]).toEqual([...once]);
  tf.dispose([weight, dy]);
});
