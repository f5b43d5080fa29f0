import { defineConfig } from "@playwright/test";
import { CHROMIUM_FLAGS, findChromium } from "./tools/chromium.js";

const HOST = "127.0.0.1";
/** npm test passes a free port, so that two runs on one machine do not meet. */
const port = Number(process.env.TABTUNE_E2E_PORT ?? 4399);
const origin = `http://${HOST}:${port}`;

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  // One page at a time: training on a software GPU takes a core for itself.
  workers: 1,
  fullyParallel: false,
  retries: 0,
  forbidOnly: true,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: "list",
  use: {
    baseURL: origin,
    serviceWorkers: "block",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: findChromium() ?? "/no/chromium/found/run-npm-test",
      // No name outside this machine resolves, whatever the page tries.
      args: [...CHROMIUM_FLAGS, `--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE ${HOST}`],
    },
  },
  webServer: {
    command: `node node_modules/vite/bin/vite.js preview --host ${HOST} --port ${port} --strictPort`,
    url: origin,
    reuseExistingServer: false,
    timeout: 60_000,
  },
});
