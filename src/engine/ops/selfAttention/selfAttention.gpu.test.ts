import { beforeAll, describe, expect, it } from "vitest";
import { startTestBackend } from "@/engine/testing/backend";
import { expectClose, take } from "@/engine/testing/expectClose";
import { expectSameGradients } from "@/engine/testing/expectSameGradients";
import { randomNumbers } from "@/engine/testing/numbers";
import { isWebGPU, tf, type Tensor } from "@/engine/tfjs";
import { createRopeTable } from "../rope/rope";
import { selfAttentionReference } from "./reference";
import { selfAttention, type Projections, type Segments } from "./selfAttention";
import { cachedAttentionWasm } from "./wasm";
import { cachedAttentionWebGPU } from "./webgpu";

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
  {
    layout: "apart",
    batch: 2,
    length: 63,
    heads: 4,
    kvHeads: 1,
    headDim: 20,
    rotaryDim: 20,
    segments: [0, 3, 3, 60, 63, 17, 80, 1, 81, 45],
  },
  {
    layout: "interleaved",
    batch: 1,
    length: 65,
    heads: 3,
    kvHeads: 3,
    headDim: 24,
    rotaryDim: 6,
    segments: [0, 65],
  },
  {
    layout: "joined",
    batch: 1,
    length: 3,
    heads: 1,
    kvHeads: 1,
    headDim: 20,
    rotaryDim: 4,
    segments: [0, 2, 2, 1],
  },
  // Row widths and a rotary part that are no multiples of four.
  {
    layout: "apart",
    batch: 1,
    length: 17,
    heads: 3,
    kvHeads: 1,
    headDim: 10,
    rotaryDim: 6,
    segments: [0, 3, 3, 14],
  },
  {
    layout: "interleaved",
    batch: 1,
    length: 127,
    heads: 1,
    kvHeads: 1,
    headDim: 128,
    rotaryDim: 32,
    segments: [0, 63, 63, 64],
  },
  {
    layout: "joined",
    batch: 1,
    length: 257,
    heads: 2,
    kvHeads: 2,
    headDim: 6,
    rotaryDim: 2,
    segments: [0, 257],
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
    if (table) tf.dispose(Object.values(table));
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
  tf.dispose(Object.values(table));
});

it("gives tokens outside every example zeros, and no gradient", async () => {
  const tensor = tf.tensor3d(randomNumbers(9 * 12, 4), [1, 9, 12]);
  const place = (i: number) => ({ tensor: tensor, offset: i * 4, stride: 4 });
  const attend = (x: Tensor) => {
    const at = (i: number) => ({ ...place(i), tensor: x });
    const projections = { q: at(0), k: at(1), v: at(2), heads: 1, kvHeads: 1, headDim: 4 };
    return selfAttention(projections, null, Int32Array.of(1, 3, 5, 2));
  };
  const isOutside = (token: number) => ![1, 2, 3, 5, 6].includes(token);
  const value = await take(attend(tensor));
  const gradient = await take(tf.grad(attend)(tensor, tf.ones([1, 9, 4])));
  for (let token = 0; token < 9; token++) {
    const largest = (values: Float32Array) => Math.max(...values.map(Math.abs));
    const [y, dx] = [
      value.subarray(4 * token, 4 * token + 4),
      gradient.subarray(12 * token, 12 * token + 12),
    ];
    expect(largest(y) === 0, `value ${token}`).toBe(isOutside(token));
    expect(largest(dx) === 0, `gradient ${token}`).toBe(isOutside(token));
  }
  tensor.dispose();
});

it.each(CASES.filter(({ batch }) => batch === 1))(
  "goes on behind a cache ($layout, $heads heads of $headDim)",
  async (test) => {
    const { layout, heads, kvHeads, headDim, rotaryDim } = test;
    const [length, first] = [75, 61];
    const whole = shapesOf({ ...test, length }).map((shape, i) =>
      tf.tensor3d(randomNumbers(shape[1]! * shape[2]!, i), shape as [number, number, number]),
    );
    const table = rotaryDim > 0 ? createRopeTable(80, rotaryDim, 10000) : null;
    const expected = await take(
      selfAttentionReference(project(test, whole), table, Int32Array.of(0, length)),
    );
    const shape: [number, number, number, number] = [1, kvHeads, 128, headDim];
    const [k, v] = [tf.zeros(shape), tf.zeros(shape)];
    const attend = isWebGPU() ? cachedAttentionWebGPU : cachedAttentionWasm;
    const got: number[] = [];
    const pass = async (past: number, count: number, padded: number) => {
      // The first pass is padded with the tokens that come later: they must not be seen.
      const part = whole.map((x) => tf.slice(x, [0, past, 0], [1, padded, x.shape[2]]));
      const out = await take(attend(project(test, part), table, { k, v, past, count }));
      got.push(...out.slice(0, count * heads * headDim));
      tf.dispose(part);
    };
    await pass(0, first, 64);
    const before = tf.memory().numTensors;
    for (let past = first; past < length; past++) await pass(past, 1, 1);
    expect(tf.memory().numTensors).toBe(before);
    expectClose(got, expected, 1e-5, layout);
    tf.dispose([...whole, k, v, ...(table ? Object.values(table) : [])]);
  },
);

it.each(CASES.filter(({ batch }) => batch === 1))(
  "goes on with two examples as with each alone ($layout, $heads heads of $headDim)",
  async (test) => {
    const { kvHeads, headDim, rotaryDim } = test;
    const table = rotaryDim > 0 ? createRopeTable(80, rotaryDim, 10000) : null;
    const attend = isWebGPU() ? cachedAttentionWebGPU : cachedAttentionWasm;
    const PASSES = [
      { past: 0, count: 35, padded: 48 },
      { past: 35, count: 1, padded: 1 },
      { past: 36, count: 1, padded: 1 },
    ];
    /** Of each pass the rows of these examples, whose values are seeded by their number. */
    const run = async (examples: number[]) => {
      const shape: [number, number, number, number] = [examples.length, kvHeads, 64, headDim];
      const [k, v] = [tf.zeros(shape), tf.zeros(shape)];
      const got: number[][][] = [];
      for (const { past, count, padded } of PASSES) {
        const sources = shapesOf(test).map((of, i) => {
          const values = examples.flatMap((example) => [
            ...randomNumbers(padded * of[2]!, 100 * example + 10 * past + i),
          ]);
          return tf.tensor3d(values, [examples.length, padded, of[2]!]);
        });
        const out = await take(attend(project(test, sources), table, { k, v, past, count }));
        const size = out.length / examples.length;
        const real = (size / padded) * count;
        got.push(examples.map((_, i) => [...out.subarray(i * size, i * size + real)]));
        tf.dispose(sources);
      }
      tf.dispose([k, v]);
      return got;
    };
    const together = await run([1, 2]);
    for (const [place, example] of [1, 2].entries()) {
      const alone = await run([example]);
      expect(together.map((pass) => pass[place])).toEqual(alone.map((pass) => pass[0]));
    }
    if (table) tf.dispose(Object.values(table));
  },
);
