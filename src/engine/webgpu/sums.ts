/** Sums within programs, in a fixed order and without atomics: the same numbers every time. */
import { WORKGROUP, type Program } from "./run";

/**
 * WGSL of `groupSum(lane, value)`: Σ over the lanes of a grouped program, their number a square, given to them all. Two
 * barriers.
 */
const groupSum = (lanes: number) => {
  const side = Math.sqrt(lanes);
  return `
  var<workgroup> laneValues : array<vec2<f32>, ${lanes}>;
  var<workgroup> partValues : array<vec2<f32>, ${side}>;
  fn groupSum(lane : i32, value : vec2<f32>) -> vec2<f32> {
    laneValues[lane] = value;
    workgroupBarrier();
    if (lane < ${side}) {
      var part = vec2<f32>(0.0);
      for (var i = 0; i < ${side}; i = i + 1) { part = part + laneValues[lane * ${side} + i]; }
      partValues[lane] = part;
    }
    workgroupBarrier();
    var sum = vec2<f32>(0.0);
    for (var i = 0; i < ${side}; i = i + 1) { sum = sum + partValues[i]; }
    return sum;
  }`;
};

export const GROUP_SUM = groupSum(WORKGROUP);

/** WGSL of `groupBefore(lane, value)`: Σ over the lanes before this one, in their order. One barrier; once in a program. */
const groupBefore = (lanes: number) => `
  var<workgroup> laneOwn : array<vec2<f32>, ${lanes}>;
  fn groupBefore(lane : i32, value : vec2<f32>) -> vec2<f32> {
    laneOwn[lane] = value;
    workgroupBarrier();
    var sum = vec2<f32>(0.0);
    for (var i = 0; i < lane; i = i + 1) { sum = sum + laneOwn[i]; }
    return sum;
  }`;

/**
 * WGSL of `groupSoftmax(lane, part)`: joins the lanes' (peak, Σ exp(x − peak)) to the group's, given to them all.
 * One barrier.
 */
const groupSoftmax = (lanes: number) => `
  var<workgroup> laneParts : array<vec2<f32>, ${lanes}>;
  fn groupSoftmax(lane : i32, part : vec2<f32>) -> vec2<f32> {
    laneParts[lane] = part;
    workgroupBarrier();
    var peak = laneParts[0].x;
    for (var i = 1; i < ${lanes}; i = i + 1) { peak = max(peak, laneParts[i].x); }
    var sum = 0.0;
    for (var i = 0; i < ${lanes}; i = i + 1) { sum = sum + laneParts[i].y * exp(laneParts[i].x - peak); }
    return vec2<f32>(peak, sum);
  }`;

/**
 * WGSL of `groupFirst(lane, peak, id)`: the id that goes with the lanes' largest peak, the lowest where there are several,
 * given to them all. One barrier.
 */
const groupFirst = (lanes: number) => `
  var<workgroup> lanePeaks : array<f32, ${lanes}>;
  var<workgroup> laneIds : array<i32, ${lanes}>;
  fn groupFirst(lane : i32, peak : f32, id : i32) -> i32 {
    lanePeaks[lane] = peak;
    laneIds[lane] = id;
    workgroupBarrier();
    var first = 0;
    for (var i = 1; i < ${lanes}; i = i + 1) {
      let isLower = lanePeaks[i] == lanePeaks[first] && laneIds[i] < laneIds[first];
      if (lanePeaks[i] > lanePeaks[first] || isLower) { first = i; }
    }
    return laneIds[first];
  }`;

/**
 * WGSL of `groupSum` and `groupSoftmax` where the device has subgroups, of 4 to 128 lanes that lie side by side: each sums by itself, and few values are
 * left to be shared. A device whose lanes lie otherwise is found out by the test at start.
 */
const subgroupSum = (lanes: number) => `
  var<workgroup> subgroupSums : array<vec2<f32>, ${lanes / 4}>;
  fn groupSum(lane : i32, value : vec2<f32>) -> vec2<f32> {
    let own = subgroupAdd(value);
    // Those of the sum before may still be read.
    workgroupBarrier();
    if (subgroupLane == 0) { subgroupSums[lane / subgroupSize] = own; }
    workgroupBarrier();
    var sum = vec2<f32>(0.0);
    for (var i = 0; i * subgroupSize < ${lanes}; i = i + 1) { sum = sum + subgroupSums[i]; }
    return sum;
  }`;
const subgroupSoftmax = (lanes: number) => `
  var<workgroup> subgroupParts : array<vec2<f32>, ${lanes / 4}>;
  fn groupSoftmax(lane : i32, part : vec2<f32>) -> vec2<f32> {
    let ownPeak = subgroupMax(part.x);
    let ownSum = subgroupAdd(part.y * exp(part.x - ownPeak));
    if (subgroupLane == 0) { subgroupParts[lane / subgroupSize] = vec2<f32>(ownPeak, ownSum); }
    workgroupBarrier();
    var peak = subgroupParts[0].x;
    for (var i = 1; i * subgroupSize < ${lanes}; i = i + 1) { peak = max(peak, subgroupParts[i].x); }
    var sum = 0.0;
    for (var i = 0; i * subgroupSize < ${lanes}; i = i + 1) {
      sum = sum + subgroupParts[i].y * exp(subgroupParts[i].x - peak);
    }
    return vec2<f32>(peak, sum);
  }`;

/** Who works on a row in the programs of `rowProgram`: one thread, or a workgroup, also with its subgroups. */
export type RowLanes = 1 | typeof WORKGROUP | "subgroups";

/** A software adapter's barriers cost more than its sums: there a thread takes a row alone. */
let rowLanes: RowLanes = WORKGROUP;

export function useRowLanes(lanes: RowLanes): void {
  rowLanes = lanes;
}

export function usedRowLanes(): RowLanes {
  return rowLanes;
}

/**
 * A program whose index is a row: its statements run in each of the row's LANES, of which this is number `lane`,
 * and may call `groupSum`, `groupBefore`, `groupSoftmax` and `groupFirst`, as may `functions`.
 */
export function rowProgram(
  { threads = WORKGROUP, ...program }: Omit<Program, "code" | "isGrouped">,
  statements: string,
  functions = "",
): Program {
  const key = `${program.key} ${rowLanes}`;
  if (rowLanes === 1) {
    const code = () => `const LANES = 1;
      fn groupSum(lane : i32, value : vec2<f32>) -> vec2<f32> { return value; }
      fn groupBefore(lane : i32, value : vec2<f32>) -> vec2<f32> { return vec2<f32>(0.0); }
      fn groupSoftmax(lane : i32, part : vec2<f32>) -> vec2<f32> { return part; }
      fn groupFirst(lane : i32, peak : f32, id : i32) -> i32 { return id; }
      ${functions}
      fn main(index : i32) {
        let lane = 0;
        ${statements}
      }`;
    return { ...program, key, isGrouped: false, code };
  }
  const hasSubgroups = rowLanes === "subgroups";
  const sums = hasSubgroups ? [subgroupSum, subgroupSoftmax] : [groupSum, groupSoftmax];
  return {
    ...program,
    ...{ key, isGrouped: true, threads },
    ...(hasSubgroups ? { extensions: ["subgroups"] } : {}),
    code: () => `const LANES = ${threads};
      ${[...sums, groupBefore, groupFirst].map((code) => code(threads)).join("\n")}
      ${functions}
      fn main(index : i32, lane : i32) { ${statements} }`,
  };
}

/** Columns that a workgroup of `columnSumsProgram` sums; an eighth of the rows goes to each lane of a column. */
export const GROUP_COLUMNS = 8;

/**
 * Sums over the rows of a matrix [rows, width], for ⌈width ÷ 8⌉ workgroups: `value` is a vec2 at (row, column) or,
 * at `at`, its place; the sums of its first and second part go to `first` and, where there is one, `second`.
 */
export function columnSumsProgram(
  key: string,
  reads: Program["reads"],
  value: string,
  hasSecond: boolean,
): Program {
  return {
    key,
    reads,
    writes: { first: "f32", ...(hasSecond ? { second: "f32" } : {}) },
    integers: ["rows", "width"],
    isGrouped: true,
    code: () => `
      var<workgroup> laneValues : array<vec2<f32>, 64>;
      fn main(index : i32, lane : i32) {
        let column = index * ${GROUP_COLUMNS} + lane % ${GROUP_COLUMNS};
        var sum = vec2<f32>(0.0);
        if (column < uniforms.width) {
          for (var row = lane / ${GROUP_COLUMNS}; row < uniforms.rows; row = row + ${64 / GROUP_COLUMNS}) {
            let at = row * uniforms.width + column;
            sum = sum + ${value};
          }
        }
        laneValues[lane] = sum;
        workgroupBarrier();
        if (lane < ${GROUP_COLUMNS} && column < uniforms.width) {
          for (var i = ${GROUP_COLUMNS}; i < 64; i = i + ${GROUP_COLUMNS}) { sum = sum + laneValues[i + lane]; }
          first[column] = sum.x;
          ${hasSecond ? "second[column] = sum.y;" : ""}
        }
      }`,
  };
}
