/** The WGSL that all programs of self-attention share: a head's row as vectors of four, and where rows begin. */
import type { Program } from "@/engine/webgpu/run";

/** Far below any score, and finite: a compiler may assume that no float is infinite. */
export const LOWEST = "-1.0e30";

export type AttentionShape = {
  headDim: number;
  /** How many dimensions of a head are turned by its position; 0 where the family has no rotary positions. */
  rotaryDim: number;
  /** Whether every row of a head begins at a multiple of four floats, so that vectors can be loaded whole. */
  isAligned: boolean;
};

const AXES = "xyzw";

/** Writes the statements over a head's row: N vectors named `name0`, `name1`, … */
export class RowWriter {
  readonly element: "f32" | "vec4<f32>";
  readonly tableElement: "f32" | "vec4<f32>";
  readonly #shape: AttentionShape;
  readonly #vectors: number;

  constructor(shape: AttentionShape) {
    this.#shape = shape;
    this.#vectors = Math.ceil(shape.headDim / 4);
    this.element = shape.isAligned ? "vec4<f32>" : "f32";
    this.tableElement = shape.rotaryDim % 8 === 0 ? "vec4<f32>" : "f32";
  }

  /** One statement for each vector. */
  each(statement: (i: number) => string): string {
    return Array.from({ length: this.#vectors }, (_, i) => statement(i)).join("\n");
  }

  zeros(name: string): string {
    return this.each((i) => `var ${name}${i} = vec4<f32>(0.0);`);
  }

  dot(a: string, b: string): string {
    return Array.from({ length: this.#vectors }, (_, i) => `dot(${a}${i}, ${b}${i})`).join(" + ");
  }

  /** Loads the row of `source` that begins at float `at`; what a last vector has too many is 0. */
  load(name: string, source: string, at: string): string {
    return this.each((i) => `let ${name}${i} = ${this.#vector(source, at, i)};`);
  }

  #vector(source: string, at: string, i: number): string {
    if (this.#shape.isAligned) return `${source}[(${at}) / 4 + ${i}]`;
    const values = [0, 1, 2, 3].map((c) =>
      4 * i + c < this.#shape.headDim ? `${source}[${at} + ${4 * i + c}]` : "0.0",
    );
    return `vec4<f32>(${values.join(", ")})`;
  }

  store(target: string, at: string, value: (i: number) => string): string {
    if (this.#shape.isAligned) {
      return this.each((i) => `${target}[(${at}) / 4 + ${i}] = ${value(i)};`);
    }
    return this.each((i) => {
      const stores = [0, 1, 2, 3]
        .filter((c) => 4 * i + c < this.#shape.headDim)
        .map((c) => `${target}[${at} + ${4 * i + c}] = stored${i}.${AXES[c]};`);
      return `let stored${i} = ${value(i)};\n${stores.join("\n")}`;
    });
  }

  /** The row turned by its position, or turned back: x·cos ± rotate(x)·sin with rotate([x₁, x₂]) = [−x₂, x₁]. */
  turn(name: string, row: string, position: string, sign: "+" | "-" = "+"): string {
    const { rotaryDim } = this.#shape;
    const half = rotaryDim / 2;
    const partner = (e: number) => {
      if (e >= rotaryDim) return "0.0";
      const other = e < half ? e + half : e - half;
      return `${e < half ? "-" : ""}${row}${other >> 2}.${AXES[other & 3]}`;
    };
    const vectorOf = (value: (e: number) => string, i: number) =>
      `vec4<f32>(${[0, 1, 2, 3].map((c) => value(4 * i + c)).join(", ")})`;
    // A row of the table is its cosines, then its sines: both serve the first and the second half.
    const factor = (shift: number, i: number, beyond: string) =>
      half % 4 === 0
        ? `table[(${position}) * ${rotaryDim / 4} + ${(shift + ((4 * i) % half)) / 4}]`
        : vectorOf(
            (e) =>
              e < rotaryDim
                ? `table[(${position}) * ${rotaryDim} + ${shift + (e % half)}]`
                : beyond,
            i,
          );
    return this.each((i) => {
      if (4 * i >= rotaryDim) return `let ${name}${i} = ${row}${i};`;
      return `let ${name}${i} = ${row}${i} * ${factor(0, i, "1.0")}
        ${sign} ${vectorOf(partner, i)} * ${factor(half, i, "0.0")};`;
    });
  }
}

const PLACES = ["qRow", "qStride", "qOffset", "kvRow", "kvStride", "kOffset", "vOffset"] as const;
export const COMMON = ["tokens", "heads", "kvHeads", ...PLACES] as const;

export function describeShape(shape: AttentionShape): string {
  return `${shape.headDim}/${shape.rotaryDim}/${shape.isAligned ? 4 : 1}`;
}

export function tableOf(shape: AttentionShape, rows: RowWriter): Program["reads"] {
  return shape.rotaryDim > 0 ? { table: rows.tableElement } : {};
}

/** Where rows begin, and the scale of a score. */
export const placesCode = (headDim: number) => `
  const SCALE = ${1 / Math.sqrt(headDim)}f;
  fn qAt(token : i32, head : i32) -> i32 {
    return token * uniforms.qRow + uniforms.qOffset + head * uniforms.qStride;
  }
  fn kAt(token : i32, head : i32) -> i32 {
    return token * uniforms.kvRow + uniforms.kOffset + head * uniforms.kvStride;
  }
  fn vAt(token : i32, head : i32) -> i32 {
    return token * uniforms.kvRow + uniforms.vOffset + head * uniforms.kvStride;
  }
  fn outAt(token : i32, head : i32) -> i32 { return (token * uniforms.heads + head) * ${headDim}; }
`;

/** A score joins the running softmax: `s` and the row v, into peak, sum and the row o. */
export const joinSoftmax = (rows: RowWriter) => `
  if (s > peak) {
    let fade = exp(peak - s);
    sum = sum * fade;
    ${rows.each((i) => `o${i} = o${i} * fade;`)}
    peak = s;
  }
  let p = exp(s - peak);
  sum = sum + p;
  ${rows.each((i) => `o${i} = o${i} + p * v${i};`)}`;
