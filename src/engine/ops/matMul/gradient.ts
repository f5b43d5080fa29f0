/**
 * Replaces TensorFlow.js' gradient of BatchMatMul. The formulas are the same,
 * dA = dC·Bᵀ and dB = Aᵀ·dC, but on WASM both go through plain products.
 */
import { tf, type Tensor } from "@/engine/tfjs";
import { matMulTransposed, transposedMatMul } from "./matMul";

tf.unregisterGradient("BatchMatMul");
tf.registerGradient({
  kernelName: "BatchMatMul",
  inputsToSave: ["a", "b"],
  gradFunc: (dy, saved, attrs) => {
    const dc = dy as Tensor;
    const [a, b] = saved as [Tensor, Tensor];
    const { transposeA, transposeB } = attrs as unknown as {
      transposeA: boolean;
      transposeB: boolean;
    };
    if (transposeA) throw new Error("matMul: no gradient with transposeA; transpose before");
    if (transposeB) {
      return { a: () => tf.matMul(dc, b), b: () => transposedMatMul(dc, a) };
    }
    return { a: () => matMulTransposed(dc, b), b: () => transposedMatMul(a, dc) };
  },
});
