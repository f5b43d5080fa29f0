import type { Plugin } from "vite";

const INDEX = "/@tensorflow/tfjs-core/dist/index.js";
const REGISTRATION = "registerOptimizers();";

/**
 * Leaves TensorFlow.js' optimizers out of the built page: 3 KB of gzip that nothing calls. They are there only because its
 * index.js registers them, of which it says itself that smaller builds should not.
 */
export function leanTensorFlow(): Plugin {
  return {
    name: "lean-tensorflow",
    apply: "build",
    transform(code, id) {
      if (!id.endsWith(INDEX)) return null;
      if (!code.includes(REGISTRATION)) {
        throw new Error(`lean-tensorflow: ${id} does not say "${REGISTRATION}" any more`);
      }
      return { code: code.replace(REGISTRATION, ""), map: null };
    },
  };
}
