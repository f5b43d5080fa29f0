import { beforeAll, it } from "vitest";
import { startTestBackend } from "@/engine/testing/backend";
import { expectClose, take } from "@/engine/testing/expectClose";
import { expectSameGradients } from "@/engine/testing/expectSameGradients";
import { tf } from "@/engine/tfjs";

import { gelu, geluTanh, silu } from "./activation";
import { geluReference, geluTanhReference, siluReference } from "./reference";

beforeAll(startTestBackend);

const CASES = [
  { name: "gelu", op: gelu, reference: geluReference },
  { name: "geluTanh", op: geluTanh, reference: geluTanhReference },
  { name: "silu", op: silu, reference: siluReference },
];

it.each(CASES)("$name equals its reference", async ({ op, reference }) => {
  for (const shape of [[1], [17, 3], [2, 5, 127], [65, 4], [63], [257, 1]]) {
    await expectSameGradients(
      (x) => op(x),
      (x) => reference(x),
      [shape],
    );
  }
});

it.each(CASES)("$name is finite and right far from zero", async ({ op, reference }) => {
  const x = tf.tensor1d([-1000, -90, -20, -5, 0, 5, 20, 90, 1000]);
  expectClose(await take(op(x)), await take(reference(x)), 1e-5, "value");
  const dy = tf.onesLike(x);
  const [own, wanted] = [tf.grad(op)(x, dy), tf.grad(reference)(x, dy)];
  expectClose(await take(own), await take(wanted), 1e-5, "slope");
  tf.dispose([x, dy]);
});
