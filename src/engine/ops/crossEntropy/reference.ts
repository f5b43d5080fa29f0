import { tf, type Tensor } from "@/engine/tfjs";
import type { Head } from "./crossEntropy";

/** The same summed loss in stock ops, one-hot and all: the oracle, for small vocabularies only. */
export function headCrossEntropyReference(hidden: Tensor, head: Head, targets: Int32Array): Tensor {
  return tf.tidy(() => {
    const logits = tf.matMul(hidden, head.weight, false, head.isTied);
    const oneHot = tf.oneHot(tf.tensor1d(targets, "int32"), head.vocabSize);
    return tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), oneHot)));
  });
}
