import { beforeAll, it } from "vitest";
import { startTestBackend } from "@/engine/testing/backend";
import { expectClose, take } from "@/engine/testing/expectClose";
import { randomNumbers } from "@/engine/testing/numbers";
import { tf } from "@/engine/tfjs";
import { softmax } from "./softmax";

beforeAll(startTestBackend);

function softmaxRows(values: Float32Array, width: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let first = 0; first < values.length; first += width) {
    const row = Array.from(values.subarray(first, first + width), Math.exp);
    const sum = row.reduce((a, b) => a + b, 0);
    row.forEach((value, i) => (out[first + i] = value / sum));
  }
  return out;
}

it.each([
  [1, 1],
  [3, 17],
  [65, 63],
  [17, 517],
  [257, 127],
])("of %i rows of %i equals plain loops", async (rows, width) => {
  const values = randomNumbers(rows * width, 1, 4);
  const x = tf.tensor2d(values, [rows, width]);
  expectClose(await take(softmax(x)), softmaxRows(values, width), 1e-5);
  x.dispose();
});

it("keeps its last element right above 65,535 rows", async () => {
  const rows = 70_000;
  const values = randomNumbers(rows * 8, 2, 4);
  const x = tf.tensor(values, [7, 10_000, 8]);
  const got = await take(softmax(x));
  const expected = softmaxRows(values, 8);
  expectClose(got.slice(-8), expected.slice(-8), 1e-5, "last row");
  expectClose(got, expected, 1e-5);
  x.dispose();
});

it("has the gradient y·(dy − Σ dy·y), above 65,535 rows too", async () => {
  for (const rows of [5, 66_000]) {
    const values = randomNumbers(rows * 3, 3, 2);
    const upstream = randomNumbers(rows * 3, 4);
    const x = tf.tensor2d(values, [rows, 3]);
    const dy = tf.tensor2d(upstream, [rows, 3]);
    const got = await take(tf.grad((z) => softmax(z))(x, dy));
    const y = softmaxRows(values, 3);
    const expected = y.map((value, i) => {
      const first = i - (i % 3);
      const dot = [0, 1, 2].reduce((sum, j) => sum + upstream[first + j]! * y[first + j]!, 0);
      return value * (upstream[i]! - dot);
    });
    expectClose(got, expected, 1e-4, `${rows} rows`);
    tf.dispose([x, dy]);
  }
});
