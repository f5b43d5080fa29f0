/**
 * Matrix product for software adapters: a thread makes eight rows by eight columns alone, without shared memory or
 * barriers. 1024³ took 7.0 s with barriers and 0.6 s without them on SwiftShader.
 */
import type { Program } from "../run";
import { describeGemm, gemmBindings, sharedCode, type GemmShape } from "./code";

/** A multiple of four. */
const ROWS = 8;
/** Groups of four columns. */
const GROUPS = 2;
const COLUMNS = 4 * GROUPS;

export function threadsProgram(shape: GemmShape): Program {
  return {
    key: `gemmThreads ${describeGemm(shape)}`,
    ...gemmBindings(shape),
    code: () => `${sharedCode(shape)}
      fn main(index : i32) {
        let tilesAcross = (uniforms.columns + ${COLUMNS - 1}) / ${COLUMNS};
        let row = index / tilesAcross * ${ROWS};
        let column = index % tilesAcross * ${COLUMNS};
        ${each(ROWS, (i) => each(GROUPS, (g) => `var sum${i}_${g} = vec4<f32>(0.0);`))}
        ${shape.hasColumnSums ? each(GROUPS, (g) => `var columnSum${g} = vec4<f32>(0.0);`) : ""}
        ${shape.products.map((_, p) => product(shape, p)).join("\n")}
        ${each(ROWS, (i) => each(GROUPS, (g) => `finish(row + ${i}, column + ${4 * g}, sum${i}_${g});`))}
        ${
          shape.hasColumnSums
            ? `if (row == 0) { ${each(GROUPS, (g) => `finishSums(column + ${4 * g}, columnSum${g});`)} }`
            : ""
        }
      }`,
  };
}

export function threadsCount(rows: number, columns: number): number {
  return Math.ceil(rows / ROWS) * Math.ceil(columns / COLUMNS);
}

function each(count: number, line: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => line(i)).join("\n");
}

/** Four of the inner axis at a time. a as `aI` over the inner axis or `aK` over rows, likewise b. */
function product({ products, hasColumnSums }: GemmShape, p: number): string {
  const { a, b } = products[p]!;
  const isAInner = a === "inner";
  const isBInner = b === "inner";
  const loadA = isAInner
    ? each(ROWS, (i) => `let a${i} = a${p}At(row + ${i}, k);`)
    : each(ROWS / 4, (g) => each(4, (j) => `let a${j}_${g} = a${p}At(k + ${j}, row + ${4 * g});`));
  const loadB = each(GROUPS, (g) =>
    each(4, (j) =>
      isBInner
        ? `let b${j}_${g} = b${p}At(column + ${4 * g + j}, k);`
        : `let b${j}_${g} = b${p}At(k + ${j}, column + ${4 * g});`,
    ),
  );
  const aValue = (row: number, inner: number) =>
    isAInner ? `a${row}[${inner}]` : `a${inner}_${Math.floor(row / 4)}[${row % 4}]`;
  const sum = (i: number, g: number) =>
    isBInner && isAInner
      ? `sum${i}_${g} = sum${i}_${g} + vec4<f32>(${[0, 1, 2, 3].map((j) => `dot(a${i}, b${j}_${g})`).join(", ")});`
      : isBInner
        ? each(
            4,
            (k) =>
              `sum${i}_${g} = sum${i}_${g} + ${aValue(i, k)} * vec4<f32>(${[0, 1, 2, 3].map((j) => `b${j}_${g}[${k}]`).join(", ")});`,
          )
        : each(4, (k) => `sum${i}_${g} = sum${i}_${g} + ${aValue(i, k)} * b${k}_${g};`);
  // Only the gradient of a weight asks for them, whose b is direct.
  const columnSums =
    hasColumnSums && p === 0
      ? `if (row == 0) { ${each(GROUPS, (g) => `columnSum${g} = columnSum${g} + b0_${g} + b1_${g} + b2_${g} + b3_${g};`)} }`
      : "";
  return `
    for (var k = 0; k < uniforms.inner${p}; k = k + 4) {
      ${loadA}
      ${loadB}
      ${each(ROWS, (i) => each(GROUPS, (g) => sum(i, g)))}
      ${columnSums}
    }`;
}
