/** What only WebGPU has: rows that fill up the shape, and a workgroup or a thread to a row. */
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startTestBackend } from "@/engine/testing/backend";
import { expectClose, take } from "@/engine/testing/expectClose";
import { randomIntegers, randomNumbers } from "@/engine/testing/numbers";
import { tf, type Tensor } from "@/engine/tfjs";
import { useRowLanes } from "@/engine/webgpu/sums";
import { headCrossEntropy, headLoss, NO_TARGET, type Head } from "./crossEntropy";
import { headCrossEntropyReference } from "./reference";

beforeAll(startTestBackend);

describe.each([1, 64, "subgroups"] as const)("with %s for a row", (lanes) => {
  beforeEach(() => useRowLanes(lanes));

  it.each([
    [1, 5],
    [9, 517],
  ])("%i rows among others without a target cost what they cost alone", async (rows, vocabSize) => {
    const width = 6;
    const values = randomNumbers(rows * width, 1, 2);
    const alone = tf.tensor2d(values, [rows, width]);
    const filled = tf.tensor2d(Float32Array.from([...values, ...randomNumbers(4 * width, 2)]), [
      rows + 4,
      width,
    ]);
    const weight = tf.tensor2d(randomNumbers(vocabSize * width, 3, 2), [vocabSize, width]);
    const targets = randomIntegers(rows, 4, vocabSize);
    const withFiller = Int32Array.from([...targets, NO_TARGET, NO_TARGET, NO_TARGET, NO_TARGET]);
    const head = (w: Tensor): Head => ({ weight: w, isTied: true, vocabSize });
    const own = tf.valueAndGrads(
      (h: Tensor, w: Tensor) =>
        headCrossEntropy(h, head(w), withFiller, Float32Array.of(1), true) as tf.Scalar,
    )([filled, weight]);
    const reference = tf.valueAndGrads(
      (h: Tensor, w: Tensor) => headCrossEntropyReference(h, head(w), targets) as tf.Scalar,
    )([alone, weight]);
    const loss = await take(reference.value);
    expectClose(await take(own.value), loss, 1e-5, "loss");
    const dHidden = await take(own.grads[0]!);
    const wanted = await take(reference.grads[0]!);
    expectClose(dHidden.subarray(0, rows * width), wanted, 1e-4, "d hidden");
    expect(dHidden.subarray(rows * width).every((value) => value === 0)).toBe(true);
    expectClose(await take(own.grads[1]!), await take(reference.grads[1]!), 1e-4, "d weight");
    expectClose(await take(headLoss(filled, head(weight), withFiller)), loss, 1e-5, "loss alone");
    tf.dispose([alone, filled, weight]);
  });
});

it("counts one row of a chunk, and goes on behind a chunk without any", async () => {
  // So many words that a chunk has 64 rows.
  const [rows, vocabSize, only] = [129, 262_144, 3];
  const values = randomNumbers(rows, 1, 2);
  const hidden = tf.tensor2d(values, [rows, 1]);
  const weight = tf.tensor2d(randomNumbers(vocabSize, 2, 2), [vocabSize, 1]);
  const head: Head = { weight, isTied: true, vocabSize };
  const targets = new Int32Array(rows).fill(NO_TARGET);
  const counted = [only, rows - 1];
  for (const row of counted) targets[row] = 517 * (row + 1);
  const { value, grads } = tf.valueAndGrads(
    (h: Tensor, w: Tensor) =>
      headCrossEntropy(h, { ...head, weight: w }, targets, Float32Array.of(1), true) as tf.Scalar,
  )([hidden, weight]);
  const alone = tf.tensor2d(
    Float32Array.from(counted, (row) => values[row]!),
    [2, 1],
  );
  const ofAlone = Int32Array.from(counted, (row) => targets[row]!);
  const wanted = tf.valueAndGrads(
    (h: Tensor, w: Tensor) =>
      headCrossEntropyReference(h, { ...head, weight: w }, ofAlone) as tf.Scalar,
  )([alone, weight]);
  expectClose(await take(value), await take(wanted.value), 1e-5, "loss");
  const dHidden = await take(grads[0]!);
  const dAlone = await take(wanted.grads[0]!);
  const placed = new Float32Array(rows);
  counted.forEach((row, i) => (placed[row] = dAlone[i]!));
  expectClose(dHidden, placed, 1e-4, "d hidden");
  expectClose(await take(grads[1]!), await take(wanted.grads[1]!), 1e-4, "d weight");
  tf.dispose([hidden, weight, alone]);
});
