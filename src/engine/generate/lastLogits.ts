import type { CausalLm, WeightView } from "../model/causalLm";
import type { KvCache } from "../model/kvCache";
import { headLogits } from "../ops/crossEntropy/crossEntropy";
import { tf, type Tensor } from "../tfjs";

/**
 * One pass over the tokens of the cache's B examples, the first `realTokens` of each real → the logits of each one's last
 * real token, [B, V]. The caller owns them.
 */
export function lastLogits(
  model: CausalLm,
  view: WeightView,
  tokenIds: Int32Array | Tensor,
  realTokens: number,
  cache: KvCache,
): Tensor {
  cache.begin(realTokens);
  const logits = tf.tidy(() => {
    const hidden = model.hidden(view, { tokenIds, segments: null }, cache);
    const [examples, length, width] = hidden.shape as [number, number, number];
    const last =
      length === 1 ? hidden : tf.slice(hidden, [0, realTokens - 1, 0], [examples, 1, width]);
    return headLogits(tf.reshape(last, [examples, width]), model.head(view));
  });
  cache.end();
  return logits;
}
