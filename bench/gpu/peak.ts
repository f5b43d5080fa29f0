/** What the device can do at most in 32 bits: a kernel of multiply-adds alone, without any memory to wait for. */

const THREADS = 256;
const GROUPS = 2048;
const ADDS_PER_TURN = 16 * 4;

/** GFLOP/s, the best of five timings of about so many billion operations. */
export async function peak(device: GPUDevice, gflop: number): Promise<number> {
  const turns = Math.max(1, Math.round((gflop * 1e9) / (2 * ADDS_PER_TURN * THREADS * GROUPS)));
  const lines = Array.from(
    { length: 16 },
    (_, i) => `x${i} = fma(x${i}, factor, vec4<f32>(f32(i)));`,
  );
  const variables = Array.from(
    { length: 16 },
    (_, i) => `var x${i} = vec4<f32>(f32(id.x) + ${i}.0);`,
  );
  const sum = Array.from({ length: 16 }, (_, i) => `x${i}`).join(" + ");
  const module = device.createShaderModule({
    code: `
      @group(0) @binding(0) var<storage, read_write> result: array<vec4<f32>>;
      @compute @workgroup_size(${THREADS})
      fn main(@builtin(global_invocation_id) id: vec3<u32>) {
        let factor = vec4<f32>(0.5);
        ${variables.join("\n")}
        for (var i = 0; i < ${turns}; i = i + 1) {
          ${lines.join("\n")}
        }
        result[id.x] = ${sum};
      }`,
  });
  const pipeline = device.createComputePipeline({ layout: "auto", compute: { module } });
  const buffer = device.createBuffer({
    size: 16 * THREADS * GROUPS,
    usage: GPUBufferUsage.STORAGE,
  });
  const bindGroup = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: [{ binding: 0, resource: { buffer } }],
  });
  const run = async () => {
    const started = performance.now();
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(GROUPS);
    pass.end();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
    return performance.now() - started;
  };
  await run();
  let best = Infinity;
  for (let i = 0; i < 5; i++) best = Math.min(best, await run());
  buffer.destroy();
  return (2 * ADDS_PER_TURN * turns * THREADS * GROUPS) / best / 1e6;
}
