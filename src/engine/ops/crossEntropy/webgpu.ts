/** The head's loss on WebGPU: one program makes of a row of logits its loss and, in place, its gradient. */
import { toTensor, type Tensor, type TensorInfo } from "@/engine/tfjs";
import { gemm, gemmInto, type Product } from "@/engine/webgpu/gemm/gemm";
import { hostTensor } from "@/engine/webgpu/hostTensor";
import {
  runOwnProgram,
  SLICE_STEP,
  sliceRows,
  webgpuOutput,
  type Program,
} from "@/engine/webgpu/run";
import { rowProgram } from "@/engine/webgpu/sums";
import { chunksOf, type Head, type LossAndGradients } from "./crossEntropy";

/**
 * Rows are counted from `first` in `targets` and `losses`. A row without a target has no loss and no gradient. The
 * lane that meets the target on its way is the only one to read that value.
 */
const rowsProgram = (hasGradient: boolean): Program =>
  rowProgram(
    {
      key: `crossEntropy ${hasGradient}`,
      reads: { targets: "i32", scale: "f32" },
      writes: { logits: "f32", losses: "f32" },
      integers: ["first", "vocabSize"],
    },
    `let row = index * uniforms.vocabSize;
     let wanted = targets[uniforms.first + index];
     let factor = select(scale[0], 0.0, wanted < 0);
     var part = vec2<f32>(-3.0e38, 0.0);
     for (var v = lane; v < uniforms.vocabSize; v = v + LANES) {
       let x = logits[row + v];
       let peak = max(part.x, x);
       part = vec2<f32>(peak, part.y * exp(part.x - peak) + exp(x - peak));
     }
     let total = groupSoftmax(lane, part);
     let logSum = total.x + log(total.y);
     if (wanted < 0 && lane == 0) { losses[uniforms.first + index] = 0.0; }
     ${
       hasGradient
         ? `for (var v = lane; v < uniforms.vocabSize; v = v + LANES) {
              let x = logits[row + v];
              if (v == wanted) { losses[uniforms.first + index] = factor * (logSum - x); }
              logits[row + v] = factor * (exp(x - logSum) - select(0.0, 1.0, v == wanted));
            }`
         : `if (wanted >= 0 && lane == 0) {
              losses[uniforms.first + index] = factor * (logSum - logits[row + wanted]);
            }`
     }`,
  );

const sumProgram = (): Program =>
  rowProgram(
    {
      key: "sumOfLosses",
      reads: { losses: "f32" },
      writes: { loss: "f32" },
      integers: ["rows"],
    },
    `var sum = vec2<f32>(0.0);
   for (var row = lane; row < uniforms.rows; row = row + LANES) { sum.x = sum.x + losses[row]; }
   let total = groupSum(lane, sum);
   if (lane == 0) { loss[0] = total.x; }`,
  );

export function lossWebGPU(hidden: Tensor, head: Head, targets: Int32Array): Tensor {
  return forEachChunk(hidden, head, targets, Float32Array.of(1), null);
}

export function lossAndGradientsWebGPU(
  hidden: Tensor,
  head: Head,
  targets: Int32Array,
  scale: Float32Array,
  isHeadTrained: boolean,
): LossAndGradients {
  const { weight, isTied } = head;
  const hiddenGradient = toTensor(webgpuOutput(hidden.shape));
  let weightGradient: Tensor | null = null;
  const loss = forEachChunk(hidden, head, targets, scale, (first, part, dLogits) => {
    const rows = sliceRows(hiddenGradient, first, part.shape[0]!);
    gemmInto(rows, [{ a: dLogits, b: weight, transposeB: !isTied }], false);
    if (!isHeadTrained) return;
    const [a, b] = isTied ? [dLogits, part] : [part, dLogits];
    const product: Product = { a, b, transposeA: true };
    if (weightGradient) gemmInto(weightGradient, [product], true);
    else weightGradient = gemm([product]).c;
  });
  return { loss, hiddenGradient, weightGradient };
}

/** The loss. `useGradient` is given each chunk's rows of `hidden` and its d loss/d logits, lent. */
function forEachChunk(
  hidden: Tensor,
  head: Head,
  targets: Int32Array,
  scale: Float32Array,
  useGradient: ((first: number, part: TensorInfo, dLogits: Tensor) => void) | null,
): Tensor {
  const rows = hidden.shape[0];
  const { vocabSize, weight, isTied } = head;
  const losses = toTensor(webgpuOutput([rows]));
  const shared = {
    targets: hostTensor(targets, "targets"),
    scale: hostTensor(scale, "scale"),
    losses,
  };
  for (const [first, count] of chunksOf(rows, vocabSize, SLICE_STEP)) {
    const part = sliceRows(hidden, first, count);
    const logits = gemm([{ a: part, b: weight, transposeB: isTied }]).c;
    const program = rowsProgram(useGradient !== null);
    runOwnProgram(program, { ...shared, logits }, { first, vocabSize }, count);
    useGradient?.(first, part, logits);
    logits.dispose();
  }
  const loss = toTensor(webgpuOutput([]));
  runOwnProgram(sumProgram(), { losses, loss }, { rows }, 1);
  losses.dispose();
  return loss;
}
