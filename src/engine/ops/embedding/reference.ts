import { tf, type Tensor } from "@/engine/tfjs";

/** The same gradient in stock ops: onehotᵀ · dy. For small vocabularies only. */
export function embeddingGradientReference(
  dy: Tensor,
  tokenIds: Int32Array,
  vocabSize: number,
): Tensor {
  return tf.tidy(() => {
    const oneHot = tf.oneHot(tf.tensor1d(tokenIds, "int32"), vocabSize);
    return tf.matMul(tf.transpose(tf.cast(oneHot, "float32")), dy);
  });
}
