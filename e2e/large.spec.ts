/** The largest file that is read: how long it takes, and whether the page stays responsive meanwhile. */
import { createWriteStream, readFileSync, statSync } from "node:fs";
import { once } from "node:events";
import { expect, test, type Page } from "./fixtures";
import { dropUnread, openPage, SLOW } from "./page";

const FILE_BYTES = 50_000_000;

test("50 MB of JSON Lines are listed, and the page stays responsive", async ({
  page,
  browser,
}, info) => {
  test.setTimeout(5 * SLOW);
  const path = info.outputPath("large.jsonl");
  const count = await writeRecords(path);
  await openPage(page, { place: "data", backend: "wasm" });
  const watch = await watchBlocks(page);
  const begun = performance.now();
  await dropUnread(page, path);
  await expect(page.getByRole("heading", { name: "large.jsonl" })).toBeVisible({ timeout: SLOW });
  const seconds = (performance.now() - begun) / 1000;
  const usable = page.locator("dl > div").filter({ hasText: "Usable records" });
  await expect(usable).toContainText(count.toLocaleString("en"));

  await expect(page.getByTestId("train-count")).toHaveText(/\d/, { timeout: 3 * SLOW });
  const countedSeconds = (performance.now() - begun) / 1000;
  const longestBlockMs = await watch();
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  const peaks = processInfo.filter(({ type }) => type === "renderer").map(({ id }) => peakOf(id));
  const megabytes = Math.max(...peaks) / 1e6;
  const figures = `${count} records listed in ${seconds.toFixed(1)} s, counted in ${countedSeconds.toFixed(1)} s, longest block ${longestBlockMs.toFixed(0)} ms, renderer's peak ${megabytes.toFixed(0)} MB`;
  info.annotations.push({ type: "measured", description: figures });
  // Other work on the machine may double the time; what is meant is 10 s and 100 ms.
  expect(seconds, figures).toBeLessThan(30);
  expect(longestBlockMs, figures).toBeLessThan(300);
  expect(megabytes, figures).toBeLessThan(1500);
});

/** Records as people have them, each another; how many they are. */
async function writeRecords(path: string): Promise<number> {
  const file = createWriteStream(path);
  const padding = "and it goes on for a while, as answers do, until all of it is said. ".repeat(5);
  let count = 0;
  for (let bytes = 0; bytes < FILE_BYTES; count++) {
    const line = `${JSON.stringify({
      instruction: `Tell me about thing number ${count}, as well as you can.`,
      input: count % 3 === 0 ? `It is the color ${count % 97}.` : "",
      output: `Thing ${count} is one of many: ${padding}`,
      category: `kind ${count % 7}`,
    })}\n`;
    bytes += line.length;
    if (!file.write(line)) await once(file, "drain");
  }
  file.end();
  await once(file, "close");
  expect(statSync(path).size).toBeGreaterThanOrEqual(FILE_BYTES);
  return count;
}

/** The longest task of the page's own thread from now on, in ms; 0 where none is over 50. */
async function watchBlocks(page: Page): Promise<() => Promise<number>> {
  const longest = await page.evaluateHandle(() => {
    const state = { ms: 0 };
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) state.ms = Math.max(state.ms, duration);
    }).observe({ type: "longtask" });
    return state;
  });
  return async () => (await longest.jsonValue()).ms;
}

/** Most memory that a process has held so far, in bytes; 0 where the system does not tell. */
function peakOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return 1024 * Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
