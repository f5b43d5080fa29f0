/**
 * The page on the fake trainer, for looking at it: `npx vite`, then
 * /src/ui/testing/demo.html?scene=running#/train. Only the dev server knows this file.
 */
import "@fontsource-variable/inter/wght.css";
import "@fontsource-variable/jetbrains-mono/wght.css";
import "@/ui/theme.css";
import { mount } from "svelte";
import { AppError } from "@/core/errors";
import App from "@/App.svelte";
import { AppState } from "../state/app.svelte";
import { parseStartOptions } from "../state/startOptions";
import { createFakeLibrary } from "./fakeLibrary";
import { FakeTrainer, SAVED_RUN, type FakeOptions } from "./fakeTrainer";

const SCENES: Record<string, FakeOptions> = {
  ready: {},
  loading: { isEndless: true },
  running: { skipTo: 120, stepMs: 150 },
  ended: { skipTo: 300 },
  failing: { skipTo: 60, failStep: 70 },
  saved: { savedRuns: [SAVED_RUN] },
  broken: {
    fail: {
      startBackend: new AppError(
        "backend/unavailable",
        "No WebGPU adapter, and WebAssembly could not start.",
      ),
    },
  },
  "bad-data": {
    fail: { readData: new AppError("data/unreadable", "notes.docx is not text: byte 0 is 0x50.") },
  },
  "bad-model": {
    fail: {
      loadModel: new AppError("hub/not-found", "There is no model HuggingFaceTB/SmolLM3-9M@main."),
    },
  },
};

const scene = new URLSearchParams(location.search).get("scene") ?? "ready";
const trainer = new FakeTrainer(SCENES[scene]);
const app = new AppState({
  trainer,
  start: parseStartOptions(location.search, document.baseURI),
  hash: location.hash,
  saveFile: () => undefined,
  restartTrainer: () => undefined,
  library: createFakeLibrary(),
});
const target = document.querySelector("#app");
if (target) mount(App, { target, props: { app } });
