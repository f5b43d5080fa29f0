import { inject } from "vitest";
import { startBackend, type Backend } from "../device";

/** Starts the backend this test project is for. A missing adapter fails here: nothing is skipped. */
export async function startTestBackend(): Promise<Backend> {
  return startBackend(inject("backend"));
}
