/** A helper of the WASM backend: the same kernels on the same memory, working from the board. */
import { Board } from "./board";
import { instantiateKernels } from "./instantiate";

export type HelperStart = {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  board: SharedArrayBuffer;
  thread: number;
};

self.addEventListener("message", ({ data }: MessageEvent<HelperStart>) => {
  const { module, memory, board, thread } = data;
  const helper = new Board(board, instantiateKernels(module, memory));
  self.postMessage("ready");
  helper.help(thread);
});
