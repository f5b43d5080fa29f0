/**
 * LayerNorm and RMSNorm (no mean, no bias) on WebGPU: one dispatch each way, also where one input is normalized with
 * two gains and biases, which share its statistics.
 */
import { tf, toTensor, type Tensor } from "@/engine/tfjs";
import { runOwnProgram, webgpuOutput, type Program } from "@/engine/webgpu/run";
import { columnSumsProgram, GROUP_COLUMNS, rowProgram } from "@/engine/webgpu/sums";

/** Gain and, for LayerNorm, bias of one result: y = x̂ · gain + bias. */
export type NormWeights = { gain: Tensor; bias: Tensor | null };

/** (mean, 1 ÷ sqrt(variance + eps)) of each row. */
const STATISTICS = { statistics: "vec2<f32>" } as const;

const eachColumn = (body: string) => `
  for (var c = lane; c < uniforms.width; c = c + LANES) {
    let at = index * uniforms.width + c;
    ${body}
  }`;

/** A line for each of so many results. */
const each = (count: number, line: (i: number) => string, joint = "\n") =>
  Array.from({ length: count }, (_, i) => line(i)).join(joint);

const named = (count: number, ...names: string[]): Record<string, "f32"> =>
  Object.fromEntries(
    names.flatMap((name) => Array.from({ length: count }, (_, i) => [`${name}${i}`, "f32"])),
  );

const forwardProgram = (count: number, isCentered: boolean): Program =>
  rowProgram(
    {
      key: `normalize ${count} ${isCentered}`,
      reads: { x: "f32", ...named(count, "gain", ...(isCentered ? ["bias"] : [])) },
      writes: { ...named(count, "y"), ...STATISTICS },
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
     ${eachColumn(`let normal = (x[at] - mean) * scale;
       ${each(count, (i) => `y${i}[at] = normal * gain${i}[c] ${isCentered ? `+ bias${i}[c]` : ""};`)}`)}
     if (lane == 0) { statistics[index] = vec2<f32>(mean, scale); }`,
  );

const backwardProgram = (count: number, isCentered: boolean, hasResidual: boolean): Program => {
  const d = each(count, (i) => `dy${i}[at] * gain${i}[c]`, " + ");
  return rowProgram(
    {
      key: `normalizeBackward ${count} ${isCentered} ${hasResidual}`,
      reads: {
        ...{ x: "f32", ...(hasResidual ? { dResidual: "f32" } : {}) },
        ...named(count, "gain", "dy"),
        ...STATISTICS,
      },
      writes: { dx: "f32" },
      integers: ["width"],
    },
    `let row = statistics[index];
     var sums = vec2<f32>(0.0);
     ${eachColumn(`let d = ${d};
       sums = sums + vec2<f32>(d, d * (x[at] - row.x) * row.y);`)}
     let means = groupSum(lane, sums) / f32(uniforms.width);
     ${eachColumn(`let d = ${d} ${isCentered ? "- means.x" : ""};
       dx[at] = ${hasResidual ? "dResidual[at] +" : ""} (d - (x[at] - row.x) * row.y * means.y) * row.y;`)}`,
  );
};

const gainGradientProgram = (isCentered: boolean): Program =>
  columnSumsProgram(
    `normalizeGain ${isCentered}`,
    { x: "f32", dy: "f32", ...STATISTICS },
    "dy[at] * vec2<f32>((x[at] - statistics[row].x) * statistics[row].y, 1.0)",
    isCentered,
  );

/**
 * x [.., C] → a result of that shape for each of the weights, and the statistics of the rows. All weights
 * have a bias (LayerNorm) or none (RMSNorm). The caller owns the results.
 */
export function normalizeWebGPU(
  x: Tensor,
  weights: NormWeights[],
  eps: number,
): { ys: Tensor[]; statistics: Tensor } {
  const width = weights[0]!.gain.size;
  const rows = x.size / width;
  const ys = weights.map(() => toTensor(webgpuOutput(x.shape)));
  const statistics = toTensor(webgpuOutput([rows, 2]));
  const tensors: Record<string, Tensor> = { x, statistics };
  weights.forEach(({ gain, bias }, i) => {
    tensors[`gain${i}`] = gain;
    if (bias) tensors[`bias${i}`] = bias;
    tensors[`y${i}`] = ys[i]!;
  });
  const program = forwardProgram(weights.length, weights[0]!.bias !== null);
  runOwnProgram(program, tensors, { width, eps }, rows);
  return { ys, statistics };
}

/**
 * The gradient of x through all results, plus `dResidual`, and for those whose weights are variables [dGain, dBias?].
 * The caller owns them.
 */
export function normalizeBackwardWebGPU(
  saved: { x: Tensor; statistics: Tensor },
  weights: NormWeights[],
  dys: Tensor[],
  dResidual: Tensor | null,
): Tensor[] {
  const width = weights[0]!.gain.size;
  const rows = saved.x.size / width;
  const isCentered = weights[0]!.bias !== null;
  const dx = toTensor(webgpuOutput(saved.x.shape));
  const tensors: Record<string, Tensor> = { ...saved, dx, ...(dResidual ? { dResidual } : {}) };
  weights.forEach(({ gain }, i) => {
    tensors[`gain${i}`] = gain;
    tensors[`dy${i}`] = dys[i]!;
  });
  const program = backwardProgram(weights.length, isCentered, dResidual !== null);
  runOwnProgram(program, tensors, { width }, rows);
  const trained = weights.flatMap(({ gain }, i) => {
    if (!(gain instanceof tf.Variable)) return [];
    const names = isCentered ? ["first", "second"] : ["first"];
    const sums = names.map(() => toTensor(webgpuOutput([width])));
    runOwnProgram(
      gainGradientProgram(isCentered),
      { ...saved, dy: dys[i]!, ...Object.fromEntries(names.map((name, n) => [name, sums[n]!])) },
      { rows, width },
      Math.ceil(width / GROUP_COLUMNS),
    );
    return sums;
  });
  return [dx, ...trained];
}
