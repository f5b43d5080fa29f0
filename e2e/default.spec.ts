/** What a person gets who opens the page and changes nothing, and what works without a network. */
import { startHubMirror } from "../tools/hubMirror.js";
import { expect, test } from "./fixtures";
import { material } from "./material";
import {
  expectModel,
  expectRun,
  goTo,
  loadFromHub,
  openPage,
  readAnswer,
  readMeasured,
  readNumber,
  setSettings,
  SLOW,
  tune,
  watchNumbers,
} from "./page";

/** A third of a whole run: enough for the direction of every figure. */
const STEPS = 40;

test("the bundled model learns the bundled data, and asks for nothing outside its origin", async ({
  page,
}) => {
  await openPage(page);
  await expect(page.getByRole("button", { name: "Backend: CPU" })).toBeVisible();
  await setSettings(page, { Steps: STEPS });
  const numbers = await watchNumbers(page);
  await tune(page);
  await expectRun(page, "Done", 3 * SLOW);
  await expect(page.getByTestId("step-now")).toHaveText(`${STEPS} / ${STEPS}`);

  const seen = await numbers();
  const heldOut = seen.map((record) => record.heldOut).filter((value) => value > 0);
  const losses = seen.map((record) => record.loss).filter((value) => value > 0);
  expect(await readNumber(page, "held-out-loss-now")).toBeLessThan(0.8 * (heldOut[0] ?? 0));
  expect(losses.at(-1)).toBeLessThan(0.8 * (losses[0] ?? 0));

  await expect(page.getByRole("article", { name: /^Pinned prompt/ })).toHaveCount(4);
  await expect(page.getByText("Never asked in training").first()).toBeVisible();
  for (const prompt of ["prompt 1", "prompt 2", "prompt 3", "prompt 4"]) {
    const base = await readAnswer(page, `Base answer to ${prompt}`);
    const tuned = await readAnswer(page, `Tuned answer to ${prompt}`);
    expect(base).toMatch(/\S/);
    expect(tuned).toMatch(/\w/);
    expect(tuned, `the tuned answer to ${prompt}`).not.toBe(base);
  }
  await expect(page.getByRole("article", { name: "Pinned prompt 1" })).toContainText(
    `step ${STEPS}`,
  );

  // It goes on from where it ended.
  await page.getByRole("spinbutton", { name: "More steps" }).fill("2");
  await page.getByRole("button", { name: "Continue for" }).click();
  await expect(page.getByTestId("step-now")).toHaveText(`${STEPS + 2} / ${STEPS + 2}`, {
    timeout: SLOW,
  });
  await expectRun(page, "Done");

  // What it learned shows on questions that it was never asked, and its English does not fall apart.
  await goTo(page, "compare");
  await page.getByText("20", { exact: true }).click();
  await page.getByRole("button", { name: "Measure" }).click();
  await expect(page.getByRole("button", { name: "Save as JSON" })).toBeVisible({
    timeout: 2 * SLOW,
  });
  for (const set of ["unseen-facts", "unseen-phrasings"]) {
    for (const row of ["Right", "Right form", "Ends itself"]) {
      const { base, tuned } = await readMeasured(page, set, row);
      expect(base, `${row} of ${set}, base`).toBeLessThan(10);
      expect(tuned, `${row} of ${set}, tuned`).toBeGreaterThan(30);
    }
  }
  expect((await readMeasured(page, "unseen-kinds", "Ends itself")).tuned).toBeGreaterThan(30);
  const prose = await readMeasured(page, "ordinary-prose", "Perplexity");
  expect(prose.base).toBeGreaterThan(10);
  expect(prose.tuned).toBeGreaterThan(prose.base);
  expect(prose.tuned).toBeLessThan(1.5 * prose.base);
});

test(`a model of the Hub loads again without a network, with ${material.title}`, async ({
  page,
  guard,
}) => {
  const mirror = await startHubMirror({ models: { [material.repo]: material.model } });
  guard.allowOrigin(mirror.url);
  await openPage(page, { place: "model", backend: "wasm", hub: mirror.url });
  await loadFromHub(page, material.repo);
  await expectModel(page, material.repo);
  await mirror.close();

  await page.reload();
  await expectModel(page, "tabtune-base");
  await loadFromHub(page, material.repo);
  await expectModel(page, material.repo);
});

test("a download can be cancelled, and the model before it stays", async ({ page, guard }) => {
  const mirror = await startHubMirror({
    models: { [material.repo]: material.model },
    chunkDelayMs: 1000,
  });
  guard.allowOrigin(mirror.url);
  await openPage(page, { place: "model", backend: "wasm", hub: mirror.url });
  await loadFromHub(page, material.repo);
  await expect(page.getByRole("progressbar")).toBeVisible();
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("progressbar")).toBeHidden();
  await expectModel(page, "tabtune-base");
  await goTo(page, "train");
  await expect(page.getByRole("button", { name: "Tune", exact: true })).toBeEnabled();
  await mirror.close();
});
