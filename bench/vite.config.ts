import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { wasmKernels } from "../tools/wasmKernels";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The benchmarks' page: the engine as it is shipped, and the peers, each in a chunk of its own. */
export default defineConfig({
  root: `${root}bench/pages`,
  base: "./",
  plugins: [wasmKernels(root)],
  resolve: {
    alias: {
      "@": `${root}src`,
      // The product's own: a peer's dependency of the same name is an empty package in bench/node_modules.
      "@tensorflow": `${root}node_modules/@tensorflow`,
    },
  },
  build: {
    target: "es2022",
    outDir: `${root}.cache/bench`,
    emptyOutDir: true,
    chunkSizeWarningLimit: 5000,
  },
  logLevel: "warn",
});
