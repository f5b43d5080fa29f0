import { beforeAll, expect, it } from "vitest";
import { startTestBackend } from "@/engine/testing/backend";
import { expectClose, take } from "@/engine/testing/expectClose";
import { randomNumbers } from "@/engine/testing/numbers";
import { tf, type Tensor } from "@/engine/tfjs";
import { matMul } from "../matMul/matMul";
import { AdamW } from "./adamW";
import { ratesOf } from "./rates";
import { adamWReference, type ReferenceState } from "./reference";

beforeAll(startTestBackend);

const SHAPES: number[][] = [[1], [17], [3, 5], [65, 63], [129], [4, 8], [257, 64], [16]];
let named = 0;

function createParameters() {
  return SHAPES.map((shape, i) => {
    const size = shape.reduce((a, b) => a * b, 1);
    const variable = tf.variable(
      tf.tensor(randomNumbers(size, i), shape),
      true,
      `adamWTest${named++}`,
    );
    return { variable, isDecayed: shape.length >= 2, size };
  });
}

it("follows plain float64 loops over ten steps, clipped and unclipped", async () => {
  const parameters = createParameters();
  const options = { weightDecay: 0.1, maxGradNorm: 5 };
  const optimizer = new AdamW(parameters, options);
  const states: ReferenceState[] = [];
  for (const { variable, size } of parameters) {
    const zeros = () => new Array<number>(size).fill(0);
    states.push({ w: [...(await variable.data())], m: zeros(), v: zeros() });
  }
  for (let step = 1; step <= 10; step++) {
    // Some steps stay under the clip length, some go far over it.
    const scale = step % 2 === 0 ? 0.01 : 3;
    const gradients = parameters.map(({ size }, i) => randomNumbers(size, 100 * step + i, scale));
    const tensors = gradients.map((values, i) => tf.tensor(values, SHAPES[i]));
    const control = optimizer.step(tensors, ratesOf(0.01, step, options.weightDecay));
    const norm = adamWReference(
      states,
      gradients.map((values) => [...values]),
      parameters.map(({ isDecayed }) => isDecayed),
      { ...options, learningRate: 0.01, step },
    );
    const [, frozen, gotNorm] = await take(control);
    expect(frozen).toBe(0);
    expect(gotNorm! / norm).toBeCloseTo(1, 4);
    tf.dispose(tensors);
  }
  for (const [i, { variable }] of parameters.entries()) {
    expectClose(await take(variable.clone()), states[i]!.w, 1e-5, `parameter ${i}`);
    expectClose(await take(optimizer.moments(i).m), states[i]!.m, 1e-4, `m ${i}`);
    expectClose(await take(optimizer.moments(i).v), states[i]!.v, 1e-4, `v ${i}`);
  }
  optimizer.dispose();
  tf.dispose(parameters.map(({ variable }) => variable as Tensor));
});

it.each([NaN, Infinity])("changes nothing from a gradient with %s on", async (bad) => {
  const parameters = createParameters();
  const optimizer = new AdamW(parameters, { weightDecay: 0, maxGradNorm: 1 });
  const before = [];
  for (const { variable } of parameters) before.push(await take(variable.clone()));
  for (let step = 1; step <= 2; step++) {
    const gradients = parameters.map(({ size }, i) => {
      const values = randomNumbers(size, i);
      if (step === 1 && i === 2) values[4] = bad;
      return tf.tensor(values, SHAPES[i]);
    });
    const [, frozen] = await take(optimizer.step(gradients, ratesOf(0.1, step, 0)));
    expect(frozen).toBe(1);
    tf.dispose(gradients);
  }
  for (const [i, { variable }] of parameters.entries()) {
    expect([...(await take(variable.clone()))]).toEqual([...before[i]!]);
    expect(Math.max(...(await take(optimizer.moments(i).m)))).toBe(0);
  }
  optimizer.dispose();
  tf.dispose(parameters.map(({ variable }) => variable as Tensor));
});

it("multiplies with the new weights after a step", async () => {
  // The stock product of WASM would keep a packed copy of its right side by tensor id; ours must not.
  const variable = tf.variable(tf.ones([4, 4]), true, `adamWTest${named++}`);
  const optimizer = new AdamW([{ variable, isDecayed: false }], {
    weightDecay: 0,
    maxGradNorm: 100,
  });
  const x = tf.ones([2, 4]);
  await take(matMul(x, variable));
  const gradient = tf.ones([4, 4]);
  optimizer.step([gradient], ratesOf(0.5, 1, 0)).dispose();
  const [product] = await take(matMul(x, variable));
  expect(product).toBeCloseTo(4 * 0.5, 5);
  optimizer.dispose();
  tf.dispose([variable, x, gradient]);
});
