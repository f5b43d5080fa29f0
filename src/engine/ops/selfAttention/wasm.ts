/** Self-attention on WASM by our own kernels: no head is copied apart, and no score outlives its example. */
import { tf, toTensor, wasmAddress, wasmOutput, wasmView, type Tensor } from "@/engine/tfjs";
import {
  countPieces,
  cutRange,
  runPieces,
  wasmKernels,
  withScratch,
  type WasmKernels,
} from "@/engine/wasm/kernels";
import type { RopeTable } from "../rope/rope";
import type { HeadPlace, Projections, Segments } from "./selfAttention";

/** Multiplications worth waking a thread for. */
const LEAST_WORK = 2 ** 18;

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
  const { q, heads, headDim } = projections;
  const [batch, length] = q.tensor.shape as [number, number];
  const out = wasmOutput([batch, length, heads * headDim], "float32");
  wasmView(out).fill(0);
  runParts("attentionForward", projections, segments, (part) => [
    ...sourceArguments(projections, part),
    wasmAddress(out) + 4 * part.firstHead * headDim,
    heads * headDim,
    ...shapeArguments(rope, part, headDim),
  ]);
  return toTensor(out);
}

function backward(
  projections: Projections,
  gradients: Projections,
  dy: Tensor,
  rope: RopeTable | null,
  segments: Segments,
): void {
  const { heads, headDim } = projections;
  runParts("attentionBackward", projections, segments, (part) => [
    ...sourceArguments(projections, part),
    wasmAddress(dy) + 4 * part.firstHead * headDim,
    address(gradients.q, part.firstHead),
    address(gradients.k, part.firstKvHead),
    address(gradients.v, part.firstKvHead),
    heads * headDim,
    ...shapeArguments(rope, part, headDim),
  ]);
}

/**
 * New tokens of each example behind its own in the cache. `k` and `v` of the cache are [B, kvHeads, capacity, headDim];
 * the first `count` tokens of each row of the projections are written into them at `past`. → [B, T, heads · headDim].
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
  withScratch(4 * (headDim + capacity + 16), (scratch) => {
    for (let example = 0; example < batch; example++) {
      const from = (place: HeadPlace) => address(place) + 4 * example * length * rowOf(place);
      const held = 4 * example * kvHeads * capacity * headDim;
      wasmKernels().attentionCached(
        from(q),
        rowOf(q),
        q.stride,
        from(k),
        from(v),
        rowOf(k),
        k.stride,
        wasmAddress(out) + 4 * example * length * heads * headDim,
        ...tableArguments(rope),
        wasmAddress(cache.k) + held,
        wasmAddress(cache.v) + held,
        capacity,
        cache.past,
        cache.count,
        heads,
        kvHeads,
        headDim,
        scratch,
      );
    }
  });
  return toTensor(out);
}

function address({ tensor, offset, stride }: HeadPlace, head = 0): number {
  return wasmAddress(tensor) + 4 * (offset + head * stride);
}

function rowOf({ tensor }: HeadPlace): number {
  return tensor.shape[2] as number;
}

function tableArguments(rope: RopeTable | null): [cos: number, sin: number, rotaryDim: number] {
  return rope
    ? [wasmAddress(rope.cos), wasmAddress(rope.sin), rope.cos.shape[1] as number]
    : [0, 0, 0];
}

/** Some heads of some segments, which lie at `list`. */
type Part = {
  list: number;
  count: number;
  firstHead: number;
  heads: number;
  firstKvHead: number;
  kvHeads: number;
};

/** Where a kernel reads queries, keys and values of its first heads, and how far the next token and head are. */
function sourceArguments({ q, k, v }: Projections, { firstHead, firstKvHead }: Part) {
  const queries = [address(q, firstHead), rowOf(q), q.stride] as const;
  const keys = [address(k, firstKvHead), address(v, firstKvHead), rowOf(k), k.stride] as const;
  return [...queries, ...keys] as const;
}

/** What a kernel works on; its last argument is the address of the scratch memory, which each thread has of its own. */
function shapeArguments(rope: RopeTable | null, part: Part, headDim: number) {
  const { list, count, heads, kvHeads } = part;
  return [...tableArguments(rope), list, count, heads, kvHeads, headDim, 0] as const;
}

/** Runs a kernel over all heads and segments, in as many pieces as there are threads for. */
function runParts<K extends "attentionForward" | "attentionBackward">(
  kernel: K,
  { heads, kvHeads, headDim }: Projections,
  segments: Segments,
  argumentsOf: (part: Part) => Parameters<WasmKernels[K]>,
): void {
  let [longest, work] = [0, 0];
  for (let i = 1; i < segments.length; i += 2) {
    longest = Math.max(longest, segments[i]!);
    work += segments[i]! ** 2 * heads * headDim;
  }
  const wanted = countPieces(work, LEAST_WORK);
  const group = heads / kvHeads;
  const overHeads = cutRange(kvHeads, wanted);
  const overSegments = cutRange(segments.length / 2, Math.floor(wanted / overHeads.length));
  const list = tf.tensor1d(segments, "int32");
  const pieces = overHeads.flatMap(([fromHead, toHead]) =>
    overSegments.map(([from, to]) =>
      argumentsOf({
        list: wasmAddress(list) + 8 * from,
        count: to - from,
        firstHead: fromHead * group,
        heads: (toHead - fromHead) * group,
        firstKvHead: fromHead,
        kvHeads: toHead - fromHead,
      }),
    ),
  );
  runPieces(kernel, pieces, 4 * wasmKernels().attentionScratchFloats(longest, headDim));
  list.dispose();
}
