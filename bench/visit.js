// The first visit: how long until something is learned, and what is downloaded for it.
import { gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import { launchBrowser, serve } from "./host.js";
import { median } from "./numbers.js";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const VISITS = 3;

/** Builds the page as it is shipped, visits it with nothing in any cache, and presses Tune at once. */
export async function firstVisit() {
  const { server, origin } = await serve({ root: ROOT });
  const browser = await launchBrowser();
  const visits = [];
  try {
    for (let i = 0; i < VISITS; i++) {
      visits.push(await visit(browser, origin));
      console.log(visits.at(-1));
    }
  } finally {
    await browser.close();
    await server.close();
  }
  const times = ["shownMs", "readyMs", "stepMs"];
  return {
    ...Object.fromEntries(times.map((name) => [name, median(visits.map((one) => one[name]))])),
    visits: VISITS,
    scriptBytes: visits[0].scriptBytes,
  };
}

/** Times are milliseconds from the start of the navigation, by the page's own clock. */
async function visit(browser, origin) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const scripts = [];
  context.on("response", (response) => {
    if (response.url().endsWith(".js")) scripts.push(response.body());
  });
  await page.goto(origin, { waitUntil: "commit" });
  // Looked at in every frame.
  const timeOf = async (holds) => {
    const handle = await page.waitForFunction(holds, undefined, {
      polling: "raf",
      timeout: 120_000,
    });
    return handle.jsonValue();
  };
  const shownMs = await timeOf(() => {
    const isTune = (button) => button.textContent.trim() === "Tune" && button.offsetWidth > 0;
    return [...document.querySelectorAll("button")].some(isTune) && performance.now();
  });
  const readyMs = await timeOf(() => {
    const isTune = (button) => button.textContent.trim() === "Tune";
    return [...document.querySelectorAll("button:enabled")].some(isTune) && performance.now();
  });
  const shipped = await Promise.all(scripts);
  await page.getByRole("button", { name: "Tune", exact: true }).click();
  const stepMs = await timeOf(() => {
    const shown = document.querySelector("[data-testid=step-now]")?.textContent ?? "";
    return parseInt(shown, 10) >= 1 && performance.now();
  });
  await context.close();
  const scriptBytes = shipped.reduce((sum, body) => sum + gzipSync(body).length, 0);
  return { shownMs, readyMs, stepMs, scriptBytes };
}
