/** WGSL of an adapter's gradients. */
import { WORKGROUP, type Program } from "@/engine/webgpu/run";

/** Columns, and ranks, of the tile of a result that a workgroup of `loraGradientsProgram` makes. */
export const SIDE = 8;

/** dA = s·xᵀ·e and dB = s·narrowᵀ·dy: a lane sums an eighth of the rows for one column and eight ranks. */
export const loraGradientsProgram: Program = {
  key: "loraGradients",
  reads: { x: "f32", e: "f32", narrow: "f32", dy: "f32" },
  writes: { dA: "f32", dB: "f32" },
  integers: ["rows", "rank", "inFeatures", "outFeatures", "inTiles"],
  numbers: ["scale"],
  isGrouped: true,
  code: () => {
    // Σ over this lane's rows of wide[row, column] · narrow[row, rank], a sum for each of eight ranks.
    const sums = (wide: string, features: string, narrow: string) => `
      if (column < uniforms.${features}) {
        for (var row = part; row < uniforms.rows; row = row + ${WORKGROUP / SIDE}) {
          let value = ${wide}[row * uniforms.${features} + column];
          let at = row * uniforms.rank + firstRank;
          ${Array.from({ length: SIDE }, (_, i) => `sum${i} = sum${i} + value * ${narrow}[at + min(${i}, lastRank)];`).join("\n")}
        }
      }`;
    return `
      var<workgroup> laneSums : array<array<f32, ${SIDE}>, ${WORKGROUP}>;
      fn main(index : i32, lane : i32) {
        let isA = index < uniforms.inTiles;
        let tile = select(index - uniforms.inTiles, index, isA);
        let rankTiles = (uniforms.rank + ${SIDE - 1}) / ${SIDE};
        let firstColumn = tile / rankTiles * ${SIDE};
        let firstRank = tile % rankTiles * ${SIDE};
        // Beyond the last rank it is summed again, and not written.
        let lastRank = uniforms.rank - 1 - firstRank;
        let part = lane / ${SIDE};
        let column = firstColumn + lane % ${SIDE};
        ${Array.from({ length: SIDE }, (_, i) => `var sum${i} = 0.0;`).join("\n")}
        if (isA) { ${sums("x", "inFeatures", "e")} } else { ${sums("dy", "outFeatures", "narrow")} }
        ${Array.from({ length: SIDE }, (_, i) => `laneSums[lane][${i}] = sum${i};`).join("\n")}
        workgroupBarrier();
        // Now a lane for each (column, rank) of the tile.
        let rank = lane / ${SIDE};
        var total = 0.0;
        for (var i = 0; i < ${WORKGROUP / SIDE}; i = i + 1) {
          total = total + laneSums[i * ${SIDE} + lane % ${SIDE}][rank];
        }
        if (rank > lastRank) { return; }
        if (isA) {
          if (column < uniforms.inFeatures) {
            dA[column * uniforms.rank + firstRank + rank] = uniforms.scale * total;
          }
        } else if (column < uniforms.outFeatures) {
          dB[(firstRank + rank) * uniforms.outFeatures + column] = uniforms.scale * total;
        }
      }`;
  },
};
