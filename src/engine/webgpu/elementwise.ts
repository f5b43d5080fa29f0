/** Programs that compute each value from the values at its place in other tensors. */
import { tf, type TensorInfo } from "../tfjs";
import { runOwnProgram } from "./run";

export type Elementwise = {
  key: string;
  /** Names of the tensors read. */
  reads: readonly string[];
  /** Names of the tensors written; their old values may be used. */
  writes: readonly string[];
  numbers?: readonly string[];
  /** WGSL functions; `T` is the type of a value, f32 or a vector of four. */
  functions?: string;
  /** WGSL statements on `name[i]` of type T. */
  body: string;
};

/** Runs over all values of tensors of one size, four to a thread where that comes out even. */
export function runElementwise(
  { key, reads, writes, numbers = [], functions = "", body }: Elementwise,
  tensors: Record<string, TensorInfo>,
  uniforms: Record<string, number> = {},
): void {
  const size = tf.util.sizeFromShape(tensors[writes[0]!]!.shape);
  const width = size % 4 === 0 ? 4 : 1;
  const element = width === 4 ? "vec4<f32>" : "f32";
  const typed = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, element] as const));
  runOwnProgram(
    {
      key: `${key} ${width}`,
      reads: typed(reads),
      writes: typed(writes),
      numbers,
      code: () => `alias T = ${element};
        ${functions}
        fn main(i : i32) { ${body} }`,
    },
    tensors,
    uniforms,
    size / width,
  );
}
