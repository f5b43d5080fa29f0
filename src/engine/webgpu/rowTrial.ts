/** Row programs are tested, and timed, by one that does what they do: sums of a row, and its softmax. */
import { tf, toTensor, type Tensor } from "../tfjs";
import { runOwnProgram, webgpuOutput, WORKGROUP } from "./run";
import { timeRuns } from "./timing";
import { rowProgram, usedRowLanes, useRowLanes, type RowLanes } from "./sums";

/** Of the sizes that a step has. */
const ROWS = 512;
const WIDTH = 1000;
const TOLERANCE = 1e-4;
/** Of a workgroup, as there are: where lanes lie in subgroups may depend on it. */
const THREADS = [WORKGROUP, 256];

const program = (threads: number) =>
  rowProgram(
    {
      key: `rowTrial ${threads}`,
      reads: { x: "f32" },
      writes: { sums: "vec2<f32>", parts: "vec2<f32>" },
      integers: ["width"],
      threads,
    },
    `var sum = vec2<f32>(0.0);
     var part = vec2<f32>(-3.0e38, 0.0);
     for (var c = lane; c < uniforms.width; c = c + LANES) {
       let value = x[index * uniforms.width + c];
       sum = sum + vec2<f32>(value, value * value);
       let peak = max(part.x, value);
       part = vec2<f32>(peak, part.y * exp(part.x - peak) + exp(value - peak));
     }
     let mean = groupSum(lane, sum) / f32(uniforms.width);
     let squares = groupSum(lane, vec2<f32>(sum.y, mean.x));
     let total = groupSoftmax(lane, part);
     if (lane == 0) { sums[index] = vec2<f32>(mean.x, squares.x); parts[index] = total; }`,
  );

type Tensors = { x: Tensor; sums: Tensor; parts: Tensor };

const run = (tensors: Tensors, threads = WORKGROUP) =>
  runOwnProgram(program(threads), tensors, { width: WIDTH }, ROWS);

/** Whether row programs compute rightly in this way. */
export async function areRowsRight(lanes: RowLanes): Promise<boolean> {
  for (const threads of THREADS) if (!(await areRowsRightWith(lanes, threads))) return false;
  return true;
}

function areRowsRightWith(lanes: RowLanes, threads: number): Promise<boolean> {
  return withTensors(lanes, async (tensors, values) => {
    run(tensors, threads);
    const [sums, parts] = await Promise.all([tensors.sums.data(), tensors.parts.data()]);
    const isNear = (found: number, wanted: number) =>
      Math.abs(found - wanted) <= TOLERANCE * Math.max(1, Math.abs(wanted));
    for (let row = 0; row < ROWS; row++) {
      const own = values.subarray(row * WIDTH, (row + 1) * WIDTH);
      let [sum, squares, exps] = [0, 0, 0];
      for (const value of own) {
        sum += value;
        squares += value ** 2;
        exps += Math.exp(value);
      }
      const [peak, total] = [parts[2 * row]!, parts[2 * row + 1]!];
      const isRight =
        isNear(sums[2 * row]!, sum / WIDTH) &&
        isNear(sums[2 * row + 1]!, squares) &&
        isNear(peak, Math.max(...own)) &&
        isNear(total * Math.exp(peak), exps);
      if (!isRight) return false;
    }
    return true;
  });
}

/** Milliseconds of a row program that works in this way. */
export async function timeRows(lanes: RowLanes): Promise<number> {
  return withTensors(lanes, (tensors) => timeRuns(() => run(tensors)));
}

async function withTensors<T>(
  lanes: RowLanes,
  work: (tensors: Tensors, values: Float32Array) => Promise<T>,
): Promise<T> {
  const values = Float32Array.from({ length: ROWS * WIDTH }, (_, i) => 3 * Math.sin(i));
  const pairs = () => toTensor(webgpuOutput([ROWS, 2]));
  const tensors = { x: tf.tensor1d(values), sums: pairs(), parts: pairs() };
  const before = usedRowLanes();
  useRowLanes(lanes);
  try {
    return await work(tensors, values);
  } finally {
    useRowLanes(before);
    tf.dispose(Object.values(tensors));
  }
}
