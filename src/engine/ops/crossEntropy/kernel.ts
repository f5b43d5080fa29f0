/**
 * The two row kernels behind the head's loss, for WebGPU and WASM: per-row statistics, and logits
 * turned into their gradient. Neither makes anything of the size of the logits.
 */
import { isWebGPU, runProgram, toTensor, type Tensor } from "@/engine/tfjs";
import { logitsToGradientWasm, rowStatisticsWasm } from "./wasm";

const LANES = 64;

/**
 * Per row n: (log Σᵥ exp(logits[n, v]), that minus logits[n, targets[n]]), the second being the
 * row's cross-entropy. logits [N, V], targets int32 [N] → [N, 2].
 */
export function rowStatistics(logits: Tensor, targets: Tensor): Tensor {
  const [rows, vocabSize] = logits.shape as [number, number];
  if (!isWebGPU()) return rowStatisticsWasm(logits, targets);
  return toTensor(
    runProgram(
      {
        variableNames: ["logits", "targets"],
        outputShape: [rows, 2],
        workgroupSize: [LANES, 1, 1],
        dispatchLayout: { x: [0] },
        dispatch: [rows, 1, 1],
        uniforms: "vocabSize : i32, rows : i32,",
        shaderKey: `rowStatistics${LANES}`,
        getUserCode: () => `
          var<workgroup> lanePeak : array<f32, ${LANES}>;
          var<workgroup> laneSum : array<f32, ${LANES}>;
          fn main(index : i32) {
            let lane = i32(localIndex);
            let asked = index / ${LANES};
            // Barriers need all lanes: a row beyond the end repeats the last and writes nothing.
            let row = min(asked, uniforms.rows - 1);
            let first = row * uniforms.vocabSize;
            var peak = -3.0e38;
            for (var v = lane; v < uniforms.vocabSize; v = v + ${LANES}) {
              peak = max(peak, logits[first + v]);
            }
            lanePeak[lane] = peak;
            workgroupBarrier();
            for (var stride = ${LANES / 2}; stride > 0; stride = stride / 2) {
              if (lane < stride) { lanePeak[lane] = max(lanePeak[lane], lanePeak[lane + stride]); }
              workgroupBarrier();
            }
            peak = lanePeak[0];
            var sum = 0.0;
            for (var v = lane; v < uniforms.vocabSize; v = v + ${LANES}) {
              sum = sum + exp(logits[first + v] - peak);
            }
            laneSum[lane] = sum;
            workgroupBarrier();
            for (var stride = ${LANES / 2}; stride > 0; stride = stride / 2) {
              if (lane < stride) { laneSum[lane] = laneSum[lane] + laneSum[lane + stride]; }
              workgroupBarrier();
            }
            if (lane == 0 && asked < uniforms.rows) {
              let logSum = peak + log(laneSum[0]);
              result[row * 2] = logSum;
              result[row * 2 + 1] = logSum - logits[first + targets[row]];
            }
          }`,
      },
      [logits, targets],
      "float32",
      [
        { type: "int32", data: [vocabSize] },
        { type: "int32", data: [rows] },
      ],
    ),
  );
}

/**
 * Overwrites logits [N, V] with d(Σ loss)/d logits = softmax(logits) − onehot(targets), from the
 * statistics of `rowStatistics`. No other tensor may share the memory of `logits`.
 */
export function logitsToGradient(logits: Tensor, statistics: Tensor, targets: Tensor): void {
  const [rows, vocabSize] = logits.shape as [number, number];
  if (!isWebGPU()) {
    logitsToGradientWasm(logits, statistics, targets);
    return;
  }
  runProgram(
    {
      variableNames: ["statistics", "targets"],
      outputShape: [rows, vocabSize],
      workgroupSize: [LANES, 1, 1],
      dispatchLayout: { x: [0] },
      dispatch: [Math.ceil((rows * vocabSize) / LANES), 1, 1],
      uniforms: "vocabSize : i32,",
      size: true,
      shaderKey: "logitsToGradient",
      getUserCode: () => `
        fn main(index : i32) {
          if (index < uniforms.size) {
            let row = index / uniforms.vocabSize;
            let v = index - row * uniforms.vocabSize;
            let hit = select(0.0, 1.0, v == targets[row]);
            result[index] = exp(result[index] - statistics[row * 2]) - hit;
          }
        }`,
    },
    [statistics, targets],
    "float32",
    [{ type: "int32", data: [vocabSize] }],
    logits,
  );
}
