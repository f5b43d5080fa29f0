/** Rotary position embedding, https://arxiv.org/abs/2104.09864, in the half-split form of Hugging Face. */
import { tf, type Tensor } from "@/engine/tfjs";

/** [length, R] each. */
export type Rotations = { cos: Tensor; sin: Tensor };
/** `joined` has in each row the cosines and then the sines of the first half: the second half's are the same. */
export type RopeTable = Rotations & { joined: Tensor };

/**
 * cos and sin of position ÷ theta^(2i/R) for positions [0, length) and i in [0, R/2), each row
 * written twice: [length, R]. The caller owns the tensors.
 */
export function createRopeTable(length: number, rotaryDim: number, theta: number): RopeTable {
  const cos = new Float32Array(length * rotaryDim);
  const sin = new Float32Array(length * rotaryDim);
  const joined = new Float32Array(length * rotaryDim);
  const half = rotaryDim / 2;
  for (let position = 0; position < length; position++) {
    for (let i = 0; i < rotaryDim; i++) {
      const angle = position / theta ** ((2 * (i % half)) / rotaryDim);
      cos[position * rotaryDim + i] = Math.cos(angle);
      sin[position * rotaryDim + i] = Math.sin(angle);
      joined[position * rotaryDim + i] = i < half ? Math.cos(angle) : Math.sin(angle);
    }
  }
  const table = (values: Float32Array) => tf.tensor2d(values, [length, rotaryDim]);
  return { cos: table(cos), sin: table(sin), joined: table(joined) };
}

/**
 * Turns the first R dimensions of each head by its position and leaves the rest:
 * y = x·cos + rotate(x)·sin with rotate([x₁, x₂]) = [−x₂, x₁]. The gradient turns back: −sin.
 * x [B, H, T, D], cos and sin [T, R] or [B, 1, T, R] → [B, H, T, D].
 */
export function rope(x: Tensor, { cos, sin }: Rotations): Tensor {
  return tf.customGrad((xIn, save) => {
    // A slice of the table, which its maker frees when the forward pass is over.
    (save as tf.GradSaveFunc)([cos, sin]);
    return {
      value: rotate(xIn as Tensor, cos, sin),
      gradFunc: (dy: Tensor, [cosSaved, sinSaved]: Tensor[]) =>
        tf.tidy(() => rotate(dy, cosSaved as Tensor, tf.neg(sinSaved as Tensor))),
    };
  })(x);
}

export function rotate(x: Tensor, cos: Tensor, sin: Tensor): Tensor {
  return tf.tidy(() => {
    const [batch, heads, length, headDim] = x.shape as [number, number, number, number];
    const rotaryDim = cos.shape.at(-1) as number;
    const half = rotaryDim / 2;
    const part = (first: number, size: number) =>
      tf.slice(x, [0, 0, 0, first], [batch, heads, length, size]);
    const first = part(0, half);
    const second = part(half, half);
    const turned = tf.add(
      tf.mul(tf.concat([first, second], 3), cos),
      tf.mul(tf.concat([tf.neg(second), first], 3), sin),
    );
    if (rotaryDim === headDim) return turned;
    return tf.concat([turned, part(rotaryDim, headDim - rotaryDim)], 3);
  });
}
