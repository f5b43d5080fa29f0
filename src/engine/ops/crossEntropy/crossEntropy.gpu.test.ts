import { beforeAll, describe, expect, it } from "vitest";
import { startTestBackend } from "@/engine/testing/backend";
import { expectClose, take } from "@/engine/testing/expectClose";
import { randomIntegers, randomNumbers } from "@/engine/testing/numbers";
import { tf, type Tensor } from "@/engine/tfjs";
import { headCrossEntropy, headLoss, type Head } from "./crossEntropy";
import { headCrossEntropyReference } from "./reference";

beforeAll(startTestBackend);

const ONE = Float32Array.of(1);

const SIZES = [
  { rows: 1, width: 3, vocabSize: 5 },
  { rows: 17, width: 8, vocabSize: 65 },
  { rows: 63, width: 20, vocabSize: 517 },
  { rows: 129, width: 5, vocabSize: 257 },
  { rows: 1, width: 127, vocabSize: 517 },
  { rows: 257, width: 24, vocabSize: 63 },
];

describe.each(SIZES)("$rows rows, $width wide, $vocabSize words", ({ rows, width, vocabSize }) => {
  it.each([true, false])("equals the reference, with gradients (tied: %s)", async (isTied) => {
    const hidden = tf.tensor2d(randomNumbers(rows * width, 1, 2), [rows, width]);
    const shape: [number, number] = isTied ? [vocabSize, width] : [width, vocabSize];
    const weight = tf.tensor2d(randomNumbers(vocabSize * width, 2, 2), shape);
    const targets = randomIntegers(rows, 3, vocabSize);
    const head = (w: Tensor): Head => ({ weight: w, isTied, vocabSize });

    const run = (op: (h: Tensor, w: Tensor) => Tensor) =>
      tf.valueAndGrads((h: Tensor, w: Tensor) => op(h, w) as tf.Scalar)([hidden, weight]);
    const own = run((h, w) => headCrossEntropy(h, head(w), targets, ONE, true));
    const reference = run((h, w) => headCrossEntropyReference(h, head(w), targets));

    expectClose(await take(own.value), await take(reference.value), 1e-5, "loss");
    const [dHidden, dWeight] = own.grads as [Tensor, Tensor];
    const [dHiddenRef, dWeightRef] = reference.grads as [Tensor, Tensor];
    expectClose(await take(dHidden), await take(dHiddenRef), 1e-4, "d hidden");
    expectClose(await take(dWeight), await take(dWeightRef), 1e-4, "d weight");

    const forward = headLoss(hidden, head(weight), targets);
    const again = headCrossEntropyReference(hidden, head(weight), targets);
    expectClose(await take(forward), await take(again), 1e-5, "loss alone");
    tf.dispose([hidden, weight]);
  });
});

it("agrees with central differences", async () => {
  const weightValues = randomNumbers(7 * 4, 5);
  const targets = Int32Array.of(2, 6, 0);
  const start = randomNumbers(3 * 4, 6);
  const head: Head = { weight: tf.tensor2d(weightValues, [7, 4]), isTied: true, vocabSize: 7 };
  const lossAt = async (values: Float32Array) => {
    const hidden = tf.tensor2d(values, [3, 4]);
    const [loss] = await take(headLoss(hidden, head, targets));
    hidden.dispose();
    return loss!;
  };
  const hidden = tf.tensor2d(start, [3, 4]);
  const gradient = await take(
    tf.grad((h) => headCrossEntropy(h, head, targets, ONE, false))(hidden),
  );
  const step = 1e-2;
  for (let i = 0; i < start.length; i++) {
    const up = start.slice();
    const down = start.slice();
    up[i]! += step;
    down[i]! -= step;
    const difference = ((await lossAt(up)) - (await lossAt(down))) / (2 * step);
    expect(gradient[i]).toBeCloseTo(difference, 2);
  }
  tf.dispose([hidden, head.weight]);
});

it("works through a vocabulary of 50,304 in chunks and leaves no tensor behind", async () => {
  const rows = 400; // more than one chunk of 333 rows
  const head: Head = {
    weight: tf.tensor2d(randomNumbers(50_304 * 2, 7), [50_304, 2]),
    isTied: true,
    vocabSize: 50_304,
  };
  const hidden = tf.tensor2d(randomNumbers(rows * 2, 8), [rows, 2]);
  const targets = randomIntegers(rows, 9, 50_304);
  const before = tf.memory().numTensors;
  const [loss] = await take(headLoss(hidden, head, targets));
  // Logits are small, so each row costs about log 50,304.
  expect(loss! / rows).toBeGreaterThan(10.5);
  expect(loss! / rows).toBeLessThan(11.5);
  const gradient = tf.grad((h) => headCrossEntropy(h, head, targets, ONE, false))(hidden);
  expect(gradient.shape).toEqual([rows, 2]);
  gradient.dispose();
  expect(tf.memory().numTensors).toBe(before);
  tf.dispose([hidden, head.weight]);
});

it("scales loss and gradients", async () => {
  const hidden = tf.tensor2d(randomNumbers(17 * 8, 1), [17, 8]);
  const weight = tf.tensor2d(randomNumbers(65 * 8, 2), [65, 8]);
  const targets = randomIntegers(17, 3, 65);
  const run = (scale: number) =>
    tf.valueAndGrads(
      (h: Tensor, w: Tensor) =>
        headCrossEntropy(
          h,
          { weight: w, isTied: true, vocabSize: 65 },
          targets,
          Float32Array.of(scale),
          true,
        ) as tf.Scalar,
    )([hidden, weight]);
  const [whole, part] = [run(1), run(0.25)];
  const quarter = async (tensor: Tensor) => (await take(tensor)).map((value) => value / 4);
  expectClose(await take(part.value), await quarter(whole.value), 1e-6, "loss");
  for (const i of [0, 1]) {
    expectClose(await take(part.grads[i]!), await quarter(whole.grads[i]!), 1e-6, `gradient ${i}`);
  }
  tf.dispose([hidden, weight]);
});
