/// <reference types="vite/client" />

/** The compiled kernels of `engine/wasm/assembly` (tools/wasmKernels.ts), as base64. */
declare module "virtual:wasm-kernels" {
  const binary: string;
  export default binary;
}
