import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { wasmKernels } from "../../tools/wasmKernels";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The engine as one program for Node. CommonJS: in Node TensorFlow.js asks for its parts with require. */
export default defineConfig({
  plugins: [wasmKernels(root)],
  publicDir: false,
  resolve: { alias: { "@": `${root}src` } },
  ssr: { noExternal: true },
  build: {
    ssr: `${root}bench/gpu/main.ts`,
    target: "node20",
    outDir: `${root}.cache/bench-gpu`,
    emptyOutDir: true,
    rollupOptions: {
      output: { format: "cjs", entryFileNames: "main.cjs", inlineDynamicImports: true },
    },
  },
  logLevel: "warn",
});
