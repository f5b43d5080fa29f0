/** AdamW on WebGPU: as many tensors to a dispatch as the device binds buffers. */
import { toTensor, webgpuInternals, type Tensor } from "@/engine/tfjs";
import { runOwnProgram, webgpuOutput, WORKGROUP, type Program } from "@/engine/webgpu/run";
import { GROUP_SUM } from "@/engine/webgpu/sums";
import { CLIP_EPSILON, type Update } from "./kernel";

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
  reads: { partial: "f32", previous: "f32" },
  writes: { control: "f32" },
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
        control[0] = min(1.0, uniforms.maxNorm / (norm + ${CLIP_EPSILON}));
        control[1] = select(1.0, previous[1], isFinite);
        control[2] = norm;
      }
    }`,
};

export function nextControlWebGPU(
  gradients: Tensor[],
  previous: Tensor,
  maxGradNorm: number,
): Tensor {
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
  const control = webgpuOutput([3]);
  const uniforms = { count, maxNorm: maxGradNorm };
  runOwnProgram(CONTROL, { partial, previous, control }, uniforms, 1);
  partial.dispose();
  return toTensor(control);
}

/** 1 − β comes from outside: in float32 it loses digits. */
const SHARED = ["beta1", "rest1", "beta2", "rest2", "epsilon", "stepSize", "secondCorrection"];

const updateProgram = (count: number, width: 1 | 4): Program => {
  const element = width === 4 ? "vec4<f32>" : "f32";
  const all = numbers(count);
  return {
    key: `adamWUpdate ${count} ${width}`,
    reads: { ...numbered(count, (i) => [`g${i}`, element]), control: "f32" },
    writes: Object.fromEntries(
      all.flatMap((i) => ["w", "m", "v"].map((name) => [`${name}${i}`, element])),
    ),
    integers: all.map((i) => `size${i}`),
    numbers: [...SHARED, ...all.map((i) => `keep${i}`)],
    code: () => `
      fn main(index : i32) {
        if (control[1] != 0.0) { return; }
        var at = index;
        ${all
          .map(
            (i) => `
        if (at < uniforms.size${i}) {
          let g = g${i}[at] * control[0];
          let m = uniforms.beta1 * m${i}[at] + uniforms.rest1 * g;
          let v = uniforms.beta2 * v${i}[at] + uniforms.rest2 * g * g;
          m${i}[at] = m;
          v${i}[at] = v;
          w${i}[at] = w${i}[at] * uniforms.keep${i}
            - uniforms.stepSize * m / (sqrt(v) * uniforms.secondCorrection + uniforms.epsilon);
          return;
        }
        at = at - uniforms.size${i};`,
          )
          .join("")}
      }`,
  };
};

export function updateWebGPU(updates: Update[], control: Tensor): void {
  for (const group of inGroups(updates, Math.floor((bindings() - 1) / 4))) {
    const width = group.every(({ variable }) => variable.size % 4 === 0) ? 4 : 1;
    const { beta1, beta2, ...scalars } = group[0]!.scalars;
    runOwnProgram(
      updateProgram(group.length, width),
      {
        ...numbered(group.length, (i) => [`g${i}`, group[i]!.gradient]),
        ...numbered(group.length, (i) => [`w${i}`, group[i]!.variable]),
        ...numbered(group.length, (i) => [`m${i}`, group[i]!.moments.m]),
        ...numbered(group.length, (i) => [`v${i}`, group[i]!.moments.v]),
        control,
      },
      {
        ...{ ...scalars, beta1, rest1: 1 - beta1, beta2, rest2: 1 - beta2 },
        ...numbered(group.length, (i) => [`size${i}`, group[i]!.variable.size / width]),
        ...numbered(group.length, (i) => [`keep${i}`, group[i]!.scalars.keep]),
      },
      group.reduce((sum, { variable }) => sum + variable.size / width, 0),
    );
  }
}
