/** Self-attention on WASM by our own kernels: no head is copied apart, and no score outlives its example. */
import { tf, toTensor, wasmAddress, wasmOutput, wasmView, type Tensor } from "@/engine/tfjs";
import { wasmKernels, withScratch } from "@/engine/wasm/kernels";
import type { RopeTable } from "../rope/rope";
import type { HeadPlace, Projections, Segments } from "./selfAttention";

export function selfAttentionWasm(
  projections: Projections,
  rope: RopeTable | null,
  segments: Segments,
): Tensor {
  const { q, k, v } = projections;
  const sources = [...new Set([q.tensor, k.tensor, v.tensor])];
  return tf.customGrad((...args) => {
    const save = args.at(-1) as tf.GradSaveFunc;
    const inputs = args.slice(0, -1) as Tensor[];
    save(inputs);
    const placesIn = (tensors: Tensor[]): Projections => {
      const moved = (place: HeadPlace): HeadPlace => ({
        ...place,
        tensor: tensors[sources.indexOf(place.tensor)] as Tensor,
      });
      return { ...projections, q: moved(q), k: moved(k), v: moved(v) };
    };
    return {
      value: forward(placesIn(inputs), rope, segments),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const gradients = saved.map(({ shape }) => {
          const gradient = wasmOutput(shape, "float32");
          // What lies outside every segment has none.
          wasmView(gradient).fill(0);
          return toTensor(gradient);
        });
        backward(placesIn(saved), placesIn(gradients), dy, rope, segments);
        return gradients;
      },
    };
  })(...sources);
}

function forward(projections: Projections, rope: RopeTable | null, segments: Segments): Tensor {
  const { q, k, v, heads, kvHeads, headDim } = projections;
  const [batch, length] = q.tensor.shape as [number, number];
  const out = wasmOutput([batch, length, heads * headDim], "float32");
  wasmView(out).fill(0);
  withSegments(segments, headDim, (list, count, scratch) =>
    wasmKernels().attentionForward(
      address(q),
      rowOf(q),
      q.stride,
      address(k),
      address(v),
      rowOf(k),
      k.stride,
      wasmAddress(out),
      ...tableArguments(rope),
      list,
      count,
      heads,
      kvHeads,
      headDim,
      scratch,
    ),
  );
  return toTensor(out);
}

function backward(
  projections: Projections,
  gradients: Projections,
  dy: Tensor,
  rope: RopeTable | null,
  segments: Segments,
): void {
  const { q, k, v, heads, kvHeads, headDim } = projections;
  withSegments(segments, headDim, (list, count, scratch) =>
    wasmKernels().attentionBackward(
      address(q),
      rowOf(q),
      q.stride,
      address(k),
      address(v),
      rowOf(k),
      k.stride,
      wasmAddress(dy),
      address(gradients.q),
      address(gradients.k),
      address(gradients.v),
      ...tableArguments(rope),
      list,
      count,
      heads,
      kvHeads,
      headDim,
      scratch,
    ),
  );
}

/**
 * New tokens of one example behind those in the cache. `k` and `v` of the cache are [1, kvHeads, capacity, headDim];
 * the first `count` tokens of the projections are written into them at `past`. → [1, T, heads · headDim].
 */
export function cachedAttentionWasm(
  projections: Projections,
  rope: RopeTable | null,
  cache: { k: Tensor; v: Tensor; past: number; count: number },
): Tensor {
  const { q, k, v, heads, kvHeads, headDim } = projections;
  const [batch, length] = q.tensor.shape as [number, number];
  const capacity = cache.k.shape[2] as number;
  const out = wasmOutput([batch, length, heads * headDim], "float32");
  wasmView(out).fill(0);
  withScratch(4 * (headDim + capacity + 16), (scratch) =>
    wasmKernels().attentionCached(
      address(q),
      rowOf(q),
      q.stride,
      address(k),
      address(v),
      rowOf(k),
      k.stride,
      wasmAddress(out),
      ...tableArguments(rope),
      wasmAddress(cache.k),
      wasmAddress(cache.v),
      capacity,
      cache.past,
      cache.count,
      heads,
      kvHeads,
      headDim,
      scratch,
    ),
  );
  return toTensor(out);
}

function address({ tensor, offset }: HeadPlace): number {
  return wasmAddress(tensor) + 4 * offset;
}

function rowOf({ tensor }: HeadPlace): number {
  return tensor.shape[2] as number;
}

function tableArguments(rope: RopeTable | null): [cos: number, sin: number, rotaryDim: number] {
  return rope
    ? [wasmAddress(rope.cos), wasmAddress(rope.sin), rope.cos.shape[1] as number]
    : [0, 0, 0];
}

function withSegments(
  segments: Segments,
  headDim: number,
  use: (list: number, count: number, scratch: number) => void,
): void {
  let longest = 0;
  for (let i = 1; i < segments.length; i += 2) longest = Math.max(longest, segments[i]!);
  const list = tf.tensor1d(segments, "int32");
  const bytes = 4 * wasmKernels().attentionScratchFloats(longest, headDim);
  withScratch(bytes, (scratch) => use(wasmAddress(list), segments.length / 2, scratch));
  list.dispose();
}
