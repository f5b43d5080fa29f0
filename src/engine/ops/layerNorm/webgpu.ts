/** LayerNorm and RMSNorm (no mean, no bias) on WebGPU: one dispatch each way. */
import { toTensor, type Tensor, type TensorInfo } from "@/engine/tfjs";
import { runOwnProgram, webgpuOutput, type Program } from "@/engine/webgpu/run";
import { columnSumsProgram, GROUP_COLUMNS, rowProgram } from "@/engine/webgpu/sums";

/** (mean, 1 ÷ sqrt(variance + eps)) of each row. */
const STATISTICS = { statistics: "vec2<f32>" } as const;

const eachColumn = (body: string) => `
  for (var c = lane; c < uniforms.width; c = c + LANES) {
    let at = index * uniforms.width + c;
    ${body}
  }`;

const forwardProgram = (isCentered: boolean): Program =>
  rowProgram(
    {
      key: `normalize ${isCentered}`,
      reads: { x: "f32", gain: "f32", ...(isCentered ? { bias: "f32" } : {}) },
      writes: { y: "f32", ...STATISTICS },
      integers: ["width"],
      numbers: ["eps"],
    },
    `let width = f32(uniforms.width);
     var sum = vec2<f32>(0.0);
     ${isCentered ? eachColumn("sum.x = sum.x + x[at];") : ""}
     let mean = ${isCentered ? "groupSum(lane, sum).x / width" : "0.0"};
     var squares = vec2<f32>(0.0);
     ${eachColumn("let d = x[at] - mean; squares.x = squares.x + d * d;")}
     let scale = 1.0 / sqrt(groupSum(lane, squares).x / width + uniforms.eps);
     ${eachColumn(`y[at] = (x[at] - mean) * scale * gain[c] ${isCentered ? "+ bias[c]" : ""};`)}
     if (lane == 0) { statistics[index] = vec2<f32>(mean, scale); }`,
  );

const backwardProgram = (isCentered: boolean): Program =>
  rowProgram(
    {
      key: `normalizeBackward ${isCentered}`,
      reads: { x: "f32", gain: "f32", dy: "f32", ...STATISTICS },
      writes: { dx: "f32" },
      integers: ["width"],
    },
    `let row = statistics[index];
     var sums = vec2<f32>(0.0);
     ${eachColumn(`let d = dy[at] * gain[c];
       sums = sums + vec2<f32>(d, d * (x[at] - row.x) * row.y);`)}
     let means = groupSum(lane, sums) / f32(uniforms.width);
     ${eachColumn(`let d = dy[at] * gain[c] ${isCentered ? "- means.x" : ""};
       dx[at] = (d - (x[at] - row.x) * row.y * means.y) * row.y;`)}`,
  );

const gainGradientProgram = (isCentered: boolean): Program =>
  columnSumsProgram(
    `normalizeGain ${isCentered}`,
    { x: "f32", dy: "f32", ...STATISTICS },
    "dy[at] * vec2<f32>((x[at] - statistics[row].x) * statistics[row].y, 1.0)",
    isCentered,
  );

/** x [.., C] → [.., C] and the statistics of its rows; without a bias it is RMSNorm. The caller owns both. */
export function normalizeWebGPU(
  x: Tensor,
  gain: Tensor,
  bias: Tensor | null,
  eps: number,
): { y: Tensor; statistics: Tensor } {
  const width = gain.size;
  const rows = x.size / width;
  const y = webgpuOutput(x.shape);
  const statistics = webgpuOutput([rows, 2]);
  const tensors = { x, gain, ...(bias ? { bias } : {}), y, statistics };
  runOwnProgram(forwardProgram(bias !== null), tensors, { width, eps }, rows);
  return { y: toTensor(y), statistics: toTensor(statistics) };
}

/** [dx], and where gain and bias are trained [dx, dGain, dBias?]. The caller owns them. */
export function normalizeBackwardWebGPU(
  saved: { x: Tensor; statistics: Tensor },
  gain: Tensor,
  dy: Tensor,
  { isCentered, isTrained }: { isCentered: boolean; isTrained: boolean },
): Tensor[] {
  const width = gain.size;
  const rows = dy.size / width;
  const dx = webgpuOutput(dy.shape);
  runOwnProgram(backwardProgram(isCentered), { ...saved, gain, dy, dx }, { width }, rows);
  if (!isTrained) return [toTensor(dx)];
  const sums = [webgpuOutput([width]), ...(isCentered ? [webgpuOutput([width])] : [])];
  const [first, second] = sums as [TensorInfo, TensorInfo];
  runOwnProgram(
    gainGradientProgram(isCentered),
    { ...saved, dy, first, second },
    { rows, width },
    Math.ceil(width / GROUP_COLUMNS),
  );
  return [dx, ...sums].map(toTensor);
}
