/**
 * Runs our own compute programs on the device of TensorFlow.js, between its own: several tensors may be written,
 * also in place, which its `runWebGPUProgram` cannot do.
 */
import { tf, webgpuInternals, type TensorInfo } from "../tfjs";

/** Threads of a workgroup: the lanes of a grouped program. */
export const WORKGROUP = 64;
/** Every device takes this many workgroups along an axis; beyond it they are laid out in rows. */
const MAX_WORKGROUPS = 65_535;

type ElementType = "f32" | "i32" | "vec2<f32>" | "vec2<i32>" | "vec2<u32>" | "vec4<f32>";

export type Program = {
  /** Names the code: whatever is written into the code is part of it. */
  key: string;
  /** Tensors by their names in the code. No tensor may be bound twice if it is written. */
  reads: Record<string, ElementType>;
  writes: Record<string, ElementType>;
  /** In the code: `uniforms.name`. */
  integers?: readonly string[];
  numbers?: readonly string[];
  /**
   * WGSL with `fn main(index : i32)`, called for each index below the count and without barriers; of a grouped
   * program `fn main(index : i32, lane : i32)`, called for each index by all the lanes of a workgroup.
   */
  code: () => string;
  isGrouped?: boolean;
  /** Of a workgroup, where that is not `WORKGROUP`; only a grouped program may choose. */
  threads?: number;
  /** Of WGSL, which the device must have. With subgroups the code may use `subgroupSize` and `subgroupLane`. */
  extensions?: readonly ("f16" | "subgroups")[];
};

type Compiled = { pipeline: GPUComputePipeline; layout: GPUBindGroupLayout };

let noteWrite: ((info: TensorInfo) => void) | null = null;

/** Tells `note` of every tensor that our programs write while `work` runs. */
export function recordWrites<T>(note: (info: TensorInfo) => void, work: () => T): T {
  noteWrite = note;
  try {
    return work();
  } finally {
    noteWrite = null;
  }
}

const compiled = new WeakMap<GPUDevice, Map<string, Compiled>>();
/** While programs are compiled ahead: those that are not ready yet. */
let ahead: Map<string, Promise<unknown>> | null = null;

/**
 * Instead of running programs, `work` has them compiled without waiting for it; → what to wait for. Whoever needs one of
 * them sooner compiles it as always.
 */
export function collectPrograms(work: () => void): Promise<unknown>[] {
  const collected = (ahead = new Map<string, Promise<unknown>>());
  try {
    work();
  } finally {
    ahead = null;
  }
  return [...collected.values()];
}

/** Queues the program for `count` indices; the tensors, given by their names in the code, are the caller's. */
export function runOwnProgram(
  program: Program,
  tensors: Record<string, TensorInfo>,
  uniforms: Record<string, number>,
  count: number,
): void {
  if (count === 0) return;
  const backend = webgpuInternals();
  if (ahead) {
    compileAhead(backend.device, program, ahead);
    return;
  }
  const { pipeline, layout } = compile(backend.device, program);
  const written = Object.keys(program.writes);
  const used = [...Object.keys(program.reads), ...written].map((name) => {
    const tensor = tensors[name];
    if (!tensor) throw new Error(`${program.key}: no tensor for ${name}`);
    return tensor;
  });
  // Uploading may close the pass: it comes before one is opened.
  const bindings: GPUBufferBinding[] = used.map((tensor) => {
    const { dataId } = tensor;
    backend.uploadToGPU(dataId);
    backend.commandQueueOwnedIds.add(dataId);
    return { buffer: backend.tensorMap.get(dataId).resource as GPUBuffer, ...placeOf(tensor) };
  });
  // A copy on the host kept from an earlier read would be stale (kernels.md §1.3).
  for (const name of written) {
    backend.tensorMap.get(tensors[name]!.dataId).values = null;
    noteWrite?.(tensors[name]!);
  }
  bindings.push({ buffer: uniformBuffer(program, uniforms, count) });
  const entries = bindings.map((resource, binding) => ({ binding, resource }));
  const bindGroup = backend.device.createBindGroup({ layout, entries });
  const workgroups = program.isGrouped ? count : Math.ceil(count / WORKGROUP);
  const rows = Math.ceil(workgroups / MAX_WORKGROUPS);
  backend.ensureCommandEncoderReady();
  const pass = (backend.computePassEncoder ??= backend.commandEncoder.beginComputePass());
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, bindGroup);
  pass.dispatchWorkgroups(Math.ceil(workgroups / rows), rows);
  backend.dispatchCountInPass++;
  if (backend.dispatchCountInPass >= tf.env().getNumber("WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE")) {
    backend.endComputePassEncoder();
    backend.submitQueue();
  }
}

/** Some rows of a matrix where they lie. */
type RowSlice = TensorInfo & { firstByte: number };

/** Where the rows of a slice may begin: at 256 bytes every device can bind, whatever the width. */
export const SLICE_STEP = 64;

/** Rows [first, first + count) of a matrix [rows, width] for a program; `first` is a multiple of `SLICE_STEP`. */
export function sliceRows(
  { dataId, shape, dtype }: TensorInfo,
  first: number,
  count: number,
): TensorInfo {
  if (first % SLICE_STEP !== 0)
    throw new Error(`sliceRows: ${first} is no multiple of ${SLICE_STEP}`);
  const width = shape[1] as number;
  const slice: RowSlice = { dataId, shape: [count, width], dtype, firstByte: 4 * first * width };
  return slice;
}

function placeOf(tensor: TensorInfo): { offset: number; size: number } | object {
  const { firstByte } = tensor as Partial<RowSlice>;
  if (firstByte === undefined) return {};
  return { offset: firstByte, size: 4 * tf.util.sizeFromShape(tensor.shape) };
}

/** A new float32 tensor, its values not set. */
export function webgpuOutput(shape: number[]): TensorInfo {
  return webgpuInternals().makeTensorInfo(shape, "float32");
}

function uniformBuffer(
  { key, integers = [], numbers = [] }: Program,
  uniforms: Record<string, number>,
  count: number,
): GPUBuffer {
  const backend = webgpuInternals();
  const values = new DataView(new ArrayBuffer(4 * (1 + integers.length + numbers.length)));
  values.setInt32(0, count, true);
  [...integers, ...numbers].forEach((name, i) => {
    const value = uniforms[name];
    if (value === undefined) throw new Error(`${key}: no value for ${name}`);
    if (i < integers.length) values.setInt32(4 * (i + 1), value, true);
    else values.setFloat32(4 * (i + 1), value, true);
  });
  const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.UNIFORM;
  const buffer = backend.bufferManager.acquireBuffer(values.byteLength, usage);
  backend.queue.writeBuffer(buffer, 0, values.buffer);
  backend.uniformPendingDisposal.push(buffer);
  return buffer;
}

function programsOf(device: GPUDevice): Map<string, Compiled> {
  let programs = compiled.get(device);
  if (!programs) compiled.set(device, (programs = new Map<string, Compiled>()));
  return programs;
}

function compile(device: GPUDevice, program: Program): Compiled {
  const programs = programsOf(device);
  let entry = programs.get(program.key);
  if (!entry) {
    const { descriptor, layout } = describe(device, program);
    entry = { pipeline: device.createComputePipeline(descriptor), layout };
    programs.set(program.key, entry);
  }
  return entry;
}

function compileAhead(
  device: GPUDevice,
  program: Program,
  waiting: Map<string, Promise<unknown>>,
): void {
  const programs = programsOf(device);
  if (programs.has(program.key) || waiting.has(program.key)) return;
  const { descriptor, layout } = describe(device, program);
  const ready = device.createComputePipelineAsync(descriptor).then((pipeline) => {
    if (!programs.has(program.key)) programs.set(program.key, { pipeline, layout });
  });
  waiting.set(program.key, ready);
}

function describe(
  device: GPUDevice,
  program: Program,
): { descriptor: GPUComputePipelineDescriptor; layout: GPUBindGroupLayout } {
  const { key, reads, writes, integers = [], numbers = [], code, isGrouped } = program;
  const { threads = WORKGROUP, extensions = [] } = program;
  const hasSubgroups = extensions.includes("subgroups");
  const lines = extensions.map((name) => `enable ${name};`);
  const types: GPUBufferBindingType[] = [];
  const bind = (name: string, element: ElementType, access: "read" | "read_write") => {
    lines.push(
      `@group(0) @binding(${types.length}) var<storage, ${access}> ${name} : array<${element}>;`,
    );
    types.push(access === "read" ? "read-only-storage" : "storage");
  };
  for (const [name, element] of Object.entries(reads)) bind(name, element, "read");
  for (const [name, element] of Object.entries(writes)) bind(name, element, "read_write");
  const fields = ["indices", ...integers].map((name) => `${name} : i32,`);
  fields.push(...numbers.map((name) => `${name} : f32,`));
  lines.push(`struct Uniforms { ${fields.join(" ")} }`);
  lines.push(`@group(0) @binding(${types.length}) var<uniform> uniforms : Uniforms;`);
  types.push("uniform");
  if (hasSubgroups) {
    lines.push("var<private> subgroupSize : i32; var<private> subgroupLane : i32;");
  }
  lines.push(
    code(),
    `@compute @workgroup_size(${threads})
     fn runOne(@builtin(workgroup_id) group : vec3<u32>, @builtin(num_workgroups) groups : vec3<u32>,
               ${hasSubgroups ? "@builtin(subgroup_size) size : u32, @builtin(subgroup_invocation_id) place : u32," : ""}
               @builtin(local_invocation_index) lane : u32) {
       ${hasSubgroups ? "subgroupSize = i32(size); subgroupLane = i32(place);" : ""}
       let workgroup = i32(group.y * groups.x + group.x);
       let index = ${isGrouped ? "workgroup" : `workgroup * ${WORKGROUP} + i32(lane)`};
       if (index < uniforms.indices) { main(index${isGrouped ? ", i32(lane)" : ""}); }
     }`,
  );
  const layout = device.createBindGroupLayout({
    entries: types.map((type, binding) => ({
      binding,
      visibility: GPUShaderStage.COMPUTE,
      buffer: { type },
    })),
  });
  const descriptor: GPUComputePipelineDescriptor = {
    label: key,
    layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
    compute: { module: device.createShaderModule({ label: key, code: lines.join("\n") }) },
  };
  return { descriptor, layout };
}
