// The built page and a browser to visit it with, for tools that do what a person does.
import { CHROMIUM_FLAGS, findChromium } from "./chromium.js";
import { ROOT } from "./install.js";

const HOST = "127.0.0.1";
const FIRST_PORT = 4600;

/** Builds the page and serves it on this machine; a taken port moves on to the next. */
export async function serveBuiltPage() {
  const { build, preview } = await import("vite");
  console.log("Building the page …");
  await build({ root: ROOT, logLevel: "warn" });
  const server = await preview({ root: ROOT, preview: { host: HOST, port: FIRST_PORT } });
  return { origin: `http://${HOST}:${server.httpServer.address().port}`, server };
}

/** A Chromium for which no name outside this machine resolves. */
export async function launchBrowser() {
  const { chromium } = await import("playwright");
  const executablePath = findChromium();
  if (!executablePath) throw new Error("There is no Chromium: npm test installs one.");
  const args = [...CHROMIUM_FLAGS, `--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE ${HOST}`];
  return chromium.launch({ executablePath, args });
}
