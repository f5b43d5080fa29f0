import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startTestBackend } from "@/engine/testing/backend";
import { expectSameGradients } from "@/engine/testing/expectSameGradients";
import { tf, type Tensor } from "@/engine/tfjs";
import { useRowLanes } from "@/engine/webgpu/sums";
import { rmsNormReference } from "../rmsNorm/reference";
import { normBranches } from "./branches";
import { layerNormReference } from "./reference";

beforeAll(startTestBackend);

/** Each result enters the sum in a way of its own, so that no two gradients can be mistaken. */
const combine = (results: Tensor[]) =>
  tf.addN(results.map((result, i) => tf.mul(result, tf.mul(result, i + 1))));

const own = (x: Tensor, weights: { gain: Tensor; bias: Tensor | null }[]) => {
  const { residual, norms } = normBranches(x, weights, 1e-5);
  return combine([residual, ...norms]);
};

describe.each([1, 64] as const)("with %i threads to a row on WebGPU", (lanes) => {
  beforeEach(() => useRowLanes(lanes));

  it.each([[[1, 3]], [[17, 20]], [[2, 5, 63]], [[65, 127]], [[257, 24]]])(
    "of %j equals two layer norms and their input",
    async (shape) => {
      const width = shape.at(-1)!;
      await expectSameGradients(
        (x, gain, bias, gain2, bias2) =>
          own(x, [
            { gain: gain, bias: bias },
            { gain: gain2, bias: bias2 },
          ]),
        (x, gain, bias, gain2, bias2) =>
          combine([
            x,
            layerNormReference(x, gain, bias, 1e-5),
            layerNormReference(x, gain2, bias2, 1e-5),
          ]),
        [shape, [width], [width], [width], [width]],
      );
    },
  );

  it.each([[[17, 20]], [[3, 63]], [[1, 517]]])(
    "of %j equals an RMS norm and its input",
    async (shape) => {
      await expectSameGradients(
        (x, gain) => own(x, [{ gain: gain, bias: null }]),
        (x, gain) => combine([x, rmsNormReference(x, gain, 1e-5)]),
        [shape, [shape.at(-1)!]],
      );
    },
  );
});

it("gives frozen gains no gradient, and leaves nothing behind", async () => {
  const [gain, bias] = [tf.randomNormal([6]), tf.randomNormal([6])];
  const before = tf.memory().numTensors;
  await expectSameGradients(
    (x) => tf.tidy(() => own(x, [{ gain, bias }])),
    (x) => tf.tidy(() => combine([x, layerNormReference(x, gain, bias, 1e-5)])),
    [[5, 6]],
  );
  expect(tf.memory().numTensors).toBe(before);
  tf.dispose([gain, bias]);
});
