import { beforeAll, describe, expect, it } from "vitest";
import { startTestBackend } from "@/engine/testing/backend";
import { expectClose, take } from "@/engine/testing/expectClose";
import { randomNumbers } from "@/engine/testing/numbers";
import { tf, type Tensor } from "@/engine/tfjs";
import { matMul, matMulTransposed } from "./matMul";

beforeAll(startTestBackend);

/** The product in plain loops: the oracle. `at` reads b at (row of the sum, column). */
function product(
  a: Float32Array,
  b: Float32Array,
  [rows, inner, columns]: [number, number, number],
  isTransposed: boolean,
): Float32Array {
  const out = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      let sum = 0;
      for (let k = 0; k < inner; k++) {
        sum += a[i * inner + k]! * b[isTransposed ? j * inner + k : k * columns + j]!;
      }
      out[i * columns + j] = sum;
    }
  }
  return out;
}

const SIZES: [number, number, number][] = [
  [1, 3, 5],
  [3, 17, 1],
  [17, 63, 65],
  [65, 8, 127],
  [9, 257, 3],
  [1, 1, 1],
  [257, 20, 24],
  [63, 24, 517],
];

describe.each(SIZES)("a product of %i × %i × %i", (rows, inner, columns) => {
  const a = randomNumbers(rows * inner, 1);
  const b = randomNumbers(inner * columns, 2);

  it.each([false, true])("equals plain loops (transposed: %s)", async (isTransposed) => {
    const x = tf.tensor2d(a, [rows, inner]);
    const y = tf.tensor2d(b, isTransposed ? [columns, inner] : [inner, columns]);
    const got = await take(isTransposed ? matMulTransposed(x, y) : matMul(x, y));
    expectClose(got, product(a, b, [rows, inner, columns], isTransposed), 1e-5);
    tf.dispose([x, y]);
  });

  it.each([false, true])(
    "has the gradient of plain loops (transposed: %s)",
    async (isTransposed) => {
      const x = tf.tensor2d(a, [rows, inner]);
      const y = tf.tensor2d(b, isTransposed ? [columns, inner] : [inner, columns]);
      const dy = tf.tensor2d(randomNumbers(rows * columns, 3), [rows, columns]);
      const multiply = isTransposed ? matMulTransposed : matMul;
      const [dx, db] = tf.grads((p: Tensor, q: Tensor) => multiply(p, q))([x, y], dy) as [
        Tensor,
        Tensor,
      ];
      const g = Float32Array.from(await dy.data());
      // dA = G·Bᵀ (or G·B), dB = Aᵀ·G (or Gᵀ·A).
      expectClose(await take(dx), product(g, b, [rows, columns, inner], !isTransposed), 1e-5, "dA");
      const columnsOf = (values: Float32Array, width: number, height: number) =>
        Float32Array.from(
          { length: values.length },
          (_, i) => values[(i % height) * width + Math.floor(i / height)]!,
        );
      const expected = isTransposed
        ? product(columnsOf(g, columns, rows), a, [columns, rows, inner], false)
        : product(columnsOf(a, inner, rows), g, [inner, rows, columns], false);
      expectClose(await take(db), expected, 1e-5, "dB");
      tf.dispose([x, y, dy]);
    },
  );
});

it.each([2, 3])("gives each of %i rows what it is alone", async (rows) => {
  const [inner, columns] = [19, 37];
  const a = randomNumbers(rows * inner, 6);
  for (const isTransposed of [false, true]) {
    const shape: [number, number] = isTransposed ? [columns, inner] : [inner, columns];
    const b = tf.tensor2d(randomNumbers(inner * columns, 7), shape);
    const multiply = (values: Float32Array) => {
      const x = tf.tensor2d(values, [values.length / inner, inner]);
      const product = isTransposed ? matMulTransposed(x, b) : matMul(x, b);
      return take(product).finally(() => x.dispose());
    };
    const together = await multiply(a);
    for (let row = 0; row < rows; row++) {
      const alone = await multiply(a.slice(row * inner, (row + 1) * inner));
      expect([...together.slice(row * columns, (row + 1) * columns)]).toEqual([...alone]);
    }
    b.dispose();
  }
});

it("multiplies batches of matrices, transposed as well", async () => {
  const a = randomNumbers(2 * 3 * 9 * 5, 4);
  const b = randomNumbers(2 * 3 * 11 * 5, 5);
  const x = tf.tensor4d(a, [2, 3, 9, 5]);
  const y = tf.tensor4d(b, [2, 3, 11, 5]);
  const got = await take(matMulTransposed(x, y));
  for (let i = 0; i < 6; i++) {
    const expected = product(
      a.subarray(i * 45, (i + 1) * 45),
      b.subarray(i * 55, (i + 1) * 55),
      [9, 5, 11],
      true,
    );
    expectClose(got.subarray(i * 99, (i + 1) * 99), expected, 1e-5, `matrix ${i}`);
  }
  tf.dispose([x, y]);
});

it("leaves no tensor behind", () => {
  const x = tf.ones([9, 4]);
  const y = tf.ones([8, 4]);
  const before = tf.memory().numTensors;
  matMulTransposed(x, y).dispose();
  expect(tf.memory().numTensors).toBe(before);
});
