/**
 * Matrix product for real GPUs: a workgroup makes a tile of the result, sharing what it reads of both factors, and a
 * thread keeps its part of the tile in registers. Factors whose inner axis is contiguous are turned on the way in, by
 * blocks of 4 × 4, so that the sums always read four neighbours at once.
 */
import type { Program } from "../run";
import { describeGemm, gemmBindings, sharedCode, type GemmShape } from "./code";

/** Sizes are multiples of four. A workgroup has (rows ÷ threadRows) · (columns ÷ threadColumns) threads. */
export type Tile = {
  rows: number;
  columns: number;
  /** Of the inner axis, read at a time. */
  inner: number;
  threadRows: number;
  threadColumns: number;
  /**
   * Packed second factors are shared as the float16 that they are, in half the memory and without a loss: sums and the first
   * factor stay float32. Only on devices with shader-f16, and where all second factors are packed.
   */
  isHalf?: true;
};

/** From few threads with much work to many; shared memory is at most 16 KB, threads at most 256: every device has them. */
export const TILES: readonly Tile[] = [
  { rows: 128, columns: 128, inner: 16, threadRows: 8, threadColumns: 8 },
  { rows: 64, columns: 64, inner: 16, threadRows: 8, threadColumns: 8 },
  { rows: 64, columns: 64, inner: 16, threadRows: 4, threadColumns: 4 },
  { rows: 32, columns: 32, inner: 32, threadRows: 4, threadColumns: 4 },
  { rows: 16, columns: 16, inner: 64, threadRows: 4, threadColumns: 4 },
];

/** Of the larger ones, whose shared memory tells. */
export const HALF_TILES: readonly Tile[] = TILES.slice(0, 3).map((tile) => ({
  ...tile,
  isHalf: true,
}));

export function describeTile({ rows, columns, inner, threadRows, isHalf }: Tile): string {
  return `${rows}×${columns}×${inner}/${threadRows}${isHalf ? " f16" : ""}`;
}

function tileThreads({ rows, columns, threadRows, threadColumns }: Tile): number {
  return (rows / threadRows) * (columns / threadColumns);
}

export function tilesCount({ rows, columns }: Tile, M: number, N: number): number {
  return Math.ceil(M / rows) * Math.ceil(N / columns);
}

export function tilesProgram(shape: GemmShape, tile: Tile): Program {
  const threads = tileThreads(tile);
  const isHalf = tile.isHalf ?? false;
  const bType = isHalf ? "vec4<f16>" : "vec4<f32>";
  const across = tile.columns / tile.threadColumns;
  const down = tile.rows / tile.threadRows;
  const rowGroups = tile.threadRows / 4;
  const columnGroups = tile.threadColumns / 4;
  const sums = (line: (i: number, g: number) => string) =>
    each(tile.threadRows, (i) => each(columnGroups, (g) => line(i, g)));
  // A thread's rows and columns lie apart in groups of four: neighbours then read and write neighbours.
  const rowOf = (i: number) => `(threadRow + ${Math.floor(i / 4) * down}) * 4 + ${i % 4}`;
  const columnOf = (g: number) => `(threadColumn + ${g * across}) * 4`;
  const product = (p: number) => `
    for (var k = 0; k < uniforms.inner${p}; k = k + ${tile.inner}) {
      ${load("a", p, shape.products[p]!.a, tile.rows, "firstRow", tile.inner, threads, "vec4<f32>")}
      ${load("b", p, shape.products[p]!.b, tile.columns, "firstColumn", tile.inner, threads, bType)}
      workgroupBarrier();
      for (var i = 0; i < ${tile.inner}; i = i + 1) {
        ${each(rowGroups, (g) => `let a${g} = aTile[i * ${tile.rows / 4} + threadRow + ${g * down}];`)}
        ${each(columnGroups, (g) => `let b${g} = vec4<f32>(bTile[i * ${tile.columns / 4} + threadColumn + ${g * across}]);`)}
        ${sums((i, g) => `sum${i}_${g} = sum${i}_${g} + a${Math.floor(i / 4)}[${i % 4}] * b${g};`)}
        ${
          shape.hasColumnSums && p === 0
            ? `if (firstRow == 0) { ${each(columnGroups, (g) => `columnSum${g} = columnSum${g} + b${g};`)} }`
            : ""
        }
      }
      workgroupBarrier();
    }`;
  return {
    key: `gemmTiles ${describeTile(tile)} ${describeGemm(shape)}`,
    ...gemmBindings(shape),
    isGrouped: true,
    threads,
    ...(isHalf ? { extensions: ["f16"] } : {}),
    code: () => `${sharedCode(shape, isHalf)}
      var<workgroup> aTile : array<vec4<f32>, ${(tile.inner * tile.rows) / 4}>;
      var<workgroup> bTile : array<${bType}, ${(tile.inner * tile.columns) / 4}>;
      fn main(index : i32, lane : i32) {
        let tilesAcross = (uniforms.columns + ${tile.columns - 1}) / ${tile.columns};
        let firstRow = index / tilesAcross * ${tile.rows};
        let firstColumn = index % tilesAcross * ${tile.columns};
        let threadRow = lane / ${across};
        let threadColumn = lane % ${across};
        ${sums((i, g) => `var sum${i}_${g} = vec4<f32>(0.0);`)}
        ${shape.hasColumnSums ? each(columnGroups, (g) => `var columnSum${g} = vec4<f32>(0.0);`) : ""}
        ${shape.products.map((_, p) => product(p)).join("\n")}
        ${sums((i, g) => `finish(firstRow + ${rowOf(i)}, firstColumn + ${columnOf(g)}, sum${i}_${g});`)}
        ${
          shape.hasColumnSums
            ? `if (firstRow == 0 && threadRow == 0) {
                 ${each(columnGroups, (g) => `finishSums(firstColumn + ${columnOf(g)}, columnSum${g});`)}
               }`
            : ""
        }
      }`,
  };
}

function each(count: number, line: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => line(i)).join("\n");
}

/** Reads the part of a factor that a tile needs for `inner` of the inner axis, as [inner, size ÷ 4] vectors. */
function load(
  name: "a" | "b",
  p: number,
  layout: "direct" | "inner",
  size: number,
  first: string,
  inner: number,
  threads: number,
  type: "vec4<f32>" | "vec4<f16>",
): string {
  if (layout === "direct") {
    return loop((inner * size) / 4, threads, (e) => `
      let i = ${e} / ${size / 4};
      let s = ${e} % ${size / 4};
      ${name}Tile[${e}] = ${name}${p}At(k + i, ${first} + s * 4);`); // prettier-ignore
  }
  return loop((inner * size) / 16, threads, (e) => `
      let i = ${e} % ${inner / 4} * 4;
      let s = ${e} / ${inner / 4};
      let at = i * ${size / 4} + s;
      ${each(4, (j) => `let r${j} = select(${type}(0.0), ${name}${p}At(${first} + s * 4 + ${j}, k + i), k + i < uniforms.inner${p});`)}
      ${each(4, (j) => `${name}Tile[at + ${(j * size) / 4}] = ${type}(r0[${j}], r1[${j}], r2[${j}], r3[${j}]);`)}`); // prettier-ignore
}

function loop(count: number, threads: number, body: (element: string) => string): string {
  return `for (var e = lane; e < ${count}; e = e + ${threads}) { ${body("e")} }`;
}
