/** The largest file that is read: how long it takes, and whether the page stays responsive meanwhile. */
import { createWriteStream, readFileSync, statSync } from "node:fs";
import { once } from "node:events";
import type { Browser } from "@playwright/test";
import { expect, test } from "./fixtures";
import { dropUnread, openPage, SLOW, watchTasks } from "./page";

const FILE_BYTES = 50_000_000;

test("50 MB of JSON Lines are listed, counted and looked through, and the page stays responsive", async ({
  page,
  browser,
}, info) => {
  test.setTimeout(7 * SLOW);
  const path = info.outputPath("large.jsonl");
  const count = await writeRecords(path);
  await openPage(page, { place: "data", backend: "wasm" });
  const watch = await watchTasks(page);
  const begun = performance.now();
  await dropUnread(page, path);
  await expect(page.getByRole("heading", { name: "large.jsonl" })).toBeVisible({ timeout: SLOW });
  const seconds = (performance.now() - begun) / 1000;
  const listedMegabytes = await readPeak(browser);
  const usable = page.locator("dl > div").filter({ hasText: "Usable records" });
  await expect(usable).toContainText(count.toLocaleString("en"));

  // Tokens, profile and doctor follow in the background; meanwhile records are found and read.
  const passed = (): string => ((performance.now() - begun) / 1000).toFixed(1);
  await page.getByRole("textbox", { name: "Search the records" }).fill("thing number 99999,");
  await expect(page.getByRole("grid")).toHaveAttribute("aria-rowcount", "2");
  const foundSeconds = passed();
  await expect(page.getByTestId("train-count")).toHaveText(/\d/, { timeout: 3 * SLOW });
  const countedSeconds = passed();
  const doctor = page.getByRole("region", { name: "Data doctor" });
  await expect(doctor).toContainText("records looked at", { timeout: 3 * SLOW });
  const megabytes = await readPeak(browser);
  const longestBlockMs = await watch();
  const figures =
    `${count} records listed in ${seconds.toFixed(1)} s at ${listedMegabytes.toFixed(0)} MB, ` +
    `one found at ${foundSeconds} s, counted at ${countedSeconds} s, looked through at ` +
    `${passed()} s, at most ${megabytes.toFixed(0)} MB, longest block ${longestBlockMs.toFixed(0)} ms`;
  info.annotations.push({ type: "measured", description: figures });
  // Other work on the machine may double the time; what is meant is 10 s and 100 ms.
  expect(seconds, figures).toBeLessThan(30);
  expect(longestBlockMs, figures).toBeLessThan(300);
  expect(megabytes, figures).toBeLessThan(1000);
  expect(listedMegabytes, figures).toBeGreaterThan(50);
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

/** Most memory that the page and its threads have held so far, in MB. Needs Linux. */
async function readPeak(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const renderers = processInfo.filter(({ type }) => type === "renderer");
  const kilobytes = renderers.map(({ id }) => {
    const status = readFileSync(`/proc/${id}/status`, "utf8");
    return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  });
  return (1024 * Math.max(...kilobytes)) / 1e6;
}
