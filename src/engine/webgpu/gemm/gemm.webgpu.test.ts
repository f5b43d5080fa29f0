/** Every variant of the product against sums in float64, on sizes that come out even nowhere. */
import { describe, expect, it } from "vitest";
import { startTestBackend } from "@/engine/testing/backend";
import { expectClose, take } from "@/engine/testing/expectClose";
import { randomNumbers } from "@/engine/testing/numbers";
import { tf, toTensor, type TensorInfo } from "@/engine/tfjs";
import { decodeFloat16, encodeFloat16 } from "@/engine/formats/float16";
import { pack } from "../packed";
import { runOwnProgram, webgpuOutput, type Program } from "../run";
import type { GemmShape, Layout } from "./code";
import { gemm, gemmInto } from "./gemm";
import { rowsCount, rowsProgram } from "./rows";
import { threadsCount, threadsProgram } from "./threads";
import { describeTile, TILES, tilesCount, tilesProgram } from "./tiles";
import { usableTiles } from "./tune";

// Which tests there are depends on the device.
await startTestBackend();

/** op(a)·op(b) with sums in float64. */
function multiply(a: Float32Array, b: Float32Array, size: Size, layout: [Layout, Layout]) {
  const { M, N, K } = size;
  const c = new Float32Array(M * N);
  for (let m = 0; m < M; m++) {
    for (let n = 0; n < N; n++) {
      let sum = 0;
      for (let k = 0; k < K; k++) {
        sum +=
          a[layout[0] === "inner" ? m * K + k : k * M + m]! *
          b[layout[1] === "inner" ? n * K + k : k * N + n]!;
      }
      c[m * N + n] = sum;
    }
  }
  return c;
}

type Size = { M: number; N: number; K: number };

const LAYOUTS: [Layout, Layout][] = [
  ["inner", "direct"],
  ["inner", "inner"],
  ["direct", "direct"],
];
const SIZES: Size[] = [
  { M: 3, N: 65, K: 127 },
  { M: 132, N: 68, K: 36 },
  { M: 4, N: 20, K: 1 },
  { M: 1, N: 517, K: 257 },
  { M: 17, N: 63, K: 3 },
  { M: 257, N: 3, K: 65 },
];

function plainShape({ M, N, K }: Size, [a, b]: [Layout, Layout]): GemmShape {
  const width = (length: number) => (length % 4 === 0 ? 4 : 1);
  return {
    products: [
      {
        ...{ a, b, isScaled: false, hasFirstRow: false },
        aWidth: width(a === "direct" ? M : K),
        bWidth: width(b === "direct" ? N : K),
      },
    ],
    ...{ width: width(N), biases: 0, hasAdd: false, accumulates: false },
    ...{ activation: null, slope: null, gate: null, hasColumnSums: a === "direct" },
  };
}

/** Every variant, and for which sizes it is made. */
const VARIANTS: {
  name: string;
  program: (shape: GemmShape, size: Size) => Program;
  count: (size: Size) => number;
  takes: (size: Size, layout: [Layout, Layout]) => boolean;
}[] = [
  {
    name: "threads",
    program: threadsProgram,
    count: ({ M, N }) => threadsCount(M, N),
    takes: () => true,
  },
  {
    name: "rows",
    program: (shape, { M }) => rowsProgram(shape, M),
    count: ({ N }) => rowsCount(N),
    takes: ({ M }, [a]) => M <= 4 && a === "inner",
  },
  ...TILES.map((tile, i) => ({
    name: `tiles ${describeTile(tile)}`,
    program: (shape: GemmShape) => tilesProgram(shape, tile),
    count: ({ M, N }: Size) => tilesCount(tile, M, N),
    // Half of the sizes, and the other half with the next tile or layout: programs take long to compile.
    takes: (size: Size, [a, b]: [Layout, Layout]) =>
      (i + SIZES.indexOf(size) + (a === "inner" && b === "inner" ? 1 : 0)) % 2 === 0,
  })),
];

describe.each(VARIANTS)("$name", ({ program, count, takes }) => {
  it.each(LAYOUTS)("multiplies with a %s and b %s", async (...layout) => {
    for (const size of SIZES.filter((one) => takes(one, layout))) {
      const { M, N, K } = size;
      const [a, b] = [randomNumbers(M * K, 1), randomNumbers(K * N, 2)];
      const shape = plainShape(size, layout);
      const outputs: Record<string, TensorInfo> = { c: webgpuOutput([M, N]) };
      if (shape.hasColumnSums) outputs["columnSums"] = webgpuOutput([N]);
      const factors = { a0: tf.tensor1d(a), b0: tf.tensor1d(b) };
      const uniforms = { rows: M, columns: N, inner0: K };
      runOwnProgram(program(shape, size), { ...factors, ...outputs }, uniforms, count(size));
      const message = `[${M}, ${K}]·[${K}, ${N}]`;
      const c = await take(toTensor(outputs["c"]!));
      expectClose(c, multiply(a, b, size, layout), 1e-5, message);
      if (shape.hasColumnSums) {
        const ones = new Float32Array(K).fill(1);
        const sums = multiply(ones, b, { M: 1, N, K }, ["inner", "direct"]);
        expectClose(await take(toTensor(outputs["columnSums"]!)), sums, 1e-5, message);
      }
      tf.dispose(Object.values(factors));
    }
  });
});

// The software adapter has no float16: those tiles are tested on devices that do.
const PACKED_TILES = [TILES[3]!, ...usableTiles(true).filter(({ isHalf }) => isHalf)];

describe.each(PACKED_TILES.map((tile) => ({ name: describeTile(tile), tile })))(
  "tiles $name",
  ({ tile }) => {
    it.each(LAYOUTS.slice(0, 2))("multiply packed factors (a %s, b %s)", async (...layout) => {
      const size: Size = { M: 67, N: 132, K: 36 };
      const { M, N, K } = size;
      const a = randomNumbers(M * K, 1);
      const halves = encodeFloat16(randomNumbers(K * N, 2));
      const shape = plainShape(size, layout);
      shape.products[0]!.bWidth = "half";
      const [a0, b0] = [tf.tensor1d(a), pack(halves, layout[1] === "inner" ? [N, K] : [K, N])];
      const c = webgpuOutput([M, N]);
      const uniforms = { rows: M, columns: N, inner0: K };
      runOwnProgram(tilesProgram(shape, tile), { a0, b0, c }, uniforms, tilesCount(tile, M, N));
      const wanted = multiply(a, decodeFloat16(halves), size, layout);
      expectClose(await take(toTensor(c)), wanted, 1e-5);
      tf.dispose([a0, b0]);
    });
  },
);

describe("gemm", () => {
  const tensor = (rows: number, columns: number, seed: number) =>
    tf.tensor2d(randomNumbers(rows * columns, seed), [rows, columns]);

  it.each([
    [17, 20, 63],
    [5, 24, 40],
  ])("adds scaled products, biases and a residual (%i rows)", async (M, K, N) => {
    const [x, w, u, v] = [tensor(M, K, 1), tensor(K, N, 2), tensor(M, 3, 3), tensor(N, 3, 4)];
    const [first, second] = [tf.tensor1d(randomNumbers(N, 5)), tf.tensor1d(randomNumbers(N, 6))];
    const add = tensor(M, N, 7);
    const { c } = gemm(
      [
        { a: x, b: w },
        { a: u, b: v, transposeB: true, scale: 0.5 },
      ],
      { biases: [first, second], add },
    );
    const wanted = tf.tidy(() =>
      tf.addN([
        tf.matMul(x, w),
        tf.mul(tf.matMul(u, v, false, true), 0.5),
        tf.add(add, tf.add(first, second)),
      ]),
    );
    expectClose(await take(c), await take(wanted), 1e-5);
    tf.dispose([x, w, u, v, first, second, add]);
  });

  it("adds what one program cannot bind in turns", async () => {
    const parts = [1, 2, 3, 4, 5, 6].map((i) => ({ a: tensor(9, 8, i), b: tensor(8, 12, 10 + i) }));
    const bias = tf.tensor1d(randomNumbers(12, 30));
    const { c, pre } = gemm(parts, { biases: [bias], activation: "silu" });
    const sum = tf.tidy(() => tf.add(tf.addN(parts.map(({ a, b }) => tf.matMul(a, b))), bias));
    expectClose(await take(c), await take(tf.tidy(() => tf.mul(sum, tf.sigmoid(sum)))), 1e-5);
    expectClose(await take(pre!), await take(sum), 1e-5);
    tf.dispose([...parts.flatMap(({ a, b }) => [a, b]), bias]);
  });

  it.each([
    [6, 7, 10],
    [65, 17, 63],
    [1, 257, 24],
  ])("multiplies by a gate, and by a slope (%i rows)", async (M, K, N) => {
    const [x, w, gate] = [tensor(M, K, 1), tensor(K, N, 2), tensor(M, N, 3)];
    const gated = gemm([{ a: x, b: w }], { gate: { kind: "silu", gate } });
    const up = tf.matMul(x, w);
    const wanted = tf.tidy(() => tf.mul(up, tf.mul(gate, tf.sigmoid(gate))));
    expectClose(await take(gated.c), await take(wanted), 1e-5);
    expectClose(await take(gated.pre!), await up.data(), 1e-5);
    const { c } = gemm([{ a: x, b: w }], { slope: { kind: "silu", pre: gate } });
    const slope = tf.grad((g) => tf.mul(g, tf.sigmoid(g)))(gate);
    expectClose(await take(c), await take(tf.tidy(() => tf.mul(up, slope))), 1e-5);
    tf.dispose([x, w, gate, up, slope]);
  });

  it("adds into a tensor in place", async () => {
    const [a, b, c] = [tensor(5, 4, 1), tensor(4, 6, 2), tensor(5, 6, 3)];
    const wanted = tf.tidy(() => tf.add(c, tf.mul(tf.matMul(a, b), 2)));
    gemmInto(c, [{ a, b, scale: 2 }], true);
    expectClose(await take(c), await take(wanted), 1e-5);
    tf.dispose([a, b]);
  });

  it("refuses factors that do not fit", () => {
    const [a, b] = [tensor(5, 4, 1), tensor(5, 6, 2)];
    expect(() => gemm([{ a, b }])).toThrow("gemm: [5,4] and [5,6] do not fit");
    tf.dispose([a, b]);
  });
});
