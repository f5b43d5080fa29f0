/**
 * Greedy answers on WebGPU: a token's id stays on the GPU, where the next pass takes it from, and is read while later
 * passes are on their way. Otherwise every token would wait for the way to the CPU and back.
 */
import type { CausalLm, WeightView } from "../model/causalLm";
import type { KvCache } from "../model/kvCache";
import { argMaxWebGPU } from "../ops/argMax/webgpu";
import { tf, type Tensor } from "../tfjs";
import { lastLogits } from "./lastLogits";

/** Tokens on their way. What a stop leaves of them is thrown away. */
const AHEAD = 4;

/** Yields `count` tokens after the prompt, which is padded on the right. The cache is the caller's, and empty. */
export async function* greedyTokens(
  model: CausalLm,
  view: WeightView,
  prompt: { tokenIds: Int32Array; length: number },
  count: number,
  cache: KvCache,
): AsyncGenerator<number, void, void> {
  const waiting: Promise<number>[] = [];
  let newest: Tensor | null = null;
  try {
    for (let issued = 0; issued < count || waiting.length > 0;) {
      if (issued < count && waiting.length < AHEAD) {
        const tokenIds: Int32Array | Tensor = newest ?? prompt.tokenIds;
        const real = newest ? 1 : prompt.length;
        cache.begin(real);
        const next: Tensor = tf.tidy(() =>
          argMaxWebGPU(lastLogits(model, view, tokenIds, real, cache)),
        );
        cache.end();
        newest?.dispose();
        newest = next;
        waiting.push(readId(next.clone()));
        issued++;
      } else {
        yield await (waiting.shift() as Promise<number>);
      }
    }
  } finally {
    newest?.dispose();
    await Promise.allSettled(waiting);
  }
}

/** Frees the tensor. */
async function readId(id: Tensor): Promise<number> {
  try {
    return (await id.data())[0]!;
  } finally {
    id.dispose();
  }
}
