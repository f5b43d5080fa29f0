/** What the page does at its limits: no GPU, no https, no room, a run that diverges, a thread that dies. */
import { writeFileSync } from "node:fs";
import { copyModel, poisonToken, tokenId } from "./badModels";
import { expect, test, type Page } from "./fixtures";
import {
  askBoth,
  dropData,
  expectModel,
  expectRun,
  goTo,
  loadFiles,
  openPage,
  SLOW,
  toAddress,
  tune,
} from "./page";

/** A task of this length is what the browser calls long. */
const LONG_TASK_MS = 50;
const WATCH_MS = 10_000;

test("the page has no long task while it trains on WASM", async ({ page }) => {
  await openPage(page, { backend: "wasm" });
  await tune(page);
  await expect(page.getByTestId("step-now")).toHaveText(/^[1-9]/, { timeout: SLOW });
  const seen = await page.evaluateHandle(() => {
    const tasks: { atMs: number; durationMs: number }[] = [];
    const begin = performance.now();
    const add = (entries: PerformanceEntryList) => {
      for (const { startTime, duration } of entries) {
        tasks.push({ atMs: Math.round(startTime - begin), durationMs: Math.round(duration) });
      }
    };
    new PerformanceObserver((list) => add(list.getEntries())).observe({ type: "longtask" });
    return tasks;
  });
  const stepBefore = await page.getByTestId("step-now").textContent();
  // Nothing is asked of the page meanwhile: the asking would be a task of its own.
  await page.waitForTimeout(WATCH_MS);
  expect(await seen.jsonValue(), `tasks over ${LONG_TASK_MS} ms`).toEqual([]);
  expect(await page.getByTestId("step-now").textContent()).not.toBe(stepBefore);
  await expectRun(page, "Training");

  // The watch itself works: a task of the page that is long is seen.
  await page.evaluate((ms) => {
    setTimeout(() => {
      const end = performance.now() + 2 * ms;
      while (performance.now() < end);
    });
  }, LONG_TASK_MS);
  await expect.poll(async () => (await seen.jsonValue()).length).toBeGreaterThan(0);
});

test("over plain http the page says what is missing, and trains", async ({
  page,
  guard,
  baseURL,
}) => {
  const insecure = "http://insecure.test";
  // Without https there is no isolation, and the browser says so.
  guard.allow(/Cross-Origin-Opener-Policy header has been ignored/);
  guard.allowOrigin(insecure);
  await page.context().route(`${insecure}/**`, async (route) => {
    const url = route
      .request()
      .url()
      .replace(insecure, new URL(baseURL ?? "").origin);
    await route.fulfill({ response: await route.fetch({ url }) });
  });
  const settings = { maxSteps: 2, microBatchSize: 2, heldOutPercent: 1 };
  await page.goto(new URL(toAddress({ settings }), `${insecure}/`).href);
  expect(await page.evaluate(() => isSecureContext)).toBe(false);
  await expect(page.getByText(/came over plain http.*WebGPU and saved runs/)).toBeVisible();
  await expectModel(page, "tabtune-base");
  await expect(page.getByRole("button", { name: "Backend: CPU" })).toBeVisible();
  await tune(page);
  await expectRun(page, "Done", 2 * SLOW);
  await expect(page.getByTestId("step-now")).toHaveText("2 / 2");
  await goTo(page, "take-away");
  await expect(page.getByText("This browser keeps no runs here")).toBeVisible();
  await expect(page.getByRole("button", { name: "Download the adapter" })).toBeEnabled();
});

test("a backend that the address asks for and that is not there is said", async ({ page }) => {
  await beforeWorker(page, WITHOUT_GPU);
  await page.goto(toAddress({ backend: "webgpu" }));
  const alert = page.getByRole("alert");
  await expect(alert).toContainText("This browser cannot compute here");
  await expect(alert).toContainText("no graphics adapter");
  await expect(alert).toContainText("?backend=");
  await expect(page.getByRole("button", { name: "Backend: No backend" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Tune", exact: true })).toBeDisabled();
});

test("a browser without WebGPU and WebAssembly is told what to use instead", async ({ page }) => {
  await beforeWorker(page, `${WITHOUT_GPU} delete self.WebAssembly;`);
  await page.goto(toAddress({}));
  const alert = page.getByRole("alert");
  await expect(alert).toContainText("neither WebGPU nor WebAssembly");
  await expect(alert).toContainText("Chrome, Edge, Firefox or Safari");
  await expect(page.getByRole("button", { name: "Tune", exact: true })).toBeDisabled();
});

test("a full storage is said, and the run goes on", async ({ page }) => {
  const settings = { maxSteps: 2, microBatchSize: 2, heldOutPercent: 1, checkpointEvery: 1 };
  await openPage(page, { backend: "wasm", settings });
  const session = await page.context().newCDPSession(page);
  const { origin } = new URL(page.url());
  await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 1000 });
  await tune(page);
  const alert = page.getByRole("alert");
  await expect(alert).toContainText("storage is full", { timeout: SLOW });
  await expect(alert).toContainText(/needs [\d,]+ bytes/);
  await expectRun(page, "Done", 2 * SLOW);
  await expect(page.getByText("not saved yet")).toBeVisible();
  await expect(page.getByTestId("step-now")).toHaveText("2 / 2");
});

test("a loss that is no number stops the run with advice, and the weights before it stay", async ({
  page,
}, info) => {
  // Only the text with this sign cannot be computed: the run comes to it at its sixth step.
  const paths = copyModel(info.outputPath("model"), (folder) => poisonToken(folder, tokenId("~")));
  const data = info.outputPath("poisoned.jsonl");
  const lines = Array.from({ length: 8 }, (_, i) =>
    JSON.stringify({ instruction: `Say ${i}${i === 5 ? " ~" : ""}.`, output: `It is ${i}.` }),
  );
  writeFileSync(data, lines.join("\n"));
  const settings = {
    ...{ maxSteps: 8, microBatchSize: 1, heldOutPercent: 0, checkpointEvery: 100 },
    isShuffled: false,
  };
  await openPage(page, { place: "model", backend: "wasm", settings });
  await loadFiles(page, paths);
  await expectModel(page, "your files");
  await dropData(page, data);
  await goTo(page, "train");
  await tune(page);
  await expectRun(page, "Failed");
  const alert = page.getByRole("alert");
  await expect(alert).toContainText("The loss is no longer a number");
  await expect(alert).toContainText("Step 6 gave a loss of NaN");
  await expect(alert).toContainText("The weights are those of step 5");
  await expect(alert).toContainText(/learning rate three to ten times smaller/);
  await expect(alert.getByRole("button", { name: "Open the settings" })).toBeVisible();
  await expect(page.getByText("saved at step 5")).toBeVisible();

  const answers = await askBoth(page, "Say 1.");
  expect(answers.tuned).toMatch(/\S/);
  await goTo(page, "take-away");
  await expect(page.getByRole("button", { name: "Download the adapter" })).toBeEnabled();
});

test("a thread that dies is said, and its run can be resumed", async ({ page, guard }) => {
  guard.allow(/died on purpose/);
  const settings = { maxSteps: 8, microBatchSize: 2, heldOutPercent: 1, checkpointEvery: 1 };
  await openPage(page, { backend: "wasm", settings });
  await tune(page);
  await expect(page.getByText(/^saved at step [2-9]/)).toBeVisible({ timeout: SLOW });
  const [worker] = page.workers();
  await worker?.evaluate(() => {
    setTimeout(() => {
      throw new Error("died on purpose");
    });
  });
  const alert = page.getByRole("alert");
  await expect(alert).toContainText("The trainer stopped");
  await expect(alert).toContainText("died on purpose");
  await expectRun(page, "Failed");

  await alert.getByRole("button", { name: "Restart the trainer" }).click();
  await expect(alert).toBeHidden();
  await expectModel(page, "tabtune-base");
  await resume(page);
  await expectRun(page, "Done", 2 * SLOW);
  await expect(page.getByTestId("step-now")).toHaveText("8 / 8");
});

/** Takes the offer to resume, and lets the run go on. */
async function resume(page: Page): Promise<void> {
  await expect(page.getByText(/^You were at step [2-9] of 8/)).toBeVisible({ timeout: SLOW });
  await page.getByRole("button", { name: "Resume", exact: true }).click();
  await expectRun(page, "Paused");
  await page.getByRole("button", { name: "Resume", exact: true }).click();
}

const WITHOUT_GPU =
  'Object.defineProperty(WorkerNavigator.prototype, "gpu", { get: () => undefined });';

/** Runs code in the trainer's thread before its own. */
async function beforeWorker(page: Page, code: string): Promise<void> {
  await page.route(/trainer\.worker-[\w-]+\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${code}\n${await response.text()}` });
  });
}
