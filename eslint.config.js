import js from "@eslint/js";
import globals from "globals";
import svelte from "eslint-plugin-svelte";
import ts from "typescript-eslint";

/** A layer imports only from the layers above it (table in CONTRIBUTING.md). */
const layer = (dir, forbiddenLayers, forbiddenPackages = []) => ({
  files: [`src/${dir}/**`],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: [
          {
            group: [
              ...forbiddenLayers.flatMap((name) => [`@/${name}`, `@/${name}/*`, `@/${name}/**`]),
              ...forbiddenPackages,
            ],
            message: `${dir} may not import this (layer table in CONTRIBUTING.md)`,
          },
          { group: ["../../*", "../../**"], message: "use @/ for anything beyond ../" },
        ],
      },
    ],
  },
});

const TFJS = ["@tensorflow/*"];
const VIEW = ["svelte", "svelte/*", "uplot", "bits-ui"];

export default ts.config(
  {
    ignores: [
      "dist/",
      "node_modules/",
      "public/",
      "test-results/",
      "playwright-report/",
      ".cache/",
      // AssemblyScript: its types are not TypeScript's.
      "src/engine/wasm/assembly/",
    ],
  },
  js.configs.recommended,
  ...ts.configs.recommendedTypeChecked,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      globals: { ...globals.browser, ...globals.worker },
      parserOptions: {
        project: ["./tsconfig.json", "./tsconfig.engine.json", "./tsconfig.node.json"],
        extraFileExtensions: [".svelte"],
      },
    },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "no-console": "error",
      "no-restricted-properties": [
        "error",
        { object: "Math", property: "random", message: "use core/random.ts: runs are seeded" },
      ],
    },
  },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser } },
  },
  { files: ["src/main.ts", "tools/**", "e2e/**", "bench/**"], rules: { "no-console": "off" } },
  { files: ["**/*.js", "**/*.mjs"], ...ts.configs.disableTypeChecked },
  {
    files: ["**/*.js", "**/*.mjs", "*.config.ts", "tools/**", "e2e/**", "bench/**"],
    languageOptions: { globals: globals.node },
  },
  layer("core", ["data", "storage", "teacher", "engine", "worker", "ui"], [...TFJS, ...VIEW]),
  layer("data", ["storage", "teacher", "engine", "worker", "ui"], [...TFJS, ...VIEW]),
  layer("storage", ["data", "teacher", "engine", "worker", "ui"], [...TFJS, ...VIEW]),
  layer("teacher", ["engine", "worker", "ui"], [...TFJS, ...VIEW]),
  layer("engine", ["storage", "teacher", "worker", "ui"], [...TFJS, ...VIEW]),
  layer("worker", ["teacher", "ui"], [...TFJS, ...VIEW]),
  layer("ui", ["storage", "engine", "worker/trainer", "worker/trainer.worker"], TFJS),
  // The two doors: TensorFlow.js enters through one file, randomness comes from one file.
  { files: ["src/engine/tfjs.ts"], rules: { "no-restricted-imports": "off" } },
  { files: ["src/core/random.ts"], rules: { "no-restricted-properties": "off" } },
);
