import type { Exports } from "./board";

/** An instance of the kernels on that memory; it keeps nothing of its own, so each thread may have one. */
export function instantiateKernels(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
): Exports {
  const instance = new WebAssembly.Instance(module, { env: { memory, log: Math.log } });
  return instance.exports as Exports;
}
