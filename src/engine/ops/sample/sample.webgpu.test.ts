import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { defaultSampling, type SamplingConfig } from "@/core/generation";
import { Random } from "@/core/random";
import { startTestBackend } from "@/engine/testing/backend";
import { take } from "@/engine/testing/expectClose";
import { randomNumbers } from "@/engine/testing/numbers";
import { tf } from "@/engine/tfjs";
import { useRowLanes } from "@/engine/webgpu/sums";
import { sampleToken } from "./reference";
import { penalizeRepetitionWebGPU, sampleWebGPU } from "./webgpu";

beforeAll(startTestBackend);

/**
 * A draw so near to an edge between two tokens may take the other: sums in float32, over a large vocabulary by a single
 * thread, are not exacter.
 */
const edgeOf = (width: number) => (width > 1000 ? 1e-4 : 1e-5);

const LIMITS: Partial<SamplingConfig>[] = [
  {},
  { topK: 1 },
  { topK: 7 },
  { topP: 0.5 },
  { topK: 40, topP: 0.95 },
  { topK: 5, topP: 0.3, temperature: 0.25 },
];

/** Rows that are random, full of equals, all equal, and with the largest and smallest numbers there are. */
function rowsOf(width: number): Float32Array[] {
  const random = randomNumbers(width, width, 4);
  const extremes = [3.4e38, -3.4e38, 1e-38, -1e-38, 0, -0, -3.4e38];
  return [
    random,
    random.map(Math.round),
    new Float32Array(width).fill(-2.5),
    random.map((value, i) => extremes[i % 9] ?? value),
  ];
}

describe.each([1, 64, "subgroups"] as const)("with %s for a row", (lanes) => {
  beforeEach(() => useRowLanes(lanes));

  it.each([1, 3, 17, 63, 65, 257, 517, 50_304])(
    "draws of %i what the reference draws",
    async (width) => {
      const rows = rowsOf(width);
      const flat = Float32Array.from(rows.flatMap((row) => [...row]));
      const logits = tf.tensor2d(flat, [rows.length, width]);
      const random = new Random(width);
      const draws = [0, 1 - 2 ** -24, ...Array.from({ length: width > 1000 ? 1 : 4 }, () => random.next())]; // prettier-ignore
      const edge = edgeOf(width);
      let exact = 0;
      let all = 0;
      for (const limits of LIMITS) {
        const sampling = { ...defaultSampling(), temperature: 0.75, ...limits };
        for (const draw of draws) {
          const got = await take(sampleWebGPU(logits, sampling, draw));
          rows.forEach((row, i) => {
            const near = [draw, draw - edge, draw + edge].flatMap((nearDraw) =>
              [sampling.topP, sampling.topP - edge, sampling.topP + edge].map((topP) =>
                sampleToken(row.slice(), [], { ...sampling, topP }, nearDraw),
              ),
            );
            expect(near, `row ${i}, ${JSON.stringify(limits)}, draw ${draw}`).toContain(got[i]);
            all++;
            if (got[i] === near[0]) exact++;
          });
        }
      }
      // The tokens of a large vocabulary lie dense.
      expect(exact / all).toBeGreaterThan(width > 1000 ? 0.8 : 0.98);
      logits.dispose();
    },
  );
});

it("draws no token that can hardly come, not even with the largest draw", async () => {
  useRowLanes(1);
  const logits = tf.tensor2d([[0, -99, -99]]);
  const draw = 1 - 2 ** -32;
  expect([...(await take(sampleWebGPU(logits, { ...defaultSampling(), temperature: 1 }, draw)))]).toEqual([0]); // prettier-ignore
  logits.dispose();
});

it("makes what was seen less likely, and remembers the newest token", async () => {
  const values = [1, -2, 3, -4, 0.5, -0.5];
  const logits = tf.tensor2d([...values, ...values], [2, 6]);
  const seen = tf.tensor2d([1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [2, 6], "int32");
  const newest = tf.tensor1d([2, 3], "int32");
  penalizeRepetitionWebGPU(logits, seen, newest, 2);
  expect([...(await take(logits))]).toEqual([0.5, -4, 1.5, -4, 0.5, -0.5, 1, -2, 3, -8, 0.5, -0.5]);
  expect([...(await take(seen))]).toEqual([1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0]);
  newest.dispose();
});
