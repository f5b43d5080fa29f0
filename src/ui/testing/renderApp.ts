/** The whole page on a fake trainer, for component tests. */
import "@/ui/theme.css";
import { page } from "vitest/browser";
import { render } from "vitest-browser-svelte";
import App from "@/App.svelte";
import type { NamedBlob } from "@/worker/protocol";
import { AppState } from "../state/app.svelte";
import { createFakeLibrary } from "./fakeLibrary";
import { FakeTrainer, type FakeOptions } from "./fakeTrainer";

/** Desktop size, so that every place has its full layout. */
const WIDTH = 1440;
const HEIGHT = 900;

/** Quick enough for a test, slow enough to act in the middle of a run. */
const QUICK: FakeOptions = { stepMs: 4, tokenMs: 1 };

export function createFakeApp(options: FakeOptions = {}, hash = "") {
  const trainer = new FakeTrainer({ ...QUICK, ...options });
  const savedFiles: NamedBlob[] = [];
  let restarts = 0;
  const app = new AppState({
    trainer,
    start: { backend: "auto", hubUrl: "https://hub.test", baseUrl: "https://page.test/" },
    hash,
    saveFile: (file) => savedFiles.push(file),
    restartTrainer: () => restarts++,
    library: createFakeLibrary(),
  });
  return { app, trainer, savedFiles, countRestarts: () => restarts };
}

export async function renderApp(options: FakeOptions = {}, hash = "#/train") {
  await page.viewport(WIDTH, HEIGHT);
  history.replaceState(null, "", hash);
  const made = createFakeApp(options, hash);
  const screen = await render(App, { app: made.app });
  return { ...made, screen };
}
