import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startTestBackend } from "@/engine/testing/backend";
import { expectSameGradients } from "@/engine/testing/expectSameGradients";
import { useRowLanes } from "@/engine/webgpu/sums";
import { tf } from "@/engine/tfjs";
import { layerNorm } from "./layerNorm";
import { layerNormReference } from "./reference";

beforeAll(startTestBackend);

describe.each([1, 64, "subgroups"] as const)("with %s for a row on WebGPU", (lanes) => {
  beforeEach(() => useRowLanes(lanes));

  it.each([[[1, 3]], [[17, 20]], [[2, 5, 63]], [[3, 1]], [[65, 127]], [[257, 65]], [[63, 517]]])(
    "of %j equals the reference",
    async (shape) => {
      const width = shape.at(-1) as number;
      await expectSameGradients(
        (x, gain, bias) => layerNorm(x, gain, bias, 1e-5),
        (x, gain, bias) => layerNormReference(x, gain, bias, 1e-5),
        [shape, [width], [width]],
      );
    },
  );
});

it("gives a frozen gain no gradient, and frees all but the result", () => {
  const [x, gain, bias] = [tf.ones([3, 4]), tf.ones([4]), tf.zeros([4])];
  const before = tf.memory().numTensors;
  const gradient = tf.grad((input) => layerNorm(input, gain, bias, 1e-5))(x);
  expect(tf.memory().numTensors).toBe(before + 1);
  tf.dispose([x, gain, bias, gradient]);
});
