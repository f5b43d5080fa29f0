/** AdamW on WebGPU: as many tensors to a dispatch as the device binds buffers. */
import { toTensor, webgpuInternals, type Tensor } from "@/engine/tfjs";
import { hostTensor } from "@/engine/webgpu/hostTensor";
import { runOwnProgram, webgpuOutput, WORKGROUP, type Program } from "@/engine/webgpu/run";
import { GROUP_SUM } from "@/engine/webgpu/sums";
import type { Group } from "./adamW";
import { BETA1, BETA2, CLIP_EPSILON, EPSILON } from "./rates";

/** Values whose squares a workgroup sums. */
const CHUNK = 128 * WORKGROUP;

/** Per tensor of a dispatch: whatever has its number in the name. */
function numbered<T>(count: number, make: (i: number) => [string, T]): Record<string, T> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => make(i)));
}

function inGroups<T>(items: T[], size: number): T[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, i) => items.slice(i * size, (i + 1) * size));
}

/** Buffers that one program may bind. */
function bindings(): number {
  return webgpuInternals().device.limits.maxStorageBuffersPerShaderStage;
}

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

/** Σ of the squares of each chunk of `count` gradients, into `partial` from `start` on. */
const squaresProgram = (count: number): Program => ({
  key: `adamWSquares ${count}`,
  reads: numbered(count, (i) => [`g${i}`, "f32"]),
  writes: { partial: "f32" },
  integers: ["start", ...numbers(count).map((i) => `size${i}`)],
  isGrouped: true,
  code: () => `${GROUP_SUM}
    fn main(index : i32, lane : i32) {
      var group = index;
      var sum = vec2<f32>(0.0);
      ${numbers(count)
        .map(
          (i) => `
      let groups${i} = (uniforms.size${i} + ${CHUNK - 1}) / ${CHUNK};
      if (group >= 0 && group < groups${i}) {
        let end = min(uniforms.size${i}, (group + 1) * ${CHUNK});
        for (var at = group * ${CHUNK} + lane; at < end; at = at + ${WORKGROUP}) {
          sum.x = sum.x + g${i}[at] * g${i}[at];
        }
      }
      group = group - groups${i};`,
        )
        .join("")}
      let total = groupSum(lane, sum).x;
      if (lane == 0) { partial[uniforms.start + index] = total; }
    }`,
});

const CONTROL: Program = {
  key: "adamWControl",
  reads: { partial: "f32" },
  writes: { control: "f32", report: "f32" },
  integers: ["count"],
  numbers: ["maxNorm"],
  isGrouped: true,
  code: () => `${GROUP_SUM}
    fn main(index : i32, lane : i32) {
      var part = vec2<f32>(0.0);
      for (var i = lane; i < uniforms.count; i = i + ${WORKGROUP}) { part.x = part.x + partial[i]; }
      let sum = groupSum(lane, part).x;
      let norm = sqrt(sum);
      // By its bits: a compiler may assume that no float is infinite or NaN.
      let isFinite = (bitcast<u32>(sum) & 0x7f800000u) != 0x7f800000u;
      if (lane == 0) {
        let clip = min(1.0, uniforms.maxNorm / (norm + ${CLIP_EPSILON}));
        let frozen = select(1.0, control[1], isFinite);
        control[0] = clip;
        control[1] = frozen;
        control[2] = norm;
        report[0] = clip;
        report[1] = frozen;
        report[2] = norm;
      }
    }`,
};

/** From all gradients and the control before, in place; → its copy, which the caller owns. */
function nextControl(gradients: Tensor[], control: Tensor, maxGradNorm: number): Tensor {
  const chunks = gradients.map(({ size }) => Math.ceil(size / CHUNK));
  const count = chunks.reduce((sum, part) => sum + part, 0);
  const partial = toTensor(webgpuOutput([count]));
  let start = 0;
  for (const group of inGroups(gradients, bindings() - 1)) {
    const groups = group.reduce((sum, { size }) => sum + Math.ceil(size / CHUNK), 0);
    runOwnProgram(
      squaresProgram(group.length),
      { ...numbered(group.length, (i) => [`g${i}`, group[i]!]), partial },
      { start, ...numbered(group.length, (i) => [`size${i}`, group[i]!.size]) },
      groups,
    );
    start += groups;
  }
  const report = webgpuOutput([3]);
  const uniforms = { count, maxNorm: maxGradNorm };
  runOwnProgram(CONTROL, { partial, control, report }, uniforms, 1);
  partial.dispose();
  return toTensor(report);
}

/** Parameters that one program can update: besides theirs it binds m, v, control and rates. */
export function mostMembers(): number {
  return Math.floor((bindings() - 4) / 2);
}

/** 1 − β is reckoned outside: in float32 it loses digits. */
const updateProgram = (decayed: boolean[], width: 1 | 4): Program => {
  const element = width === 4 ? "vec4<f32>" : "f32";
  const count = decayed.length;
  return {
    key: `adamWUpdate ${decayed.map(Number).join("")} ${width}`,
    reads: { ...numbered(count, (i) => [`g${i}`, element]), control: "f32", rates: "f32" },
    writes: { ...numbered(count, (i) => [`w${i}`, element]), m: element, v: element },
    integers: decayed.flatMap((_, i) => [`size${i}`, `first${i}`]),
    code: () => `
      fn main(index : i32) {
        if (control[1] != 0.0) { return; }
        var at = index;
        ${decayed
          .map(
            (isDecayed, i) => `
        if (at < uniforms.size${i}) {
          let place = uniforms.first${i} + at;
          let g = g${i}[at] * control[0];
          let first = ${BETA1} * m[place] + ${1 - BETA1} * g;
          let second = ${BETA2} * v[place] + ${1 - BETA2} * g * g;
          m[place] = first;
          v[place] = second;
          w${i}[at] = w${i}[at] ${isDecayed ? "* rates[2]" : ""}
            - rates[0] * first / (sqrt(second) * rates[1] + ${EPSILON});
          return;
        }
        at = at - uniforms.size${i};`,
          )
          .join("")}
      }`,
  };
};

export function updateWebGPU(
  groups: Group[],
  gradients: Tensor[],
  control: Tensor,
  rates: Float32Array,
  maxGradNorm: number,
): Tensor {
  const report = nextControl(gradients, control, maxGradNorm);
  for (const { members, m, v } of groups) {
    const width = members.every(({ variable }) => variable.size % 4 === 0) ? 4 : 1;
    const count = members.length;
    runOwnProgram(
      updateProgram(
        members.map(({ isDecayed }) => isDecayed),
        width,
      ),
      {
        ...numbered(count, (i) => [`g${i}`, gradients[members[i]!.index]!]),
        ...numbered(count, (i) => [`w${i}`, members[i]!.variable]),
        ...{ m, v, control, rates: hostTensor(rates, "rates") },
      },
      {
        ...numbered(count, (i) => [`size${i}`, members[i]!.variable.size / width]),
        ...numbered(count, (i) => [`first${i}`, members[i]!.first / width]),
      },
      members.reduce((sum, { variable }) => sum + variable.size / width, 0),
    );
  }
  return report;
}
