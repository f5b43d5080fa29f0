/**
 * WGSL that every variant of the matrix product shares: reading four neighbours of a matrix at once, and what is done
 * to a sum before it is written. A variant only says which thread sums what.
 */
import { ACTIVATION_WGSL, type ActivationKind } from "@/engine/ops/activation/wgsl";
import { UNPACK } from "../packed";
import type { Program } from "../run";

/** How a factor lies in memory. "direct": its contiguous axis is that of the result; "inner": the one summed over. */
export type Layout = "direct" | "inner";

/** All that is written into the code; sizes and scales are uniforms. */
export type GemmShape = {
  products: {
    a: Layout;
    b: Layout;
    /** Four of the contiguous axis to a load, where its length allows; as float16 where they are packed. */
    aWidth: 1 | 4;
    bWidth: 1 | 4 | "half";
    isScaled: boolean;
    /** Rows of a, not transposed, before a first one count as zeros. */
    hasFirstRow: boolean;
  }[];
  /** Of the result and what lies like it. */
  width: 1 | 4;
  biases: number;
  hasAdd: boolean;
  accumulates: boolean;
  /** c = f(sum), the sum itself to `pre`. */
  activation: ActivationKind | null;
  /** c = sum · f′(pre). */
  slope: ActivationKind | null;
  /** c = f(gate) · sum, the sum itself to `pre`. */
  gate: ActivationKind | null;
  /** Σ over the inner axis of the first product's b: the gradient of a bias. */
  hasColumnSums: boolean;
};

const element = (width: 1 | 4 | "half") =>
  width === "half" ? "vec2<u32>" : width === 4 ? "vec4<f32>" : "f32";

export function describeGemm(shape: GemmShape): string {
  const products = shape.products.map(
    ({ a, b, aWidth, bWidth, isScaled, hasFirstRow }) =>
      `${a[0]}${aWidth}${b[0]}${bWidth}${isScaled ? "s" : ""}${hasFirstRow ? "f" : ""}`,
  );
  const { width, biases, hasAdd, accumulates, activation, slope, gate, hasColumnSums } = shape;
  return [products.join("+"), width, biases, hasAdd, accumulates, activation, slope, gate, hasColumnSums].join(" "); // prettier-ignore
}

/** Whether the sum before the last function is kept. */
export function keepsSum({ activation, gate }: GemmShape): boolean {
  return activation !== null || gate !== null;
}

/** What a program of this shape binds. */
export function gemmBindings(
  shape: GemmShape,
): Pick<Program, "reads" | "writes" | "integers" | "numbers"> {
  const { products, width } = shape;
  const reads: Program["reads"] = {};
  products.forEach(({ aWidth, bWidth }, i) => {
    reads[`a${i}`] = element(aWidth);
    reads[`b${i}`] = element(bWidth);
  });
  for (let i = 0; i < shape.biases; i++) reads[`bias${i}`] = element(width);
  if (shape.hasAdd) reads["addend"] = element(width);
  if (shape.slope) reads["pre"] = element(width);
  if (shape.gate) reads["gate"] = element(width);
  const writes: Program["writes"] = { c: element(width) };
  if (keepsSum(shape)) writes["pre"] = element(width);
  if (shape.hasColumnSums) writes["columnSums"] = element(width);
  return {
    reads,
    writes,
    integers: [
      ...["rows", "columns", ...products.map((_, i) => `inner${i}`)],
      ...products.flatMap(({ hasFirstRow }, i) => (hasFirstRow ? [`firstRow${i}`] : [])),
    ],
    numbers: products.flatMap(({ isScaled }, i) => (isScaled ? [`scale${i}`] : [])),
  };
}

/**
 * `a0At(r, c)` and so on: four neighbours along the contiguous axis. Beyond a result's edge they are whatever lies at the
 * edge, for what is not written. Beyond the inner axis they are zero, but where it is the contiguous one and fours end with
 * it: who reads on there must do that. There are no branches: software adapters pay for them, taken or not. With `keepsHalf`
 * packed factors stay float16.
 */
function readers({ products }: GemmShape, keepsHalf: boolean): string {
  return products
    .map(({ a, b, aWidth, bWidth, isScaled, hasFirstRow }, i) => {
      const inner = `uniforms.inner${i}`;
      const scale = isScaled ? `uniforms.scale${i} * ` : "";
      const isIn = hasFirstRow ? `r >= uniforms.firstRow${i}` : null;
      return (
        reader(`a${i}`, aWidth, a, "uniforms.rows", inner, scale, isIn, false) +
        reader(`b${i}`, bWidth, b, "uniforms.columns", inner, "", null, keepsHalf)
      );
    })
    .join("\n");
}

function reader(
  name: string,
  width: 1 | 4 | "half",
  layout: Layout,
  edge: string,
  inner: string,
  scale: string,
  isIn: string | null,
  keepsHalf: boolean,
): string {
  const type = keepsHalf ? "vec4<f16>" : "vec4<f32>";
  const [rows, columns] = layout === "inner" ? [edge, inner] : [inner, edge];
  const row = `min(r, ${rows} - 1) * ${columns}`;
  const four = {
    half: `let pair = ${name}[(${row} + min(c, ${columns} - 4)) / 4];
      let four = ${keepsHalf ? "bitcast<vec4<f16>>(pair)" : UNPACK};`,
    4: `let four = ${name}[(${row} + min(c, ${columns} - 4)) / 4];`,
    1: `let at = ${row};
      let wanted = vec4<i32>(c, c + 1, c + 2, c + 3);
      let last = vec4<i32>(${columns} - 1);
      let places = at + min(wanted, last);
      let read = vec4<f32>(${name}[places.x], ${name}[places.y], ${name}[places.z], ${name}[places.w]);
      let four = select(vec4<f32>(0.0), read, wanted <= last);`,
  }[width];
  const condition = layout === "inner" ? isIn : `r < ${rows}`;
  const kept = condition ? `select(${type}(0.0), four, ${condition})` : "four";
  return `
    fn ${name}At(r : i32, c : i32) -> ${type} {
      ${four}
      return ${scale}${kept};
    }`;
}

/** `finish(row, column, sum)` writes four results of a row, and `finishSums(column, sum)` four column sums. */
function finishers(shape: GemmShape): string {
  const { width, slope, activation, gate } = shape;
  const kind = slope ?? activation ?? gate;
  // Of a row that does not come out even, what lies beyond its end is read again and not written.
  const read = (name: string, at: string) =>
    width === 4
      ? `${name}[(${at}) / 4]`
      : `vec4<f32>(${[0, 1, 2, 3].map((i) => `${name}[${at} + min(${i}, last)]`).join(", ")})`;
  const write = (name: string, at: string, value: string) =>
    width === 4
      ? `${name}[(${at}) / 4] = ${value};`
      : `for (var i = 0; i <= min(3, last); i = i + 1) { ${name}[${at} + i] = ${value}[i]; }`;
  const biases = Array.from({ length: shape.biases }, (_, i) => read(`bias${i}`, "column"));
  const terms = [
    "sum",
    ...biases,
    ...(shape.hasAdd ? [read("addend", "at")] : []),
    ...(shape.accumulates ? [read("c", "at")] : []),
  ];
  const functions = kind ? `alias T = vec4<f32>; ${ACTIVATION_WGSL[kind]}` : "";
  const result = slope
    ? `total * slope(${read("pre", "at")})`
    : activation
      ? "value(total)"
      : gate
        ? `total * value(${read("gate", "at")})`
        : "total";
  return `${functions}
    fn finish(row : i32, column : i32, sum : vec4<f32>) {
      if (row >= uniforms.rows || column >= uniforms.columns) { return; }
      let last = uniforms.columns - 1 - column;
      let at = row * uniforms.columns + column;
      let total = ${terms.join(" + ")};
      ${keepsSum(shape) ? write("pre", "at", "total") : ""}
      let result = ${result};
      ${write("c", "at", "result")}
    }
    ${
      shape.hasColumnSums
        ? `fn finishSums(column : i32, sum : vec4<f32>) {
             if (column >= uniforms.columns) { return; }
             let last = uniforms.columns - 1 - column;
             ${write("columnSums", "column", "sum")}
           }`
        : ""
    }`;
}

/** `keepsHalf`, where all second factors are packed: they are read as float16. */
export function sharedCode(shape: GemmShape, keepsHalf = false): string {
  return `${readers(shape, keepsHalf)} ${finishers(shape)}`;
}
