import { isWebGPU, tf, type Tensor } from "@/engine/tfjs";

/**
 * TensorFlow.js' WebGPU softmax has no row guard and corrupts the last element once its dispatch is
 * reshaped, which happens above this many rows (kernels.md §1.8, measured at 70,000).
 */
const MAX_WEBGPU_ROWS = 65_535;

/** y = exp(x − max) ÷ Σ exp(x − max) over the last axis. The caller owns the result. */
export function softmax(x: Tensor): Tensor {
  const width = x.shape[x.rank - 1] as number;
  const rows = x.size / width;
  if (!isWebGPU() || rows <= MAX_WEBGPU_ROWS) return tf.softmax(x);
  return tf.tidy(() => {
    const flat = tf.reshape(x, [rows, width]);
    const parts: Tensor[] = [];
    for (let first = 0; first < rows; first += MAX_WEBGPU_ROWS) {
      const count = Math.min(MAX_WEBGPU_ROWS, rows - first);
      parts.push(tf.softmax(tf.slice(flat, [first, 0], [count, width])));
    }
    return tf.reshape(tf.concat(parts, 0), x.shape);
  });
}
