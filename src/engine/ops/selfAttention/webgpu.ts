/** Self-attention on WebGPU by our own programs: no head is copied apart, and no matrix of scores is made. */
import { spending, tf, toTensor, type Tensor, type TensorInfo } from "@/engine/tfjs";
import { hostTensor } from "@/engine/webgpu/hostTensor";
import { runOwnProgram, webgpuOutput } from "@/engine/webgpu/run";
import type { RopeTable } from "../rope/rope";
import type { HeadPlace, Projections, Segments } from "./selfAttention";
import { forwardProgram, keyGradientProgram, queryGradientProgram } from "./wgsl";
import { cachedForwardProgram, cacheWriteProgram, joinPartsProgram } from "./wgslCached";
import type { AttentionShape } from "./wgslRow";

/** With one new token its heads alone would leave a GPU idle: threads share out its keys by so many. */
const PART_KEYS = 32;

/**
 * With p = exp(score − lse), ds = p · (dOut·v − Σ out·dOut): dq = Σ ds·k, dk = Σ ds·q, dv = Σ p·dOut, all times the
 * scores' scale where they pass it. Kept for it are the projections, the result and
 * the statistics of its rows.
 */
export function selfAttentionWebGPU(
  projections: Projections,
  rope: RopeTable | null,
  segments: Segments,
): Tensor {
  const { q, k, v } = projections;
  const sources = [...new Set([q.tensor, k.tensor, v.tensor])];
  assertCovered(projections, sources);
  return tf.customGrad((...args) => {
    const save = args.at(-1) as tf.GradSaveFunc;
    const inputs = args.slice(0, -1) as Tensor[];
    const placesIn = (tensors: Tensor[]): Projections => {
      const moved = (place: HeadPlace): HeadPlace => ({
        ...place,
        tensor: tensors[sources.indexOf(place.tensor)] as Tensor,
      });
      return { ...projections, q: moved(q), k: moved(k), v: moved(v) };
    };
    const { out, statistics } = forward(placesIn(inputs), rope, segments);
    save([...inputs, out, statistics]);
    return {
      value: out,
      gradFunc: (dy: Tensor, saved: Tensor[]) =>
        spending([dy], () => {
          const [outSaved, statisticsSaved] = saved.slice(sources.length) as [Tensor, Tensor];
          const gradients = sources.map(({ shape }) => toTensor(webgpuOutput(shape)));
          backward(
            { projections: placesIn(saved), out: outSaved, statistics: statisticsSaved, rope },
            placesIn(gradients),
            dy,
          );
          return gradients;
        }),
    };
  })(...sources);
}

/** Every float of a projection must belong to a head: nothing else is given a gradient. */
function assertCovered({ q, k, v, heads, kvHeads, headDim }: Projections, sources: Tensor[]): void {
  for (const tensor of sources) {
    let covered = 0;
    if (q.tensor === tensor) covered += heads * headDim;
    if (k.tensor === tensor) covered += kvHeads * headDim;
    if (v.tensor === tensor) covered += kvHeads * headDim;
    if (covered !== tensor.shape[2]) {
      throw new Error(`selfAttention: heads fill ${covered} of ${tensor.shape[2]} columns`);
    }
  }
}

function forward(projections: Projections, rope: RopeTable | null, segments: Segments) {
  const { q, k, v, heads, headDim } = projections;
  const [batch, length] = q.tensor.shape as [number, number];
  const out = webgpuOutput([batch, length, heads * headDim]);
  const statistics = webgpuOutput([heads, batch * length, 4]);
  runOwnProgram(
    forwardProgram(shapeOf(projections, rope)),
    {
      ...{ q: q.tensor, k: k.tensor, v: v.tensor },
      ...{ spans: spansOf(segments, batch * length), ...tableOf(rope), out, statistics },
    },
    placeUniforms(projections),
    batch * length * heads,
  );
  return { out: toTensor(out), statistics: toTensor(statistics) };
}

type Saved = {
  projections: Projections;
  out: Tensor;
  statistics: Tensor;
  rope: RopeTable | null;
};

function backward(saved: Saved, gradients: Projections, dOut: Tensor): void {
  const { projections, out, statistics, rope } = saved;
  const { q, k, v, heads, kvHeads } = projections;
  const [batch, length] = q.tensor.shape as [number, number];
  const shape = shapeOf(projections, rope);
  const given = { q: q.tensor, k: k.tensor, v: v.tensor, dOut, statistics, ...tableOf(rope) };
  const uniforms = placeUniforms(projections);
  runOwnProgram(
    queryGradientProgram(shape),
    { ...given, out, dq: gradients.q.tensor },
    uniforms,
    batch * length * heads,
  );
  const [dk, dv] = [gradients.k.tensor, gradients.v.tensor];
  runOwnProgram(
    keyGradientProgram(shape, dk === dv),
    { ...given, dk, dv, dkv: dk },
    uniforms,
    batch * length * kvHeads,
  );
}

/**
 * New tokens of each example behind its own in the cache. `k` and `v` of the cache are [B, kvHeads, capacity, headDim];
 * the first `count` tokens of each row of the projections are written into them at `past`. → [B, T, heads · headDim].
 */
export function cachedAttentionWebGPU(
  projections: Projections,
  rope: RopeTable | null,
  cache: { k: Tensor; v: Tensor; past: number; count: number },
): Tensor {
  const { q, k, v, heads, kvHeads, headDim } = projections;
  const { past, count } = cache;
  const [batch, length] = q.tensor.shape as [number, number];
  const parts = length === 1 ? Math.ceil((past + count) / PART_KEYS) : 1;
  const uniforms = {
    ...placeUniforms(projections),
    ...{ exampleTokens: length, capacity: cache.k.shape[2] as number },
    ...{ past, count, parts, partKeys: PART_KEYS },
  };
  const shape = shapeOf(projections, rope);
  const table = tableOf(rope);
  return tf.tidy(() => {
    runOwnProgram(
      cacheWriteProgram(shape),
      { k: k.tensor, v: v.tensor, ...table, cacheK: cache.k, cacheV: cache.v },
      uniforms,
      batch * kvHeads * count * headDim,
    );
    const partial = toTensor(webgpuOutput([parts * batch, length, heads * headDim]));
    const statistics = toTensor(webgpuOutput([parts * batch, length, heads, 2]));
    runOwnProgram(
      cachedForwardProgram(shape),
      { q: q.tensor, cacheK: cache.k, cacheV: cache.v, ...table, out: partial, statistics },
      uniforms,
      parts * batch * length * heads,
    );
    if (parts === 1) return partial;
    const out = webgpuOutput([batch, length, heads * headDim]);
    const rows = batch * length * heads;
    runOwnProgram(
      joinPartsProgram(headDim),
      { partial, statistics, out },
      { rows, parts },
      rows * headDim,
    );
    return toTensor(out);
  });
}

function shapeOf(projections: Projections, rope: RopeTable | null): AttentionShape {
  const { q, k, v, headDim } = projections;
  const rotaryDim = rope ? (rope.cos.shape[1] as number) : 0;
  const isWhole = ({ tensor, offset, stride }: HeadPlace) =>
    [tensor.shape[2] as number, offset, stride].every((floats) => floats % 4 === 0);
  return { headDim, rotaryDim, isAligned: headDim % 4 === 0 && [q, k, v].every(isWhole) };
}

function placeUniforms({ q, k, v, heads, kvHeads }: Projections): Record<string, number> {
  const [batch, length, qRow] = q.tensor.shape as [number, number, number];
  return {
    ...{ tokens: batch * length, heads, kvHeads },
    ...{ qRow, qStride: q.stride, qOffset: q.offset },
    ...{ kvRow: k.tensor.shape[2] as number, kvStride: k.stride },
    ...{ kOffset: k.offset, vOffset: v.offset },
  };
}

function tableOf(rope: RopeTable | null): Record<string, TensorInfo> {
  return rope ? { table: rope.joined } : {};
}

/** Per token the first of its example and the one behind its last; where there is none, itself twice. */
function spansOf(segments: Segments, tokens: number): Tensor {
  return hostTensor(segments, `spans of ${tokens}`, (given) => {
    const values = new Int32Array(2 * tokens);
    for (let token = 0; token < tokens; token++) values.fill(token, 2 * token, 2 * token + 2);
    for (let i = 0; i < given.length; i += 2) {
      const [first, end] = [given[i]!, given[i]! + given[i + 1]!];
      for (let token = first; token < end; token++) {
        values[2 * token] = first;
        values[2 * token + 1] = end;
      }
    }
    return values;
  });
}
