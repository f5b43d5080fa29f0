import type { CausalLm, WeightView } from "../model/causalLm";
import type { KvCache } from "../model/kvCache";
import { headLogits } from "../ops/crossEntropy/crossEntropy";
import { tf, type Tensor } from "../tfjs";

/** One pass over tokens, the first `realTokens` of them real → the logits of the last real one, [1, V]. The caller owns them. */
export function lastLogits(
  model: CausalLm,
  view: WeightView,
  tokenIds: Int32Array | Tensor,
  realTokens: number,
  cache: KvCache,
): Tensor {
  return tf.tidy(() => {
    const hidden = model.hidden(view, { tokenIds, segments: null }, cache);
    const { hiddenSize } = model.config;
    const last = tf.slice(hidden, [0, realTokens - 1, 0], [1, 1, hiddenSize]);
    return headLogits(tf.reshape(last, [1, hiddenSize]), model.head(view));
  });
}
