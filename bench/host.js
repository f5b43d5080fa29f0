// Builds the benchmarks' page, serves it, and opens it in a headless Chromium: a page for each engine.
import { fileURLToPath } from "node:url";
import { chromium } from "playwright";
import { CHROMIUM_FLAGS, findChromium } from "../tools/chromium.js";

const HOST = "127.0.0.1";
const FIRST_PORT = 4700;
const CONFIG = fileURLToPath(new URL("vite.config.ts", import.meta.url));
const ISOLATION = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};
/** A step may take minutes on a software adapter. */
const LIMIT_MS = 10 * 60_000;

export async function launchBrowser() {
  const executablePath = findChromium();
  if (!executablePath) throw new Error("There is no Chromium: npm test installs one.");
  const args = [...CHROMIUM_FLAGS, `--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE ${HOST}`];
  return chromium.launch({ executablePath, args });
}

/** Builds with a vite configuration and serves what was built. */
export async function serve(config) {
  const { build } = await import("vite");
  await build({ ...config, logLevel: "error" });
  return serveBuilt(config, {});
}

async function serveBuilt(config, headers) {
  const { preview } = await import("vite");
  const server = await preview({ ...config, preview: { host: HOST, port: FIRST_PORT, headers } });
  return { server, origin: `http://${HOST}:${server.httpServer.address().port}` };
}

/** Where engines run. Close it at the end. */
export async function openHost() {
  const plain = await serve({ configFile: CONFIG });
  const isolated = await serveBuilt({ configFile: CONFIG }, ISOLATION);
  const browser = await launchBrowser();
  const openPage = async (isIsolated = false) => {
    const page = await browser.newPage();
    page.on("pageerror", (error) => console.error(`    ${error.message}`));
    await page.goto((isIsolated ? isolated : plain).origin);
    await page.waitForFunction(() => "bench" in window);
    return page;
  };
  return {
    browser,
    /** Opens a page in which one engine is ready to train; an isolated one may have threads. */
    async open(file, job, isIsolated) {
      const page = await openPage(isIsolated);
      await limited(
        page.evaluate(([f, j]) => window.bench.open(f, j), [file, job]),
        file,
      );
      return {
        step: () =>
          limited(
            page.evaluate(() => window.bench.step()),
            file,
          ),
        close: () => page.close(),
      };
    },
    /** Runs one function in a page of its own, and gives what it returns. */
    async call(file, name, options) {
      const page = await openPage();
      try {
        const job = page.evaluate(([f, n, o]) => window.bench.call(f, n, o), [file, name, options]);
        return await limited(job, `${name} of ${file}`);
      } finally {
        await page.close();
      }
    },
    async close() {
      await browser.close();
      await plain.server.close();
      await isolated.server.close();
    },
  };
}

function limited(job, what) {
  let timer;
  const limit = new Promise((_, reject) => {
    const message = `${what} was not done after ${LIMIT_MS / 60_000} minutes`;
    timer = setTimeout(() => reject(new Error(message)), LIMIT_MS);
  });
  job.catch(() => {}); // When the limit comes first, the page closes under it.
  return Promise.race([job, limit]).finally(() => clearTimeout(timer));
}
