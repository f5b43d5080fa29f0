import { beforeAll, it } from "vitest";
import { startTestBackend } from "@/engine/testing/backend";
import { expectSameGradients } from "@/engine/testing/expectSameGradients";
import { tf, type Tensor } from "@/engine/tfjs";
import { attention } from "./attention";
import { attentionReference } from "./reference";

beforeAll(startTestBackend);

/** Query i sees keys up to i + (keys − length). */
function causalMask(length: number, keys: number): Tensor {
  const values = Float32Array.from({ length: length * keys }, (_, i) =>
    i % keys > Math.floor(i / keys) + keys - length ? -1e9 : 0,
  );
  return tf.tensor2d(values, [length, keys]);
}

it.each([
  { batch: 1, heads: 1, kvHeads: 1, length: 1, keys: 1, headDim: 3 },
  { batch: 2, heads: 3, kvHeads: 3, length: 17, keys: 17, headDim: 20 },
  { batch: 1, heads: 6, kvHeads: 2, length: 9, keys: 9, headDim: 24 },
  { batch: 1, heads: 4, kvHeads: 1, length: 3, keys: 65, headDim: 8 },
  { batch: 1, heads: 1, kvHeads: 1, length: 63, keys: 127, headDim: 20 },
])(
  "$heads heads over $kvHeads, $length queries, $keys keys equals the reference",
  async ({ batch, heads, kvHeads, length, keys, headDim }) => {
    const mask = causalMask(length, keys);
    const run =
      (op: typeof attention) =>
      (...[q, k, v]: Tensor[]) =>
        op(q as Tensor, k as Tensor, v as Tensor, mask);
    await expectSameGradients(run(attention), run(attentionReference), [
      [batch, heads, length, headDim],
      [batch, kvHeads, keys, headDim],
      [batch, kvHeads, keys, headDim],
    ]);
    mask.dispose();
  },
);
