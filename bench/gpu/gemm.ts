/** The matrix products of a step, each alone: how much of the device's peak they reach. */
import { tf, type Tensor } from "@/engine/tfjs";
import { gemm } from "@/engine/webgpu/gemm/gemm";
import type { Shape } from "../pages/material";

export type GemmTime = {
  /** NT forward, NN the gradient of the input, TN the gradient of the weight. */
  layout: "NT" | "NN" | "TN";
  name: string;
  rows: number;
  columns: number;
  inner: number;
  gflops: number;
};

/** Every layer's product at the smallest and the largest number of tokens. */
export async function products(shape: Shape, tokens: number[], gflop: number): Promise<GemmTime[]> {
  const { hidden: C, vocab: V } = shape;
  const layers = [
    ["query, key, value", 3 * C, C],
    ["attention out", C, C],
    ["feed forward up", 4 * C, C],
    ["feed forward down", C, 4 * C],
    ["head", V, C],
  ] as const;
  const times: GemmTime[] = [];
  for (const T of new Set([Math.min(...tokens), Math.max(...tokens)])) {
    for (const [name, out, input] of layers) {
      // The head's product is made in pieces by the engine; alone it would need T × V values.
      if (T * out * 4 > 512 * 2 ** 20) continue;
      times.push(await time("NT", name, T, out, input, gflop));
      times.push(await time("NN", name, T, input, out, gflop));
      times.push(await time("TN", name, out, input, T, gflop));
    }
  }
  return times;
}

async function time(
  layout: GemmTime["layout"],
  name: string,
  rows: number,
  columns: number,
  inner: number,
  gflop: number,
): Promise<GemmTime> {
  const [transposeA, transposeB] = [layout === "TN", layout === "NT"];
  const a = tf.ones(transposeA ? [inner, rows] : [rows, inner]);
  const b = tf.ones(transposeB ? [columns, inner] : [inner, columns]);
  const operations = 2 * rows * columns * inner;
  const count = Math.max(1, Math.round((gflop * 1e9) / operations));
  const multiply = () => gemm([{ a, b, transposeA, transposeB }]).c;
  const take = async (times: number) => {
    const started = performance.now();
    let last: Tensor = multiply();
    for (let i = 1; i < times; i++) {
      last.dispose();
      last = multiply();
    }
    const value = tf.slice(last, [0, 0], [1, 1]);
    const [found] = await value.data();
    tf.dispose([value, last]);
    // With ones everywhere each sum is the number of its terms.
    if (found !== inner) throw new Error(`${layout} ${name}: got ${found}, not ${inner}`);
    return performance.now() - started;
  };
  // Warm-up; the first calls also try tiles out.
  for (let i = 0; i < 3; i++) await take(1);
  // Twice as many less once as many: what a readback costs falls out.
  const once = await take(count);
  const ms = Math.max((await take(2 * count)) - once, once / 4);
  tf.dispose([a, b]);
  return { layout, name, rows, columns, inner, gflops: (count * operations) / ms / 1e6 };
}
