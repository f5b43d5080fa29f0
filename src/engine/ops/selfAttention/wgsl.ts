/**
 * WGSL of self-attention and its gradient: one thread for each (token, head), which holds its row of a head in
 * registers and meets the other rows one by one. No barriers: they are what a software adapter makes slow.
 */
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

/**
 * out = softmax(q·kᵀ·scale)·v over the token's own example up to itself. Per (head, token), `statistics` are
 * (log Σ exp of the scores, Σ out·dOut from the query's gradient on, first token of the example, the one behind it):
 * with the token's span in it, no program binds more than eight tensors, which is what every device takes.
 */
export function forwardProgram(shape: AttentionShape): Program {
  const rows = new RowWriter(shape);
  const { element } = rows;
  return {
    key: `attentionForward ${describeShape(shape)}`,
    reads: { q: element, k: element, v: element, spans: "vec2<i32>", ...tableOf(shape, rows) },
    writes: { out: element, statistics: "vec4<f32>" },
    integers: COMMON,
    code: () => `${placesCode(shape.headDim)}
      fn main(index : i32) {
        let head = index / uniforms.tokens;
        let token = index - head * uniforms.tokens;
        let kvHead = head / (uniforms.heads / uniforms.kvHeads);
        let first = spans[token].x;
        let last = min(token, spans[token].y - 1);
        ${rows.load("own", "q", "qAt(token, head)")}
        ${rows.turn("q", "own", "token - first")}
        ${rows.zeros("o")}
        var peak = ${LOWEST};
        var sum = 0.0;
        for (var j = first; j <= last; j = j + 1) {
          ${rows.load("raw", "k", "kAt(j, kvHead)")}
          ${rows.turn("k", "raw", "j - first")}
          let s = SCALE * (${rows.dot("q", "k")});
          ${rows.load("v", "v", "vAt(j, kvHead)")}
          ${joinSoftmax(rows)}
        }
        // Outside every example nothing was summed: the row is zero.
        let whole = max(sum, 1.0e-30);
        ${rows.store("out", "outAt(token, head)", (i) => `o${i} / whole`)}
        statistics[index] =
          vec4<f32>(peak + log(whole), 0.0, f32(first), f32(spans[token].y));
      }`,
  };
}

/** dq, and Σ out·dOut of each row into the statistics. */
export function queryGradientProgram(shape: AttentionShape): Program {
  const rows = new RowWriter(shape);
  const { element } = rows;
  const given = { q: element, k: element, v: element, out: element, dOut: element } as const;
  return {
    key: `attentionQueryGradient ${describeShape(shape)}`,
    reads: { ...given, ...tableOf(shape, rows) },
    writes: { dq: element, statistics: "vec4<f32>" },
    integers: COMMON,
    code: () => `${placesCode(shape.headDim)}
      fn main(index : i32) {
        let head = index / uniforms.tokens;
        let token = index - head * uniforms.tokens;
        let kvHead = head / (uniforms.heads / uniforms.kvHeads);
        let ownLse = statistics[index].x;
        let first = i32(statistics[index].z);
        let last = min(token, i32(statistics[index].w) - 1);
        ${rows.load("own", "q", "qAt(token, head)")}
        ${rows.turn("q", "own", "token - first")}
        ${rows.load("g", "dOut", "outAt(token, head)")}
        ${rows.load("out", "out", "outAt(token, head)")}
        let ownAlong = ${rows.dot("g", "out")};
        ${rows.zeros("d")}
        for (var j = first; j <= last; j = j + 1) {
          ${rows.load("raw", "k", "kAt(j, kvHead)")}
          ${rows.turn("k", "raw", "j - first")}
          let p = exp(SCALE * (${rows.dot("q", "k")}) - ownLse);
          ${rows.load("v", "v", "vAt(j, kvHead)")}
          let ds = p * ((${rows.dot("g", "v")}) - ownAlong);
          ${rows.each((i) => `d${i} = d${i} + ds * k${i};`)}
        }
        ${rows.turn("back", "d", "token - first", "-")}
        ${rows.store("dq", "qAt(token, head)", (i) => `SCALE * back${i}`)}
        statistics[index].y = ownAlong;
      }`,
  };
}

/** dk and dv over the tokens of the example from the own one on; both may lie in one tensor, `dkv`. */
export function keyGradientProgram(shape: AttentionShape, isShared: boolean): Program {
  const rows = new RowWriter(shape);
  const { element } = rows;
  const [dk, dv] = isShared ? ["dkv", "dkv"] : ["dk", "dv"];
  const given = { q: element, k: element, v: element, dOut: element } as const;
  return {
    key: `attentionKeyGradient ${describeShape(shape)} ${isShared}`,
    reads: { ...given, statistics: "vec4<f32>", ...tableOf(shape, rows) },
    writes: { [dk]: element, [dv]: element },
    integers: COMMON,
    code: () => `${placesCode(shape.headDim)}
      fn main(index : i32) {
        let kvHead = index / uniforms.tokens;
        let token = index - kvHead * uniforms.tokens;
        let group = uniforms.heads / uniforms.kvHeads;
        let span = statistics[kvHead * group * uniforms.tokens + token].zw;
        let first = i32(span.x);
        let end = i32(span.y);
        ${rows.load("own", "k", "kAt(token, kvHead)")}
        ${rows.turn("k", "own", "token - first")}
        ${rows.load("v", "v", "vAt(token, kvHead)")}
        ${rows.zeros("d")}
        ${rows.zeros("e")}
        for (var head = kvHead * group; head < (kvHead + 1) * group; head = head + 1) {
          for (var i = token; i < end; i = i + 1) {
            ${rows.load("raw", "q", "qAt(i, head)")}
            ${rows.turn("q", "raw", "i - first")}
            let row = statistics[head * uniforms.tokens + i];
            let p = exp(SCALE * (${rows.dot("q", "k")}) - row.x);
            ${rows.load("g", "dOut", "outAt(i, head)")}
            let ds = p * ((${rows.dot("g", "v")}) - row.y);
            ${rows.each((i) => `d${i} = d${i} + ds * q${i}; e${i} = e${i} + p * g${i};`)}
          }
        }
        ${rows.turn("back", "d", "token - first", "-")}
        ${rows.store(dk, "kAt(token, kvHead)", (i) => `SCALE * back${i}`).replaceAll("stored", "storedK")}
        ${rows.store(dv, "vAt(token, kvHead)", (i) => `e${i}`)}
      }`,
  };
}
