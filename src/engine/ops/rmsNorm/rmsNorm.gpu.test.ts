import { beforeAll, beforeEach, describe, it } from "vitest";
import { startTestBackend } from "@/engine/testing/backend";
import { expectSameGradients } from "@/engine/testing/expectSameGradients";
import { useRowLanes } from "@/engine/webgpu/sums";

import { rmsNormReference } from "./reference";
import { rmsNorm } from "./rmsNorm";

beforeAll(startTestBackend);

describe.each([1, 64, "subgroups"] as const)("with %s for a row on WebGPU", (lanes) => {
  beforeEach(() => useRowLanes(lanes));

  it.each([
    [[1, 3]],
    [[17, 20]],
    [[2, 5, 63]],
    [[3, 2]],
    [[65, 127]],
    [[65, 257]],
    [[257, 24]],
    [[63, 517]],
  ])("of %j equals the reference", async (shape) => {
    await expectSameGradients(
      (x, gain) => rmsNorm(x, gain, 1e-5),
      (x, gain) => rmsNormReference(x, gain, 1e-5),
      [shape, [shape.at(-1) as number]],
    );
  });
});
