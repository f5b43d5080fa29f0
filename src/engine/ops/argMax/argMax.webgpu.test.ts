import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startTestBackend } from "@/engine/testing/backend";
import { take } from "@/engine/testing/expectClose";
import { randomNumbers } from "@/engine/testing/numbers";
import { tf } from "@/engine/tfjs";
import { useRowLanes } from "@/engine/webgpu/sums";
import { argMaxWebGPU } from "./webgpu";

beforeAll(startTestBackend);

describe.each([1, 64] as const)("with %i threads to a row", (lanes) => {
  beforeEach(() => useRowLanes(lanes));

  it.each([1, 3, 65, 517, 4097])("finds the first of the largest of %i", async (width) => {
    const rows = 3;
    // Whole numbers, so that there are several of the largest.
    const values = randomNumbers(rows * width, width, 4).map(Math.round);
    const logits = tf.tensor2d(values, [rows, width]);
    const wanted = Array.from({ length: rows }, (_, row) => {
      const own = values.subarray(row * width, (row + 1) * width);
      return own.indexOf(Math.max(...own));
    });
    expect([...(await take(argMaxWebGPU(logits)))]).toEqual(wanted);
    logits.dispose();
  });
});
