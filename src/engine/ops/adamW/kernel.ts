import {
  isWebGPU,
  runProgram,
  tf,
  toTensor,
  type Tensor,
  type TensorInfo,
  type Variable,
} from "@/engine/tfjs";
import type { Moments } from "./adamW";
import { nextControlWasm, updateWasm } from "./wasm";

const WORKGROUP = 64;
/** PyTorch's `clip_grad_norm_` divides by the norm plus this. */
export const CLIP_EPSILON = 1e-6;

export type AdamWScalars = {
  beta1: number;
  beta2: number;
  epsilon: number;
  /** lr ÷ (1 − β₁ᵗ). */
  stepSize: number;
  /** 1 ÷ √(1 − β₂ᵗ). */
  secondCorrection: number;
  /** 1 − lr·decay. */
  keep: number;
};

/** From all gradients and the control before: [clip factor, frozen, norm]. The caller owns it. */
export function nextControl(gradients: Tensor[], previous: Tensor, maxGradNorm: number): Tensor {
  return isWebGPU()
    ? nextControlWebGPU(gradients, previous, maxGradNorm)
    : nextControlWasm(gradients, previous, maxGradNorm);
}

/** Updates one parameter and its moments in place, or not at all when the control says frozen. */
export function updateParameter(
  variable: Variable,
  gradient: Tensor,
  moments: Moments,
  control: Tensor,
  scalars: AdamWScalars,
): void {
  if (isWebGPU()) updateWebGPU(variable, gradient, moments, control, scalars);
  else updateWasm(variable, gradient, moments, control, scalars);
}

function nextControlWebGPU(gradients: Tensor[], previous: Tensor, maxGradNorm: number): Tensor {
  return tf.tidy(() => {
    const sums = gradients.map((gradient) => {
      // Two stages: the stock reduction gives one workgroup to each result.
      const width = gradient.shape[gradient.rank - 1] ?? 1;
      const rows = tf.reshape(gradient, [gradient.size / width, width]);
      return tf.sum(tf.sum(tf.square(rows), 1));
    });
    const stacked = tf.stack(sums);
    return toTensor(
      runProgram(
        {
          variableNames: ["sums", "previous"],
          outputShape: [3],
          workgroupSize: [1, 1, 1],
          dispatchLayout: { x: [0] },
          dispatch: [1, 1, 1],
          uniforms: "count : i32, maxNorm : f32,",
          shaderKey: "adamWControl",
          getUserCode: () => `
            fn main(index : i32) {
              var sum = 0.0;
              for (var i = 0; i < uniforms.count; i = i + 1) { sum = sum + sums[i]; }
              let norm = sqrt(sum);
              // By its bits: a compiler may assume that no float is infinite or NaN.
              let isFinite = (bitcast<u32>(sum) & 0x7f800000u) != 0x7f800000u;
              result[0] = min(1.0, uniforms.maxNorm / (norm + ${CLIP_EPSILON}));
              result[1] = select(1.0, previous[1], isFinite);
              result[2] = norm;
            }`,
        },
        [stacked, previous],
        "float32",
        [
          { type: "int32", data: [sums.length] },
          { type: "float32", data: [maxGradNorm] },
        ],
      ),
    );
  });
}

/** An elementwise program in place over its output. 1 − β comes from outside: in float32 it loses digits. */
function runInPlace(
  name: string,
  output: TensorInfo,
  inputs: Record<string, TensorInfo>,
  uniforms: Record<string, number>,
  expression: string,
): void {
  const size = tf.util.sizeFromShape(output.shape);
  runProgram(
    {
      variableNames: Object.keys(inputs),
      outputShape: output.shape,
      workgroupSize: [WORKGROUP, 1, 1],
      dispatchLayout: { x: output.shape.map((_, i) => i) },
      dispatch: [Math.ceil(size / WORKGROUP), 1, 1],
      uniforms: Object.keys(uniforms)
        .map((key) => `${key} : f32,`)
        .join(" "),
      size: true,
      shaderKey: name,
      getUserCode: () => `
        fn main(index : i32) {
          if (index < uniforms.size && control[1] == 0.0) {
            ${expression}
          }
        }`,
    },
    Object.values(inputs),
    "float32",
    Object.values(uniforms).map((value) => ({ type: "float32", data: [value] })),
    output,
  );
}

function updateWebGPU(
  variable: Variable,
  gradient: Tensor,
  { m, v }: Moments,
  control: Tensor,
  { beta1, beta2, epsilon, stepSize, secondCorrection, keep }: AdamWScalars,
): void {
  runInPlace(
    "adamWFirst",
    m,
    { gradient, control },
    { beta: beta1, rest: 1 - beta1 },
    "result[index] = uniforms.beta * result[index] + uniforms.rest * gradient[index] * control[0];",
  );
  runInPlace(
    "adamWSecond",
    v,
    { gradient, control },
    { beta: beta2, rest: 1 - beta2 },
    `let clipped = gradient[index] * control[0];
     result[index] = uniforms.beta * result[index] + uniforms.rest * clipped * clipped;`,
  );
  runInPlace(
    "adamWWeight",
    variable,
    { first: m, second: v, control },
    { epsilon, stepSize, secondCorrection, keep },
    `result[index] = result[index] * uniforms.keep - uniforms.stepSize * first[index]
       / (sqrt(second[index]) * uniforms.secondCorrection + uniforms.epsilon);`,
  );
}
