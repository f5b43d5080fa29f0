import { tf, type Tensor } from "../tfjs";
import { expectClose, take } from "./expectClose";
import { randomNumbers } from "./numbers";

/** Compares an op with its reference: values and the gradient of every input, on seeded numbers. */
export async function expectSameGradients(
  op: (...inputs: Tensor[]) => Tensor,
  reference: (...inputs: Tensor[]) => Tensor,
  shapes: number[][],
): Promise<void> {
  const inputs = shapes.map((shape, i) => {
    const size = shape.reduce((a, b) => a * b, 1);
    return tf.tidy(() => tf.variable(tf.tensor(randomNumbers(size, i + 1, 2), shape)));
  });
  const expected = reference(...inputs);
  const dy = tf.tensor(randomNumbers(expected.size, 77), expected.shape);
  expectClose(await take(op(...inputs)), await take(expected), 1e-5, "value");
  // Our ops free the gradients that they are given.
  const given = dy.clone();
  const own = tf.grads(op)(inputs, given);
  given.dispose();
  const wanted = tf.grads(reference)(inputs, dy);
  for (const [i, gradient] of own.entries()) {
    expectClose(await take(gradient), await take(wanted[i] as Tensor), 1e-4, `gradient ${i}`);
  }
  tf.dispose([...inputs, dy]);
}
