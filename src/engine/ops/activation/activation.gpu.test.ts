import { beforeAll, it } from "vitest";
import { startTestBackend } from "@/engine/testing/backend";
import { expectSameGradients } from "@/engine/testing/expectSameGradients";

import { gelu, geluTanh, silu } from "./activation";
import { geluReference, geluTanhReference, siluReference } from "./reference";

beforeAll(startTestBackend);

const CASES = [
  { name: "gelu", op: gelu, reference: geluReference },
  { name: "geluTanh", op: geluTanh, reference: geluTanhReference },
  { name: "silu", op: silu, reference: siluReference },
];

it.each(CASES)("$name equals its reference", async ({ op, reference }) => {
  for (const shape of [[1], [17, 3], [2, 5, 127]]) {
    await expectSameGradients(
      (x) => op(x),
      (x) => reference(x),
      [shape],
    );
  }
});
