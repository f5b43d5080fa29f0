/** WGSL of self-attention behind a cache of keys and values. */
import type { Program } from "@/engine/webgpu/run";
import {
  COMMON,
  describeShape,
  joinSoftmax,
  LOWEST,
  placesCode,
  RowWriter,
  tableOf,
  type AttentionShape,
} from "./wgslRow";

const CACHED = [...COMMON, "exampleTokens", "capacity", "past", "count"] as const;

/** Writes the k, turned, and v of each example's first `count` tokens into the cache: a thread for each float of them. */
export function cacheWriteProgram({ headDim, rotaryDim }: AttentionShape): Program {
  const half = rotaryDim / 2;
  const turned = `
    if (e < ${rotaryDim}) {
      let at = (uniforms.past + token) * ${rotaryDim} + e % ${half};
      let partner = select(k[start + e - ${half}], -k[start + min(e + ${half}, ${headDim - 1})], e < ${half});
      value = value * table[at] + partner * table[at + ${half}];
    }`;
  return {
    key: `attentionCacheWrite ${headDim}/${rotaryDim}`,
    reads: { k: "f32", v: "f32", ...(rotaryDim > 0 ? { table: "f32" } : {}) },
    writes: { cacheK: "f32", cacheV: "f32" },
    integers: CACHED,
    code: () => `${placesCode(headDim)}
      fn main(index : i32) {
        let e = index % ${headDim};
        let token = index / ${headDim} % uniforms.count;
        // Of all examples, one behind the other.
        let cacheHead = index / (${headDim} * uniforms.count);
        let example = cacheHead / uniforms.kvHeads;
        let head = cacheHead - example * uniforms.kvHeads;
        let row = example * uniforms.exampleTokens + token;
        let start = kAt(row, head);
        var value = k[start + e];
        ${rotaryDim > 0 ? turned : ""}
        let to = (cacheHead * uniforms.capacity + uniforms.past + token) * ${headDim} + e;
        cacheK[to] = value;
        cacheV[to] = v[vAt(row, head) + e];
      }`,
  };
}

/**
 * New tokens against the cache, whose keys are split into `parts` that threads take side by side. With more than
 * one part, out holds each part's row before its division and `statistics` its (peak, sum): [parts, B, T, heads].
 */
export function cachedForwardProgram(shape: AttentionShape): Program {
  const rows = new RowWriter(shape);
  const { element } = rows;
  return {
    key: `attentionCached ${describeShape(shape)}`,
    reads: { q: element, cacheK: element, cacheV: element, ...tableOf(shape, rows) },
    writes: { out: element, statistics: "vec2<f32>" },
    integers: [...CACHED, "parts", "partKeys"],
    code: () => `${placesCode(shape.headDim)}
      fn main(index : i32) {
        let part = index / (uniforms.heads * uniforms.tokens);
        let rest = index - part * uniforms.heads * uniforms.tokens;
        let head = rest / uniforms.tokens;
        let token = rest - head * uniforms.tokens;
        let example = token / uniforms.exampleTokens;
        let place = token - example * uniforms.exampleTokens;
        let kvHead = head / (uniforms.heads / uniforms.kvHeads);
        let cacheHead = example * uniforms.kvHeads + kvHead;
        ${rows.load("own", "q", "qAt(token, head)")}
        ${rows.turn("q", "own", "uniforms.past + place")}
        ${rows.zeros("o")}
        var peak = ${LOWEST};
        var sum = 0.0;
        let start = part * uniforms.partKeys;
        let seen = uniforms.past + min(place + 1, uniforms.count);
        let end = select(seen, min(seen, start + uniforms.partKeys), uniforms.parts > 1);
        for (var j = start; j < end; j = j + 1) {
          let at = (cacheHead * uniforms.capacity + j) * ${shape.headDim};
          ${rows.load("k", "cacheK", "at")}
          let s = SCALE * (${rows.dot("q", "k")});
          ${rows.load("v", "cacheV", "at")}
          ${joinSoftmax(rows)}
        }
        let whole = select(max(sum, 1.0e-30), 1.0, uniforms.parts > 1);
        let to = ((part * uniforms.tokens + token) * uniforms.heads + head) * ${shape.headDim};
        ${rows.store("out", "to", (i) => `o${i} / whole`)}
        statistics[(part * uniforms.tokens + token) * uniforms.heads + head] = vec2<f32>(peak, sum);
      }`,
  };
}

/** The parts of every row put together: a thread for each float of the result. */
export function joinPartsProgram(headDim: number): Program {
  return {
    key: `attentionJoinParts ${headDim}`,
    reads: { partial: "f32", statistics: "vec2<f32>" },
    writes: { out: "f32" },
    integers: ["rows", "parts"],
    code: () => `
      fn main(index : i32) {
        let row = index / ${headDim};
        var peak = ${LOWEST};
        for (var i = 0; i < uniforms.parts; i = i + 1) {
          peak = max(peak, statistics[i * uniforms.rows + row].x);
        }
        var sum = 0.0;
        var value = 0.0;
        for (var i = 0; i < uniforms.parts; i = i + 1) {
          let part = statistics[i * uniforms.rows + row];
          let share = exp(part.x - peak);
          sum = sum + share * part.y;
          value = value + share * partial[i * uniforms.rows * ${headDim} + index];
        }
        out[index] = value / max(sum, 1.0e-30);
      }`,
  };
}
