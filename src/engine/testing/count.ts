/** What is asked of the GPU. */

export type Counts = {
  dispatches: number;
  submits: number;
  /** Compiled where someone waits for them, and before. */
  pipelines: number;
  pipelinesAhead: number;
};

/** Runs `work` and counts the programs it dispatches, its submissions and the pipelines it makes. */
export async function count(work: () => Promise<unknown>): Promise<Counts> {
  const counts: Counts = { dispatches: 0, submits: 0, pipelines: 0, pipelinesAhead: 0 };
  const restore = [
    onCall(GPUComputePassEncoder.prototype, "dispatchWorkgroups", () => counts.dispatches++),
    onCall(GPUQueue.prototype, "submit", () => counts.submits++),
    onCall(GPUDevice.prototype, "createComputePipeline", () => counts.pipelines++),
    onCall(GPUDevice.prototype, "createComputePipelineAsync", () => counts.pipelinesAhead++),
  ];
  try {
    await work();
  } finally {
    for (const undo of restore) undo();
  }
  return counts;
}

/** Calls `note` before each call of a method. */
function onCall(prototype: object, name: string, note: () => void): () => void {
  const original = Object.getOwnPropertyDescriptor(prototype, name)!;
  const method = original.value as (...args: unknown[]) => unknown;
  Object.defineProperty(prototype, name, {
    ...original,
    value: function (this: unknown, ...args: unknown[]) {
      note();
      return method.apply(this, args);
    },
  });
  return () => Object.defineProperty(prototype, name, original);
}
