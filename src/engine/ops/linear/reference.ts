import { tf, type Tensor } from "@/engine/tfjs";
import { matMul } from "../matMul/matMul";
import type { LinearLayer } from "./linear";

/** The same in stock ops, each with its own gradient: the oracle. x [N, in]. */
export function linearReference(x: Tensor, { weight, bias, adapter }: LinearLayer): Tensor {
  return tf.tidy(() => {
    let y = matMul(x, weight);
    if (bias) y = tf.add(y, bias);
    if (adapter) y = tf.add(y, tf.mul(matMul(matMul(x, adapter.a), adapter.b), adapter.scale));
    return y;
  });
}
