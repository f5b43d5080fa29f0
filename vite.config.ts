import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { CHROMIUM_FLAGS, findChromium } from "./tools/chromium.js";
import { leanTensorFlow } from "./tools/leanTensorFlow";
import { serveFixtures } from "./tools/serveFixtures";
import { wasmKernels } from "./tools/wasmKernels";

const root = fileURLToPath(new URL(".", import.meta.url));

/** Headless Chromium with a software WebGPU adapter: a missing browser fails, it never skips. */
const browser = () => ({
  enabled: true,
  headless: true,
  screenshotFailures: false,
  provider: playwright({
    launchOptions: {
      executablePath: findChromium() ?? "/no/chromium/found/run-npm-test",
      args: CHROMIUM_FLAGS,
    },
  }),
  instances: [{ browser: "chromium" as const }],
});

/**
 * Cross-origin isolation: with these headers a browser lets the CPU backend use threads. `credentialless` rather than
 * `require-corp`, so that files of other hosts still come.
 */
const ISOLATION = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "credentialless",
};

const engineTests = (backend: "webgpu" | "wasm") => ({
  extends: true as const,
  test: {
    name: backend,
    include: [
      "src/engine/**/*.gpu.test.ts",
      "src/worker/**/*.gpu.test.ts",
      // What only one backend has.
      `src/{engine,worker}/**/*.${backend}.test.ts`,
    ],
    provide: { backend },
    browser: browser(),
    // One device per page, one page at a time: software adapters fail when many are open.
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 120_000,
  },
});

export default defineConfig({
  base: "./",
  plugins: [svelte(), serveFixtures(root), wasmKernels(root)],
  resolve: { alias: { "@": `${root}src` } },
  // The trainer's thread is bundled apart, with plugins of its own.
  worker: { format: "es", plugins: () => [wasmKernels(root), leanTensorFlow()] },
  build: { target: "es2022", chunkSizeWarningLimit: 1500 },
  optimizeDeps: {
    // Only what is served: the peers that bench/ imports are installed when it runs.
    entries: ["index.html", "src/ui/testing/demo.html"],
    include: [
      "@tensorflow/tfjs-core",
      "@tensorflow/tfjs-core/dist/register_all_gradients",
      "@tensorflow/tfjs-backend-webgpu",
      "@tensorflow/tfjs-backend-wasm",
      "@huggingface/hub",
      "@huggingface/jinja",
      "@huggingface/tokenizers",
      "@huggingface/transformers",
      "axe-core",
      "bits-ui",
      "comlink",
      "fflate",
      "htmlparser2",
      "pdfjs-dist/legacy/build/pdf.mjs",
      "pdfjs-dist/legacy/build/pdf.worker.mjs",
      // Loaded when a file needs them; found only then, the dev server would load the page anew.
      "hyparquet",
      "hyparquet-compressors",
      "papaparse",
      "uplot",
      "valibot",
    ],
  },
  server: { fs: { allow: [root] }, headers: ISOLATION },
  preview: { headers: ISOLATION },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          environment: "node",
          include: ["src/**/*.test.ts", "tools/**/*.test.ts"],
          exclude: ["src/**/*.{gpu,webgpu,wasm}.test.ts", "src/**/*.svelte.test.ts"],
        },
      },
      engineTests("wasm"),
      engineTests("webgpu"),
      {
        extends: true,
        test: {
          name: "ui",
          include: ["src/**/*.svelte.test.ts"],
          browser: browser(),
          fileParallelism: false,
        },
      },
    ],
  },
});
