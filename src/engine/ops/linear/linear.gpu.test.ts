import { beforeAll, expect, it } from "vitest";
import { startTestBackend } from "@/engine/testing/backend";
import { expectClose, take } from "@/engine/testing/expectClose";
import { expectSameGradients } from "@/engine/testing/expectSameGradients";
import { randomNumbers } from "@/engine/testing/numbers";
import { tf, type Tensor } from "@/engine/tfjs";
import { linear, linears, type LinearLayer } from "./linear";
import { linearReference } from "./reference";

beforeAll(startTestBackend);

it.each([
  [1, 3, 5, 1],
  [17, 20, 63, 3],
  [65, 9, 7, 8],
  [257, 12, 64, 17],
  [3, 127, 20, 9],
  [63, 257, 517, 1],
  [127, 1, 65, 24],
])("%i rows, %i to %i, rank %i, equals the reference, all trained", async (N, C, O, r) => {
  const run =
    (op: typeof linear) =>
    (...[x, w, bias, a, b]: Tensor[]) =>
      op(x!, { weight: w!, bias: bias!, adapter: { a: a!, b: b!, scale: 2 } });
  await expectSameGradients(run(linear), run(linearReference), [
    [N, C],
    [C, O],
    [O],
    [C, r],
    [r, O],
  ]);
  const plain =
    (op: typeof linear) =>
    (...[x, w]: Tensor[]) =>
      op(x!, { weight: w!, bias: null, adapter: null });
  await expectSameGradients(plain(linear), plain(linearReference), [
    [N, C],
    [C, O],
  ]);
});

it("with a frozen weight gives input and adapter the reference's gradients", async () => {
  const weight = tf.tensor2d(randomNumbers(20 * 9, 5), [20, 9]);
  const bias = tf.tensor1d(randomNumbers(9, 6));
  const run =
    (op: typeof linear) =>
    (...[x, a, b]: Tensor[]) =>
      op(x!, { weight, bias, adapter: { a: a!, b: b!, scale: 0.5 } });
  await expectSameGradients(run(linear), run(linearReference), [
    [17, 20],
    [20, 4],
    [4, 9],
  ]);
  tf.dispose([weight, bias]);
});

it.each([2, 6, 34, 130])("of %i rows passes the second half through an adapter", async (N) => {
  const [C, O, rank] = [20, 9, 4];
  const x = tf.tensor2d(randomNumbers(N * C, 1), [N, C]);
  const weight = tf.tensor2d(randomNumbers(C * O, 2), [C, O]);
  const bias = tf.tensor1d(randomNumbers(O, 3));
  const a = tf.tensor2d(randomNumbers(C * rank, 4), [C, rank]);
  const b = tf.tensor2d(randomNumbers(rank * O, 5), [rank, O]);
  const adapter = { a, b, scale: 0.5 };
  const y = await take(linear(x, { weight, bias, adapter: { ...adapter, isForSecondHalf: true } }));
  const base = await take(linearReference(x, { weight, bias, adapter: null }));
  const tuned = await take(linearReference(x, { weight, bias, adapter }));
  const half = y.length / 2;
  expectClose(y.subarray(0, half), base.subarray(0, half), 1e-6, "first half");
  expectClose(y.subarray(half), tuned.subarray(half), 1e-6, "second half");
  tf.dispose([x, weight, bias, a, b]);
});

it("keeps the leading axes", async () => {
  const x = tf.tensor3d(randomNumbers(2 * 3 * 4, 1), [2, 3, 4]);
  const weight = tf.tensor2d(randomNumbers(4 * 5, 2), [4, 5]);
  const y = linear(x, { weight, bias: null, adapter: null });
  expect(y.shape).toEqual([2, 3, 5]);
  const flat = linearReference(tf.reshape(x, [6, 4]), { weight, bias: null, adapter: null });
  expectClose(await take(y), await take(flat), 1e-6);
  tf.dispose([x, weight]);
});

it.each([
  [1, 3, [5, 1, 17], 1],
  [17, 20, [24, 8, 8], 3],
  [65, 24, [63], 4],
])("%i rows of %i by several layers (%j) equals the reference", async (N, C, outs, r) => {
  const layersOf = (given: Tensor[]): LinearLayer[] =>
    outs.map(() => {
      const [weight, bias, a, b] = given.splice(0, 4);
      return { weight: weight!, bias: bias!, adapter: { a: a!, b: b!, scale: 2 } };
    });
  /** Each result enters the sum in a way of its own. */
  const combine = (results: Tensor[]) =>
    tf.addN(results.map((y, i) => tf.sum(tf.mul(tf.square(y), i + 1), 1)));
  await expectSameGradients(
    (x, ...rest) => combine(linears(x, layersOf(rest))),
    (x, ...rest) => combine(layersOf(rest).map((layer) => linearReference(x, layer))),
    [[N, C], ...outs.flatMap((O) => [[C, O], [O], [C, r], [r, O]])],
  );
});
