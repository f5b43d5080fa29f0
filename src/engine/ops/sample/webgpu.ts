/**
 * The next token chosen on WebGPU: a row's likeliest are found by trying thresholds, without sorting, and one of them is
 * drawn. Sums have float32's precision: a draw that falls on an edge between two tokens may take its neighbor.
 */
import type { SamplingConfig } from "@/core/generation";
import { toTensor, webgpuInternals, type Tensor } from "@/engine/tfjs";
import { runOwnProgram, type Program } from "@/engine/webgpu/run";
import { rowProgram } from "@/engine/webgpu/sums";

/** The largest float32 below 1: a draw that is rounded to 1 would take the last token, however unlikely. */
const LARGEST_DRAW = 1 - 2 ** -24;

/** Threads of a row: it is read up to 64 times, and with fewer a GPU would wait for its memory. */
const THREADS = 256;

const FUNCTIONS = `
  fn weightOf(x : f32, peak : f32) -> f32 {
    return exp(max((x - peak) / uniforms.temperature, -80.0));
  }
  // Floats as whole numbers that rise with them; between those of two finite ones there are no others.
  fn keyOf(x : f32) -> u32 {
    let bits = bitcast<u32>(x);
    return select(bits | 0x80000000u, ~bits, bits >= 0x80000000u);
  }
  fn valueOf(key : u32) -> f32 {
    return bitcast<f32>(select(~key, key & 0x7fffffffu, key >= 0x80000000u));
  }
  // Σ weights and the number of a row's values that are not below "least".
  fn sumsFrom(row : i32, lane : i32, peak : f32, least : f32) -> vec2<f32> {
    var sums = vec2<f32>(0.0);
    for (var first = lane; first < uniforms.width; first = first + 4 * LANES) {
      let places = first + vec4<i32>(0, LANES, 2 * LANES, 3 * LANES);
      let at = row + min(places, vec4<i32>(uniforms.width - 1));
      let x = vec4<f32>(logits[at.x], logits[at.y], logits[at.z], logits[at.w]);
      let isIn = (x >= vec4<f32>(least)) & (places < vec4<i32>(uniforms.width));
      if (any(isIn)) {
        for (var i = 0; i < 4; i = i + 1) {
          if (isIn[i]) { sums = sums + vec2<f32>(weightOf(x[i], peak), 1.0); }
        }
      }
    }
    return groupSum(lane, sums);
  }
  // The largest threshold from which on weights (wanted.x) and number (wanted.y) are enough; from "low" on they are.
  fn leastWith(row : i32, lane : i32, peak : f32, wanted : vec2<f32>, low : f32) -> f32 {
    var enough = keyOf(low);
    var tooFew = keyOf(peak) + 1u;
    for (var round = 0; round < 32; round = round + 1) {
      let middle = enough + (tooFew - enough) / 2u;
      let isEnough = all(sumsFrom(row, lane, peak, valueOf(middle)) >= wanted);
      enough = select(enough, middle, isEnough);
      tooFew = select(middle, tooFew, isEnough);
    }
    return valueOf(enough);
  }`;

const STATEMENTS = `
  let row = index * uniforms.width;
  var ownPeak = logits[row];
  var place = 0;
  for (var i = lane; i < uniforms.width; i = i + LANES) {
    if (logits[row + i] > ownPeak) { ownPeak = logits[row + i]; place = i; }
  }
  let peak = logits[row + groupFirst(lane, ownPeak, place)];

  // The lowest of all finite floats: everything is kept.
  var least = valueOf(0x00800000u);
  if (uniforms.topK > 0) {
    least = leastWith(row, lane, peak, vec2<f32>(0.0, f32(uniforms.topK)), least);
  }
  var wanted = 0.0;
  if (uniforms.topP < 1.0) {
    wanted = uniforms.topP * sumsFrom(row, lane, peak, least).x;
    least = leastWith(row, lane, peak, vec2<f32>(wanted, 0.0), least);
  }

  // Each lane has a stretch of the row, so that what is kept lies in the order of its ids.
  let stretch = (uniforms.width + LANES - 1) / LANES;
  let begin = lane * stretch;
  let end = min(begin + stretch, uniforms.width);
  // Σ weights above the threshold, and how many are equal to it.
  var own = vec2<f32>(0.0);
  for (var i = begin; i < end; i = i + 1) {
    let x = logits[row + i];
    if (x > least) { own.x = own.x + weightOf(x, peak); }
    if (x == least) { own.y = own.y + 1.0; }
  }
  let whole = groupSum(lane, own);
  let before = groupBefore(lane, own);
  let tieWeight = weightOf(least, peak);
  var ties = whole.y;
  if (uniforms.topP < 1.0) { ties = clamp(ceil((wanted - whole.x) / tieWeight), 1.0, whole.y); }
  let ownTies = clamp(ties - before.y, 0.0, own.y);
  let drawn = uniforms.draw * (whole.x + ties * tieWeight);
  let ownBegin = before.x + min(before.y, ties) * tieWeight;
  let isCandidate = own.x + ownTies > 0.0 && ownBegin <= drawn;
  let chosen = groupFirst(lane, select(-1.0, f32(lane), isCandidate), lane);
  if (lane == chosen) {
    var id = 0;
    var left = drawn - ownBegin;
    var tiesLeft = ownTies;
    for (var i = begin; i < end && left >= 0.0; i = i + 1) {
      let x = logits[row + i];
      let isTie = x == least && tiesLeft > 0.0;
      if (x > least || isTie) {
        id = i;
        left = left - weightOf(x, peak);
        tiesLeft = tiesLeft - select(0.0, 1.0, isTie);
      }
    }
    ids[index] = id;
  }`;

const program = (): Program =>
  rowProgram(
    {
      key: "sample",
      reads: { logits: "f32" },
      writes: { ids: "i32" },
      integers: ["width", "topK"],
      numbers: ["temperature", "topP", "draw"],
      threads: THREADS,
    },
    STATEMENTS,
    FUNCTIONS,
  );

/**
 * Of each row a token, as `sampleToken` of reference.ts draws it; `draw`, of [0, 1), serves all rows. The temperature is
 * above 0. [N, V] → int32 [N]. The caller owns it.
 */
export function sampleWebGPU(
  logits: Tensor,
  { temperature, topK, topP }: SamplingConfig,
  draw: number,
): Tensor {
  const [rows, width] = logits.shape as [number, number];
  const ids = webgpuInternals().makeTensorInfo([rows], "int32");
  const limits = { topK: Math.min(topK, width), topP, draw: Math.min(draw, LARGEST_DRAW) };
  const uniforms = { width, temperature, ...limits };
  runOwnProgram(program(), { logits, ids }, uniforms, rows);
  return toTensor(ids);
}

const penaltyProgram: Program = {
  key: "penalizeRepetition",
  reads: { newest: "i32" },
  writes: { logits: "f32", seen: "i32" },
  integers: ["width"],
  numbers: ["penalty"],
  code: () => `
    fn main(at : i32) {
      let row = at / uniforms.width;
      if (newest[row] == at - row * uniforms.width) { seen[at] = 1; }
      if (seen[at] == 0) { return; }
      let logit = logits[at];
      logits[at] = select(logit * uniforms.penalty, logit / uniforms.penalty, logit > 0.0);
    }`,
};

/**
 * In place: what a row has seen, and each row's newest token with it, becomes less likely. logits [N, V]; seen int32
 * [N, V], 1 where a token was seen; newest int32 [N], noted in `seen`. https://arxiv.org/abs/1909.05858
 */
export function penalizeRepetitionWebGPU(
  logits: Tensor,
  seen: Tensor,
  newest: Tensor,
  penalty: number,
): void {
  const width = logits.shape[1] as number;
  runOwnProgram(penaltyProgram, { newest, logits, seen }, { width, penalty }, logits.size);
}
