/**
 * Matrix product of few rows, as a new token asks for: the second factor is read once and hardly used, so that what
 * counts is to have enough threads reading. A workgroup makes 32 columns; eight threads share out the inner axis.
 */
import type { Program } from "../run";
import { describeGemm, gemmBindings, sharedCode, type GemmShape } from "./code";

/** Beyond it, tiles do better. */
export const MOST_ROWS = 4;
const GROUPS = 8;
const PARTS = 8;
const COLUMNS = 4 * GROUPS;

/** `shape` without column sums and with the first factor's inner axis contiguous. */
export function rowsProgram(shape: GemmShape, rows: number): Program {
  const row = (line: (i: number) => string) => Array.from({ length: rows }, (_, i) => line(i)).join("\n"); // prettier-ignore
  const four = (line: (i: number) => string) => [0, 1, 2, 3].map(line);
  const product = (p: number) => {
    const isInner = shape.products[p]!.b === "inner";
    const loadB = four((j) =>
      isInner ? `let b${j} = b${p}At(column + ${j}, k);` : `let b${j} = b${p}At(k + ${j}, column);`,
    ).join("\n");
    const add = (i: number) =>
      isInner
        ? `sum${i} = sum${i} + vec4<f32>(${four((j) => `dot(a, b${j})`).join(", ")});`
        : `sum${i} = sum${i} + ${four((j) => `a[${j}] * b${j}`).join(" + ")};`;
    return `
      for (var k = part * 4; k < uniforms.inner${p}; k = k + ${4 * PARTS}) {
        ${loadB}
        ${row((i) => `{ let a = a${p}At(${i}, k); ${add(i)} }`)}
      }`;
  };
  return {
    key: `gemmRows ${rows} ${describeGemm(shape)}`,
    ...gemmBindings(shape),
    isGrouped: true,
    code: () => `${sharedCode(shape)}
      var<workgroup> parts : array<vec4<f32>, ${PARTS * GROUPS * rows}>;
      fn main(index : i32, lane : i32) {
        let group = lane % ${GROUPS};
        let part = lane / ${GROUPS};
        let column = index * ${COLUMNS} + group * 4;
        ${row((i) => `var sum${i} = vec4<f32>(0.0);`)}
        ${shape.products.map((_, p) => product(p)).join("\n")}
        ${row((i) => `parts[(part * ${GROUPS} + group) * ${rows} + ${i}] = sum${i};`)}
        workgroupBarrier();
        if (part < ${rows}) {
          var sum = vec4<f32>(0.0);
          for (var i = 0; i < ${PARTS}; i = i + 1) {
            sum = sum + parts[(i * ${GROUPS} + group) * ${rows} + part];
          }
          finish(part, column, sum);
        }
      }`,
  };
}

export function rowsCount(columns: number): number {
  return Math.ceil(columns / COLUMNS);
}
