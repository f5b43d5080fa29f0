/** Runs `work` with nothing computed on WebGPU: the dispatches, submissions and buffers it asks for are the same. */
export async function withoutComputing<T>(work: () => Promise<T>): Promise<T> {
  const { prototype } = GPUComputePassEncoder;
  const original = Object.getOwnPropertyDescriptor(prototype, "dispatchWorkgroups")!;
  Object.defineProperty(prototype, "dispatchWorkgroups", { ...original, value: () => {} });
  try {
    return await work();
  } finally {
    Object.defineProperty(prototype, "dispatchWorkgroups", original);
  }
}
