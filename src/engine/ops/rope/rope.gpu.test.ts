import { beforeAll, expect, it } from "vitest";
import { startTestBackend } from "@/engine/testing/backend";
import { expectSameGradients } from "@/engine/testing/expectSameGradients";
import { take } from "@/engine/testing/expectClose";
import { tf } from "@/engine/tfjs";
import { ropeReference } from "./reference";
import { createRopeTable, rope } from "./rope";

beforeAll(startTestBackend);

it.each([
  { shape: [1, 1, 1, 4], rotaryDim: 4 },
  { shape: [2, 3, 7, 20], rotaryDim: 10 },
  { shape: [1, 2, 17, 24], rotaryDim: 6 },
  { shape: [3, 1, 65, 20], rotaryDim: 20 },
  { shape: [1, 1, 257, 24], rotaryDim: 2 },
])("of $shape, turning $rotaryDim, equals the reference", async ({ shape, rotaryDim }) => {
  const table = createRopeTable(shape[2] as number, rotaryDim, 10_000);
  await expectSameGradients(
    (x) => rope(x, table),
    (x) => ropeReference(x, table),
    [shape],
  );
  tf.dispose(Object.values(table));
});

it("turns the pair (1, 0) at position 1 to (cos 1, sin 1)", async () => {
  const table = createRopeTable(2, 2, 10_000);
  const x = tf.tensor4d([1, 0, 1, 0], [1, 1, 2, 2]);
  const [x0, y0, x1, y1] = await take(rope(x, table));
  expect([x0, y0]).toEqual([1, 0]);
  expect(x1).toBeCloseTo(Math.cos(1), 6);
  expect(y1).toBeCloseTo(Math.sin(1), 6);
  tf.dispose([x, ...Object.values(table)]);
});
