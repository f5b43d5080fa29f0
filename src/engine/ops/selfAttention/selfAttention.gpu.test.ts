import { beforeAll, describe, expect, it } from "vitest";
import { startTestBackend } from "@/engine/testing/backend";
import { expectClose, take } from "@/engine/testing/expectClose";
import { expectSameGradients } from "@/engine/testing/expectSameGradients";
import { randomNumbers } from "@/engine/testing/numbers";
import { tf, type Tensor } from "@/engine/tfjs";
import { createRopeTable } from "../rope/rope";
import { selfAttentionReference } from "./reference";
import { selfAttention, type Projections, type Segments } from "./selfAttention";

beforeAll(startTestBackend);

/** How the three families lay out their heads. */
const LAYOUTS = {
  /** [heads, 3, headDim] */
  interleaved: (sources: Tensor[], _heads: number, headDim: number) =>
    [0, 1, 2].map((i) => ({
      tensor: sources[0] as Tensor,
      offset: i * headDim,
      stride: 3 * headDim,
    })),
  /** [3, heads, headDim] */
  joined: (sources: Tensor[], heads: number, headDim: number) =>
    [0, 1, 2].map((i) => ({
      tensor: sources[0] as Tensor,
      offset: i * heads * headDim,
      stride: headDim,
    })),
  apart: (sources: Tensor[], _heads: number, headDim: number) =>
    [0, 1, 2].map((i) => ({ tensor: sources[i] as Tensor, offset: 0, stride: headDim })),
};

type Case = {
  layout: keyof typeof LAYOUTS;
  batch: number;
  length: number;
  heads: number;
  kvHeads: number;
  headDim: number;
  rotaryDim: number;
  segments: number[];
};

const CASES: Case[] = [
  {
    layout: "interleaved",
    batch: 2,
    length: 17,
    heads: 3,
    kvHeads: 3,
    headDim: 20,
    rotaryDim: 4,
    segments: [0, 17, 17, 17],
  },
  // Packed: two and three examples a row, and nothing left over.
  {
    layout: "joined",
    batch: 2,
    length: 9,
    heads: 2,
    kvHeads: 2,
    headDim: 24,
    rotaryDim: 0,
    segments: [0, 5, 5, 4, 9, 1, 10, 3, 13, 5],
  },
  {
    layout: "apart",
    batch: 1,
    length: 65,
    heads: 6,
    kvHeads: 2,
    headDim: 8,
    rotaryDim: 8,
    segments: [0, 33, 33, 32],
  },
  {
    layout: "apart",
    batch: 3,
    length: 1,
    heads: 1,
    kvHeads: 1,
    headDim: 2,
    rotaryDim: 2,
    segments: [0, 1, 1, 1, 2, 1],
  },
];

function shapesOf({ layout, batch, length, heads, kvHeads, headDim }: Case): number[][] {
  if (layout !== "apart") return [[batch, length, 3 * heads * headDim]];
  return [heads, kvHeads, kvHeads].map((count) => [batch, length, count * headDim]);
}

function project(test: Case, sources: Tensor[]): Projections {
  const { layout, heads, kvHeads, headDim } = test;
  const [q, k, v] = LAYOUTS[layout](sources, heads, headDim);
  return { q: q!, k: k!, v: v!, heads, kvHeads, headDim };
}

describe.each(CASES)("$layout, $batch × $length, $heads heads of $headDim", (test) => {
  const segments: Segments = Int32Array.from(test.segments);

  it("equals the reference", async () => {
    const table = test.rotaryDim > 0 ? createRopeTable(test.length, test.rotaryDim, 10000) : null;
    await expectSameGradients(
      (...sources) => selfAttention(project(test, sources), table, segments),
      (...sources) => selfAttentionReference(project(test, sources), table, segments),
      shapesOf(test),
    );
    if (table) tf.dispose([table.cos, table.sin]);
  });
});

it("gives a packed example what it gets alone", async () => {
  const [first, second, third] = [5, 4, 7];
  const width = 3 * 2 * 6;
  const values = randomNumbers(16 * width, 3);
  const table = createRopeTable(16, 6, 10000);
  const attend = (rows: Float32Array, length: number, segments: number[]) => {
    const tensor = tf.tensor3d(rows, [1, length, width]);
    const place = (i: number) => ({ tensor, offset: i * 6, stride: 18 });
    const projections = { q: place(0), k: place(1), v: place(2), heads: 2, kvHeads: 2, headDim: 6 };
    const out = take(selfAttention(projections, table, Int32Array.from(segments)));
    return out.finally(() => tensor.dispose());
  };
  const packed = await attend(values, 16, [0, first, first, second, first + second, third]);
  let at = 0;
  for (const length of [first, second, third]) {
    const alone = await attend(values.slice(at * width, (at + length) * width), length, [
      0,
      length,
    ]);
    expectClose(packed.slice(at * 12, (at + length) * 12), alone, 1e-5, `an example of ${length}`);
    at += length;
  }
  expect(at).toBe(16);
  tf.dispose([table.cos, table.sin]);
});
