import { inject } from "vitest";
import { startBackend, type Backend } from "../device";

declare module "vitest" {
  /** Set by the test project in vite.config.ts. */
  interface ProvidedContext {
    backend: "webgpu" | "wasm";
  }
}

/**
 * Starts the backend this test project is for. A missing adapter fails here: nothing is skipped. The test at start has
 * tests of its own.
 */
export async function startTestBackend(): Promise<Backend> {
  return startBackend(inject("backend"), false);
}
