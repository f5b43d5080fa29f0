/** The same from the single steps: heads picked apart, turned, and attended under an additive mask. The oracle. */
import { tf, type Tensor } from "@/engine/tfjs";
import { attention } from "../attention/attention";
import { rope, type Rotations, type RopeTable } from "../rope/rope";
import type { HeadPlace, Projections, Segments } from "./selfAttention";

/** Far below any score, yet finite: a row that is masked whole must not become NaN. */
const MASKED = -1e9;

/** [B, T, W] → [B, heads, T, headDim]. */
function headsOf(place: HeadPlace, heads: number, headDim: number): Tensor {
  const { tensor, offset, stride } = place;
  const [batch, length, width] = tensor.shape as [number, number, number];
  return tf.tidy(() => {
    const apart = tf.reshape(tensor, [batch, length, width / stride, stride]);
    const start = [0, 0, Math.floor(offset / stride), offset % stride];
    return tf.transpose(tf.slice(apart, start, [batch, length, heads, headDim]), [0, 2, 1, 3]);
  });
}

/** [B, H, T, D] → [B, T, H·D]. */
function joinHeads(x: Tensor): Tensor {
  const [batch, heads, length, headDim] = x.shape as [number, number, number, number];
  return tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [batch, length, heads * headDim]);
}

export function selfAttentionReference(
  { q, k, v, heads, kvHeads, headDim }: Projections,
  table: RopeTable | null,
  segments: Segments,
): Tensor {
  const [batch, length] = q.tensor.shape as [number, number, number];
  return tf.tidy(() => {
    const turned = table && tableOf(table, segments, batch, length);
    const turn = (x: Tensor) => (turned ? rope(x, turned) : x);
    const mixed = attention(
      turn(headsOf(q, heads, headDim)),
      turn(headsOf(k, kvHeads, headDim)),
      headsOf(v, kvHeads, headDim),
      maskOf(segments, batch, length),
    );
    return joinHeads(mixed);
  });
}

/** One example a row, from its start: then padding behind it needs no care, for nothing counted sees it. */
function isPlain(segments: Segments, length: number): boolean {
  for (let i = 0; i < segments.length; i += 2) {
    if (segments[i] !== (i / 2) * length) return false;
  }
  return true;
}

/** There are few row lengths, and every layer of every pass needs its mask: they stay. */
const causalMasks = new Map<number, Tensor>();

function causalMask(length: number): Tensor {
  let mask = causalMasks.get(length);
  if (!mask) {
    const values = new Float32Array(length * length).fill(MASKED);
    for (let t = 0; t < length; t++) values.fill(0, t * length, t * length + t + 1);
    mask = tf.keep(tf.tensor2d(values, [length, length]));
    causalMasks.set(length, mask);
  }
  return mask;
}

/** [T, T], or [B, 1, T, T] for packed rows: a token sees those up to itself in its own example. */
function maskOf(segments: Segments, batch: number, length: number): Tensor {
  if (isPlain(segments, length)) return causalMask(length);
  const values = new Float32Array(batch * length * length).fill(MASKED);
  for (let i = 0; i < segments.length; i += 2) {
    const first = segments[i]!;
    const column = first % length;
    for (let t = 0; t < segments[i + 1]!; t++) {
      const row = (first + t) * length;
      values.fill(0, row + column, row + column + t + 1);
    }
  }
  return tf.tensor4d(values, [batch, 1, length, length]);
}

/** The table's rows by position: [T, R], or [B, 1, T, R] for packed rows. */
function tableOf(
  { cos, sin }: Rotations,
  segments: Segments,
  batch: number,
  length: number,
): Rotations {
  const width = cos.shape[1] as number;
  if (isPlain(segments, length)) {
    const rows = (x: Tensor) => tf.slice(x, [0, 0], [length, width]);
    return { cos: rows(cos), sin: rows(sin) };
  }
  const positions = new Int32Array(batch * length);
  for (let i = 0; i < segments.length; i += 2) {
    for (let t = 0; t < segments[i + 1]!; t++) positions[segments[i]! + t] = t;
  }
  const at = tf.tensor1d(positions, "int32");
  const rows = (x: Tensor) => tf.reshape(tf.gather(x, at), [batch, 1, length, width]);
  return { cos: rows(cos), sin: rows(sin) };
}
